/** A node of its own for the long run: the built command, ephemeral, on free ports; and whether it is what it was. */
import { toBase64 } from "@enclavenet/common";
import { BenchWallet, multiSend } from "../../bench/lib/wallets.mjs";
import { CometClient } from "../support/comet.ts";
import { type Localnet, MNEMONICS, type ReadyLine, startLocalnet } from "../support/localnet.ts";
import { demand } from "./live-target.ts";

export class FuzzNode {
  readonly ready: ReadyLine;
  readonly #net: Localnet;
  readonly #comet: CometClient;
  readonly #wallet: BenchWallet;
  /** Height up to which every transaction is known. */
  #known = 0;

  private constructor(net: Localnet, wallet: BenchWallet) {
    this.ready = net.ready;
    this.#net = net;
    this.#comet = new CometClient(net.ready.rpc);
    this.#wallet = wallet;
  }

  /** Starts the command of this repository and waits until it is ready. */
  static async start(): Promise<FuzzNode> {
    const net = await startLocalnet();
    // Also when this run ends with an error of its own.
    process.once("exit", () => net.process.kill("SIGKILL"));
    return new FuzzNode(net, await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready));
  }

  /** Throws unless the node lives, no input has come into a block, and the next block has the transaction that it should have. */
  async check(): Promise<void> {
    demand(this.#net.process.exitCode === null && this.#net.process.signalCode === null, "the node has ended");
    const { sync_info: sync } = await this.#comet.call("status");
    for (let height = this.#known + 1; height <= Number(sync.latest_block_height); height++) {
      const { block } = await this.#comet.call("block", { height: `${height}` });
      demand(block.data.txs.length === 0, `an input is in block ${height}`);
    }
    const tx = toBase64(this.#wallet.sign([multiSend(this.#wallet, [this.#wallet], "1")], 100_000n));
    const { tx_result: result, height } = await this.#comet.call("broadcast_tx_commit", { tx });
    demand(result.code === 0, `the next transaction: ${result.log}`);
    demand(Number(height) > Number(sync.latest_block_height), `the next block: ${height}`);
    this.#known = Number(height);
  }

  async stop(): Promise<void> {
    await this.#net.stop();
  }
}
