/** Tells whether the build is older than its sources, so that `npm start` builds only when it must. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

const stamp = join(root, "packages/node/dist/.built");

function newest(directory) {
  let time = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name === "dist" || entry.name === "node_modules" || entry.name === "test") continue;
    const path = join(directory, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

export function markBuilt() {
  mkdirSync(join(root, "packages/node/dist"), { recursive: true });
  writeFileSync(stamp, "");
}

export function isStale() {
  return !existsSync(stamp) || newest(join(root, "packages")) > statSync(stamp).mtimeMs;
}

/** Builds when something changed; ends the script when that fails. */
export function buildIfStale() {
  if (!isStale()) return;
  console.error("Building Enclavenet (once per change of sources) …");
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
