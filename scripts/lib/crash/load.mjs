/** Mixed load: accounts that send, upload, instantiate and execute until the node is gone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { concatBytes, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import { rpc, rpcBatch } from "../../../bench/lib/nodes.mjs";
import {
  BenchWallet,
  commit,
  eventValue,
  instantiate,
  multiSend,
  primitives,
  storeCode,
} from "../../../bench/lib/wallets.mjs";
import { MNEMONICS } from "../localnet.mjs";
import { root } from "../root.mjs";
import { below, weighted } from "./random.mjs";

const CLIENTS = 5;
const FUNDS = 10_000_000_000n;
const POLL_MS = 15;
const OBSERVE_MS = 40;

/** An answer that no crash explains. */
class LoadFailure extends Error {}

/** The counter with a custom section that makes it another code: every upload writes another file. */
function codeVariant(wasm, nonce) {
  const name = utf8ToBytes("variant");
  const body = concatBytes(Uint8Array.of(name.length), name, utf8ToBytes(nonce));
  return concatBytes(wasm, Uint8Array.of(0, body.length), body);
}

/** Accounts with funds, contracts and the count of what each has sent. */
export class Load {
  /** Of each account at the beginning. */
  funds = FUNDS;
  /** By hash: what the transaction does, so that the final state can be computed from the blocks. */
  sent = new Map();
  contracts = [];
  wallets = [];
  #wasm = new Uint8Array(readFileSync(join(root, "contracts/artifacts/counter.wasm")));
  #network;
  #codes = 0;
  #labels = 0;

  constructor(ledger, random) {
    this.ledger = ledger;
    this.random = random;
  }

  /** Funds the accounts and deploys the first contract. */
  async begin(node) {
    const response = await fetch(`${node.rest}/registration/v1beta1/tx-key`);
    this.#network = { ioPublicKey: new Uint8Array(Buffer.from((await response.json()).key, "base64")) };
    const rich = await BenchWallet.fromMnemonic(MNEMONICS.a).load(node);
    this.wallets = Array.from({ length: CLIENTS }, (_, i) => BenchWallet.numbered(100 + i));
    await commit(node, rich.sign([multiSend(rich, this.wallets, FUNDS.toString())], 1_000_000n));
    await this.#reload(node);
    const [first] = this.wallets;
    const alive = { gone: false };
    await this.#run(node, first, this.#storeCode(first), true, alive);
    await this.#run(node, first, this.#instantiate(first), true, alive);
  }

  /** Answer of a contract. */
  query(node, contract, message) {
    return this.wallets[0].query(node, this.#network, contract, message);
  }

  async #reload(node) {
    for (const wallet of this.wallets) await wallet.load(node);
  }

  /** Runs until `end.gone` is set, which is done just before the node is killed. */
  async run(node, end) {
    await this.#unlessDead(end, () => this.#reload(node));
    await Promise.all([
      this.#whileAlive(end, async () => {
        this.ledger.noteBlock(await rpc(node, "block"));
        await delay(OBSERVE_MS);
      }),
      ...this.wallets.map((wallet) => this.#whileAlive(end, () => this.#step(node, wallet, end))),
    ]);
  }

  async #whileAlive(end, step) {
    while (!end.gone) await this.#unlessDead(end, step);
  }

  /** Answers that come late still count; answers that do not come are the death of the node. */
  async #unlessDead(end, action) {
    try {
      await action();
    } catch (error) {
      if (!end.gone || error instanceof LoadFailure) throw error;
    }
  }

  #step(node, wallet, end) {
    const make = weighted(this.random, [
      [() => this.#send(wallet), 5],
      [() => this.#execute(wallet), 6],
      [() => this.#instantiate(wallet), 1],
      [() => this.#storeCode(wallet), 0.5],
    ]);
    return this.#run(node, wallet, make(), this.random() < 0.5, end);
  }

  #send(wallet) {
    const to = below(this.random, CLIENTS);
    return { kind: "send", to, gas: 100_000n, message: multiSend(wallet, [this.wallets[to]], "7") };
  }

  #execute(wallet) {
    const contract = this.contracts[below(this.random, this.contracts.length)];
    const message = wallet.execute(this.#network, contract, { increment: {} });
    return { kind: "execute", contract: contract.address, gas: 150_000n, message };
  }

  #instantiate(wallet) {
    const { codeId, codeHash } = this.code;
    const label = `crash ${++this.#labels}`;
    const message = instantiate(wallet, this.#network, codeId, codeHash, label, { count: 0 });
    return { kind: "instantiate", codeHash, gas: 300_000n, message };
  }

  #storeCode(wallet) {
    const wasm = codeVariant(this.#wasm, `${++this.#codes}`);
    const codeHash = Buffer.from(primitives.sha256(wasm)).toString("hex");
    return { kind: "store", codeHash, gas: 3_000_000n, message: storeCode(wallet, wasm) };
  }

  /** Signs, sends and waits until the result is shown, by the answer itself or by asking REST. */
  async #run(node, wallet, action, byCommit, end) {
    const { message, gas, ...facts } = action;
    const tx = wallet.sign([message], gas);
    const hash = toUpperHex(primitives.sha256(tx));
    this.sent.set(hash, { ...facts, from: this.wallets.indexOf(wallet), fee: (gas + 9n) / 10n });
    const params = { tx: Buffer.from(tx).toString("base64") };
    if (byCommit) {
      const [answer] = await rpcBatch(node, [{ method: "broadcast_tx_commit", params }]);
      if (answer.check_tx.code !== 0) throw new LoadFailure(`refused: ${answer.check_tx.log}`);
      this.ledger.noteCommit(answer);
      this.#learn(facts, answer.tx_result.code, answer);
      return;
    }
    const answer = await rpc(node, "broadcast_tx_sync", params);
    if (answer.code !== 0) throw new LoadFailure(`refused: ${answer.log}`);
    while (!end.gone) {
      const response = await fetch(`${node.rest}/cosmos/tx/v1beta1/txs/${hash}`);
      const body = await response.json();
      if (response.status === 200) {
        this.ledger.noteRest(hash, body);
        this.#learn(facts, body.tx_response.code, { tx_result: body.tx_response });
        return;
      }
      await delay(POLL_MS);
    }
  }

  /** New codes and contracts join the load. */
  #learn(facts, code, answer) {
    if (code !== 0) throw new LoadFailure(`a ${facts.kind} failed: ${JSON.stringify(answer.tx_result).slice(0, 500)}`);
    if (facts.kind === "store") {
      this.code = { codeId: eventValue(answer, "message", "code_id"), codeHash: facts.codeHash };
    }
    if (facts.kind === "instantiate") {
      const address = eventValue(answer, "message", "contract_address");
      this.contracts.push({ address, codeHash: facts.codeHash });
    }
  }
}
