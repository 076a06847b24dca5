/**
 * A small application for the engine's contract: transactions `key=value`, optionally `key=value#account:sequence`.
 * Its app hash commits to height and content. Data becomes durable in commit only.
 */
import { createHash } from "node:crypto";
import type {
  AsyncApplication,
  BlockFinality,
  ExecTxResult,
  FinalizeBlockRequest,
  FinalizeBlockResponse,
  ValidatorUpdate,
} from "@enclavenet/abci";
import { bytesToUtf8, toHex, utf8ToBytes } from "@enclavenet/common";
import type { Disk } from "./disk.ts";
import type { Faults } from "./faults.ts";
import { event, result } from "./results.ts";

export function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}

type Data = Map<string, string>;

function appHashOf(height: bigint, data: Data): Uint8Array {
  return sha256(
    `${height}:${[...data]
      .sort()
      .map(([k, v]) => `${k}=${v}`)
      .join(";")}`,
  );
}

/** Applies one transaction to `data`; a value `bad` passes CheckTx and fails in the block. */
function execute(data: Data, tx: Uint8Array, inBlock: boolean): ExecTxResult {
  const [pair = "", sequencing] = bytesToUtf8(tx).split("#");
  const [key, value] = pair.split("=");
  if (key === undefined || value === undefined) return result({ code: 2, codespace: "sdk" });
  if (sequencing !== undefined) {
    const [account, sequence] = sequencing.split(":");
    if ((data.get(`seq-${account}`) ?? "0") !== sequence) return result({ code: 32, codespace: "sdk" });
    data.set(`seq-${account}`, String(Number(sequence) + 1));
  }
  if (inBlock && value === "bad") return result({ code: 5, codespace: "kv", events: [event("kv", { key })] });
  data.set(key, value);
  return result({
    data: utf8ToBytes(value),
    gasUsed: BigInt(value.length),
    events: [event("kv", { key, value }), event("other", { key })],
  });
}

export class KvApp implements AsyncApplication {
  readonly finality = new Map<bigint, BlockFinality>();
  readonly finalized: { height: bigint; hash: string; txs: string[]; timeNs: bigint }[] = [];
  /** Updates to answer at a height. */
  readonly updates = new Map<bigint, readonly ValidatorUpdate[]>();
  initChains = 0;
  /** Overrides the app hash of a height: a defect, or a scripted value. */
  appHash: (height: bigint, computed: Uint8Array) => Uint8Array = (_height, computed) => computed;
  accepts = true;
  retainHeight = 0n;
  initialAppHash: Uint8Array = sha256("");
  readonly #disk: Disk;
  readonly #faults: Faults;
  #check: Data;
  #working: Disk["app"] | undefined;

  constructor(disk: Disk, faults: Faults) {
    this.#disk = disk;
    this.#faults = faults;
    this.#check = new Map(disk.app.data);
  }

  readonly onFinality = async (height: bigint, finality: BlockFinality): Promise<void> => {
    this.#faults.step("onFinality");
    this.finality.set(height, finality);
  };

  async info() {
    this.#faults.step("info");
    const { height, appHash } = this.#disk.app;
    return { data: "kv", version: "1", appVersion: 0n, lastBlockHeight: height, lastBlockAppHash: appHash };
  }

  async initChain() {
    this.#faults.step("initChain");
    this.initChains++;
    return { validators: [], appHash: this.initialAppHash };
  }

  async checkTx({ tx }: { tx: Uint8Array }) {
    this.#faults.step("checkTx");
    return execute(this.#check, tx, false);
  }

  async prepareProposal({ txs }: { txs: readonly Uint8Array[] }) {
    this.#faults.step("prepareProposal");
    return txs;
  }

  async processProposal() {
    this.#faults.step("processProposal");
    return this.accepts;
  }

  async finalizeBlock(request: FinalizeBlockRequest): Promise<FinalizeBlockResponse> {
    this.#faults.step("finalizeBlock");
    const { height, hash, timeNs } = request;
    if (!this.finality.has(height)) throw new Error("no evidence of finality");
    if ((this.#disk.executed.get(height) ?? toHex(hash)) !== toHex(hash))
      throw new Error("another block at this height");
    this.#disk.executed.set(height, toHex(hash));
    const data = new Map(this.#disk.app.data);
    const txResults = request.txs.map((tx) => execute(data, tx, true));
    const appHash = this.appHash(height, appHashOf(height, data));
    this.#working = { height, data, appHash: new Uint8Array(appHash) };
    this.finalized.push({ height, hash: toHex(hash), txs: request.txs.map(bytesToUtf8), timeNs });
    this.#faults.step("finalizeBlock answers");
    const events = [event("block", { parity: String(height % 2n), number: String(height) })];
    return { events, txResults, validatorUpdates: this.updates.get(height) ?? [], appHash };
  }

  async commit() {
    this.#faults.step("commit");
    if (this.#working === undefined) throw new Error("commit without finalizeBlock");
    this.#disk.app = this.#working;
    this.#check = new Map(this.#working.data);
    this.#working = undefined;
    this.#faults.step("commit answers");
    return { retainHeight: this.retainHeight };
  }

  async query(): Promise<never> {
    throw new Error("not asked by the engine");
  }
}
