/**
 * A node on a file system that fills up, and on one that is read-only: it ends with an error that says what to do, and has
 * lost nothing that it had answered once there is space again.
 *
 *   node scripts/full-disk.mjs [--sizes 8,40,90,120,400,1200,4000]      sizes in KiB; Linux, as root: it mounts tmpfs
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Ledger } from "./lib/crash/ledger.mjs";
import { Load } from "./lib/crash/load.mjs";
import { spawnNode, within } from "./lib/crash/node-under-test.mjs";
import { seededRandom } from "./lib/crash/random.mjs";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

const { values: options } = parseArgs({
  options: { sizes: { type: "string", default: "8,40,90,120,400,1200,4000" } },
});
if (isStale()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), "enclavenet-full-disk-"));
const disk = join(folder, "disk");
mkdirSync(disk);
mkdirSync(join(folder, "tmp"));

function mount(...args) {
  const run = spawnSync("mount", args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`mount ${args.join(" ")}: ${run.stderr.trim()}`);
}

const unmount = () => spawnSync("umount", [disk], { stdio: "ignore" });
process.once("exit", () => {
  unmount();
  rmSync(folder, { recursive: true, force: true });
});

function start() {
  const node = spawnNode(join(disk, "home"), join(folder, "tmp"));
  // Whether it becomes ready is asked where it matters.
  node.ready.catch(() => undefined);
  return node;
}

/** The lines that a person sees at the end. */
function lastWords({ code, signal, stderr }) {
  const lines = stderr.slice(Math.max(0, stderr.lastIndexOf("enclavenet: ")));
  if (code !== 1 || signal !== null) throw new Error(`ended with code ${code}, signal ${signal}\n${stderr}`);
  if (!/^enclavenet: .*(disk|read-only|sealed state)/.test(lines)) throw new Error(`no clear error:\n${stderr}`);
  return lines.trim().replace(/\n\s*/g, " → ");
}

/** Loads the node until it ends; undefined when it could not even start. */
async function fill(node, ledger) {
  const ready = await node.ready.catch(() => undefined);
  if (ready === undefined) return;
  const end = { gone: false };
  void node.ended.then(() => {
    end.gone = true;
  });
  const load = new Load(ledger, seededRandom(1));
  await load.begin(ready).then(
    () => load.run(ready, end).catch(() => undefined),
    () => undefined,
  );
}

async function expectGoesOn(ledger) {
  const node = start();
  await ledger.expectShown(await node.ready);
  node.child.kill("SIGTERM");
  const { code } = await within(node.ended);
  if (code !== 0) throw new Error(`the node that went on ended with code ${code}`);
}

for (const size of options.sizes.split(",")) {
  mount("-t", "tmpfs", "-o", `size=${size}k`, "none", disk);
  const ledger = new Ledger();
  const node = start();
  await fill(node, ledger);
  const words = lastWords(await within(node.ended));
  mount("-o", "remount,size=64m", disk);
  await expectGoesOn(ledger);
  console.log(`${size} KiB: ${words}\n  with space again: ${ledger.shownTxs} answered transactions, all there`);
  unmount();
}

mount("-t", "tmpfs", "-o", "size=64m", "none", disk);
await expectGoesOn(new Ledger());
mount("-o", "remount,ro", disk);
console.log(`read-only: ${lastWords(await within(start().ended))}`);
mount("-o", "remount,rw", disk);
await expectGoesOn(new Ledger());
