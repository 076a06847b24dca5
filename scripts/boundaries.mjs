/**
 * The boundary gate: every package imports only what the table allows, `enclave` is imported by one file of the
 * untrusted side, folders inside a package have no import cycles, and the cruiser really looked at every module.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import { root } from "./lib/root.mjs";

process.chdir(root);
const table = JSON.parse(readFileSync("scripts/boundaries.json", "utf8"));

function sources(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const packages = readdirSync("packages");
const files = packages.flatMap((name) => sources(`packages/${name}/src`));
const problems = [];

for (const name of packages) {
  if (table[name] === undefined) problems.push(`packages/${name} is not in scripts/boundaries.json`);
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8"));
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const room = dependency.match(/^@enclavenet\/(.+)$/)?.[1];
    if (room !== undefined && !table[name]?.includes(room)) problems.push(`${name} depends on ${room}`);
  }
}

const { output } = await cruise(files, {
  ruleSet: { forbidden: [{ name: "no-cycles", severity: "error", from: {}, to: { circular: true } }] },
  validate: true,
  doNotFollow: { path: "node_modules" },
  exclude: { path: "dist/" },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["@enclavenet/source", "types", "import"] },
});

const seen = new Set(output.modules.map((module) => module.source));
const missed = files.filter((file) => !seen.has(file));
if (missed.length > 0)
  problems.push(`the gate did not look at ${missed.length} of ${files.length} modules: ${missed[0]} …`);

const roomOf = (path) => path.match(/^packages\/([^/]+)\//)?.[1];
let edges = 0;
for (const module of output.modules) {
  const from = roomOf(module.source);
  if (from === undefined) continue;
  for (const dependency of module.dependencies) {
    const to = roomOf(dependency.resolved) ?? dependency.module.match(/^@enclavenet\/([^/]+)/)?.[1];
    if (to === undefined || to === from) continue;
    edges++;
    if (!table[from]?.includes(to)) problems.push(`${module.source} imports ${to}`);
    if (to === "enclave" && from === "enclave-host" && !module.source.endsWith("/in-process-enclave.ts")) {
      problems.push(`${module.source} imports enclave; only in-process-enclave.ts may`);
    }
  }
}
for (const violation of output.summary.violations) {
  problems.push(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
if (edges < packages.length) problems.push(`only ${edges} imports between packages were seen: the gate is blind`);

for (const problem of problems) console.error(problem);
console.log(`${seen.size} modules, ${edges} imports between packages, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
