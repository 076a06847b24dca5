/**
 * Builds everything: TypeScript projects, the enclave bundles with their hashes, the command's bundles.
 *
 *   npm run build            build what changed
 *   npm run build -- --force rebuild from scratch
 */
import { spawnSync } from "node:child_process";
import { buildBundles } from "./lib/bundles.mjs";
import { buildNodeBundles } from "./lib/node-bundles.mjs";
import { root } from "./lib/root.mjs";
import { markBuilt } from "./lib/stale.mjs";

const force = process.argv.includes("--force") ? ["--force"] : [];
const tsc = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", ...force], {
  cwd: root,
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
for (const { name, hash, bytes } of await buildBundles()) {
  console.log(`${name}: ${bytes} bytes, sha256 ${hash}`);
}
await buildNodeBundles();
markBuilt();
