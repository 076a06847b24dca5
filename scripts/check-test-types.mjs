/**
 * Types of the tests. secretjs ships its TypeScript sources, which do not pass our flags; what the compiler says of files
 * below node_modules is left out, everything else counts.
 */
import { spawnSync } from "node:child_process";
import { root } from "./lib/root.mjs";

const { stdout, error } = spawnSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "-p", "tsconfig.tests.json", "--pretty", "false"],
  { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
);
if (error !== undefined) throw error;
let ours = false;
const lines = stdout.split("\n").filter((line) => {
  if (/^\S/.test(line)) ours = !line.startsWith("node_modules/");
  return ours && line !== "";
});
for (const line of lines) console.error(line);
console.log(`${lines.filter((line) => /error TS\d+/.test(line)).length} type errors in tests`);
process.exit(lines.length === 0 ? 0 : 1);
