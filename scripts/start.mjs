/** `npm start`: builds when sources are newer than the build, then runs `enclavenet localnet` with the given options. */
import { spawn, spawnSync } from "node:child_process";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

if (isStale()) {
  console.error("Building Enclavenet (once per change of sources) …");
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const child = spawn(process.execPath, ["packages/node/bin/enclavenet.mjs", "localnet", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// The terminal sends SIGINT to the whole group already; a supervisor sends SIGTERM to this process alone.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
