/** `npm run check`: every gate that is not a test, in the order in which they are cheap. Stops at the first failure. */
import { spawnSync } from "node:child_process";
import { root } from "./lib/root.mjs";

const gates = [
  ["lint and format", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"]],
  ["types", ["node_modules/typescript/bin/tsc", "-b"]],
  ["types of tests", ["scripts/check-test-types.mjs"]],
  ["boundaries", ["scripts/boundaries.mjs"]],
  ["deterministic paths", ["scripts/deterministic-paths.mjs"]],
  ["portability", ["scripts/portability.mjs"]],
  ["dead code", ["node_modules/knip/bin/knip.js", "--no-config-hints"]],
  ["generated pages: boundary", ["scripts/generate-boundary-docs.mjs", "--check"]],
  ["generated pages: errors", ["scripts/generate-error-docs.mjs", "--check"]],
  ["generated pages: RPC and REST", ["scripts/generate-rpc-docs.mjs", "--check"]],
  ["generated protobuf code", ["scripts/generate-proto.mjs", "--check"]],
];

for (const [name, command] of gates) {
  console.log(`\n== ${name}`);
  const run = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) {
    console.error(`\ngate failed: ${name}`);
    process.exit(run.status ?? 1);
  }
}
console.log("\nAll gates passed.");
