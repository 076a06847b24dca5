/** Rounds of load and death, and the checks after each and after all. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { rpc } from "../../../bench/lib/nodes.mjs";
import { auditState } from "./audit.mjs";
import { Ledger } from "./ledger.mjs";
import { Load } from "./load.mjs";
import { spawnNode, within } from "./node-under-test.mjs";
import { below, seededRandom, weighted } from "./random.mjs";
import { replayHome } from "./replay.mjs";

/** A death comes after so many answers at most, and so long after the last of them; a start is killed after so long. */
const ANSWERS = 12;
const AFTER_ANSWER_MS = 60;
const START_MS = 700;
/** Load that gets no answers ends after this time all the same. */
const LOAD_MS = 10_000;
/** Shown things that are looked up after every round; all of them are after the last. */
const RECENT = 20;

const DEATHS = [
  ["node", 9],
  ["enclave", 6],
  ["both", 3],
  ["start", 2],
];

/** One chain through many deaths. */
export class CrashRounds {
  #home;
  #folder;
  #progress;
  #random;
  #seed;
  #ledger = new Ledger();
  #load;
  #deaths = { node: 0, enclave: 0, both: 0, start: 0 };

  constructor({ home, folder, seed, progress }) {
    this.#home = home;
    this.#folder = folder;
    this.#seed = seed;
    this.#progress = progress;
    this.#random = seededRandom(seed);
    this.#load = new Load(this.#ledger, this.#random);
  }

  /** Runs the rounds and all checks; returns the figures. Throws on the first thing that was lost or applied twice. */
  async run(rounds) {
    const started = performance.now();
    let node = this.#spawn();
    try {
      await this.#load.begin(await node.ready);
      for (let round = 1; round <= rounds; round++) {
        node = await this.#round(node, round, rounds);
      }
      await this.#ledger.expectShown(await node.ready);
      const audit = await auditState(await node.ready, this.#load);
      const appHashes = await this.#shownAppHashes(await node.ready, audit.height);
      node.child.kill("SIGTERM");
      await within(node.ended);
      const replayed = await this.#compareReplay(appHashes);
      return {
        rounds,
        seed: this.#seed,
        deaths: this.#deaths,
        height: audit.height,
        transactions_in_blocks: audit.transactions,
        transactions_sent: this.#load.sent.size,
        transactions_shown: this.#ledger.shownTxs,
        blocks_shown: this.#ledger.shownBlocks,
        contracts: audit.contracts,
        app_hashes_replayed: replayed,
        lost: 0,
        seconds: Math.round((performance.now() - started) / 1000),
      };
    } finally {
      node.child.kill("SIGKILL");
    }
  }

  #spawn() {
    return spawnNode(this.#home, join(this.#folder, "tmp"));
  }

  /** Load, death, a start, and the look at what was shown. Returns the node that runs then. */
  async #round(node, round, rounds) {
    const death = weighted(this.#random, DEATHS);
    this.#deaths[death]++;
    const answers = await this.#loadAndKill(node, death === "start" ? "node" : death);
    if (death === "start") {
      const starting = this.#spawn();
      starting.ready.catch(() => undefined);
      await delay(below(this.#random, START_MS));
      starting.child.kill("SIGKILL");
      await within(starting.ended);
    }
    const next = this.#spawn();
    const ready = await next.ready;
    await this.#ledger.expectShown(ready, RECENT);
    const shown = `${this.#ledger.shownTxs} transactions, ${this.#ledger.shownBlocks} blocks shown`;
    this.#progress(
      `round ${round}/${rounds}: ${death} after ${answers} answers; height ${ready.height}; ${shown}, all there`,
    );
    return next;
  }

  async #loadAndKill(node, death) {
    const ready = await node.ready;
    const end = { gone: false };
    const load = this.#load.run(ready, end);
    const before = this.#ledger.shownTxs;
    await Promise.race([this.#answered(before + below(this.#random, ANSWERS)), load]);
    await delay(below(this.#random, AFTER_ANSWER_MS));
    end.gone = true;
    if (death !== "node") process.kill(ready.enclave_pid, "SIGKILL");
    if (death !== "enclave") node.child.kill("SIGKILL");
    const { code, stderr } = await within(node.ended);
    if (death === "enclave" && (code !== 1 || !stderr.includes("the enclave process has ended (by signal SIGKILL)"))) {
      throw new Error(`the node did not say that its enclave was killed, but ended with ${code}\n${stderr}`);
    }
    await within(load);
    return this.#ledger.shownTxs - before;
  }

  async #answered(wanted) {
    for (const end = performance.now() + LOAD_MS; performance.now() < end; await delay(1)) {
      if (this.#ledger.shownTxs >= wanted) return;
    }
  }

  /** App hash after each height as headers show it: that of height H stands in header H+1. */
  async #shownAppHashes(node, height) {
    const hashes = new Map();
    for (let at = 1; at < height; at++) {
      const { block } = await rpc(node, "block", { height: String(at + 1) });
      hashes.set(at, block.header.app_hash);
    }
    const { response } = await rpc(node, "abci_info");
    const last = Buffer.from(response.last_block_app_hash, "base64").toString("hex").toUpperCase();
    return hashes.set(height, last);
  }

  /** The number of heights whose app hash an undisturbed replay gives as well. */
  async #compareReplay(appHashes) {
    this.#progress(`replaying ${appHashes.size} blocks on an application that never crashed …`);
    const scratch = join(this.#folder, "replay");
    mkdirSync(scratch);
    const replayed = await replayHome(this.#home, scratch);
    let compared = 0;
    for (const [height, hash] of appHashes) {
      if (replayed.get(height) !== hash)
        throw new Error(`height ${height}: app hash ${hash}, replay ${replayed.get(height)}`);
      compared++;
    }
    return compared;
  }
}
