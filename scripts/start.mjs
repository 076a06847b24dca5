/** `npm start`: builds when sources are newer than the build, then runs `enclavenet localnet` with the given options. */
import { spawn } from "node:child_process";
import { root } from "./lib/root.mjs";
import { buildIfStale } from "./lib/stale.mjs";

buildIfStale();
const child = spawn(process.execPath, ["packages/node/bin/enclavenet.mjs", "localnet", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// A terminal signals the whole group, a supervisor this process alone; the node takes a second signal as the first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
