/** Command line of the client suite, and whether a folder is a checkout that it can be run from. Errors name the fix. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BLOCKS, NAMES, runsOf } from "./selection.mjs";

export const HELP = `Runs the test-suite of secretjs, from a checkout of its repository, against this build's local network.

  node scripts/secretjs-suite.mjs --checkout DIR [--only NAME]… [--json]

  --checkout DIR  repository of secretjs with its packages installed. Nothing in it is changed.
  --only NAME     ${NAMES.join(", ")}; may be given more than once (default: all).
                  Of "test" these blocks: ${BLOCKS.map(({ name }) => name).join("; ")}
  --json          one JSON object on standard output instead of lines
  --help

The suite looks for a chain "secretdev-1" at http://127.0.0.1:1317: that port must be free. Progress goes to standard error.
Ends with 0 when every test passed and every block was found.
`;

/** What is wrong with the command line or the checkout; its text is for a person. */
export class UsageError extends Error {}

/** `undefined` when help was asked for. */
export function parseOptions(argv) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        checkout: { type: "string" },
        only: { type: "string", multiple: true, default: NAMES },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(`${error.message}\n  All options: node scripts/secretjs-suite.mjs --help`);
  }
  if (values.help) return undefined;
  const unknown = values.only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: expected one of ${NAMES.join(", ")}`);
  if (values.checkout === undefined || values.checkout === "") {
    throw new UsageError("--checkout is missing: give the folder of a checkout of the secretjs repository");
  }
  return {
    checkout: resolve(values.checkout),
    names: NAMES.filter((name) => values.only.includes(name)),
    json: values.json,
  };
}

/** The suite knows one port and takes whatever chain answers there, so it must be ours. */
export function requireFreePort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", ({ code }) => {
      const text = `port ${port} cannot be had (${code}): the suite knows no other; end what listens there, such as \`npm start\``;
      reject(new UsageError(text));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(resolve));
  });
}

function packageName(checkout) {
  try {
    return JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}

/** Where jest is, in a checkout that has all that the runs need. */
export function jestOf({ checkout, names }) {
  if (!existsSync(checkout) || !statSync(checkout).isDirectory()) {
    throw new UsageError(`${checkout} is not a folder: give a checkout of the secretjs repository`);
  }
  if (packageName(checkout) !== "secretjs") {
    throw new UsageError(`${checkout} is not a checkout of secretjs: its package.json does not name that package`);
  }
  for (const file of ["jest.config.js", ...runsOf(names).flatMap(({ files }) => files)]) {
    if (existsSync(join(checkout, file))) continue;
    throw new UsageError(`${checkout} has no ${file}: a published package lacks the tests, give the repository`);
  }
  const jest = join(checkout, "node_modules/jest/bin/jest.js");
  if (existsSync(jest)) return jest;
  throw new UsageError(
    `${checkout} has no jest: install its packages once\n  cd ${checkout} && npm install --no-package-lock --ignore-scripts`,
  );
}
