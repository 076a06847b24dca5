/**
 * Transactions of an account of a running network, byte by byte: signed with wrong facts, cut, changed, or sound.
 * @module
 */
import { toBase64, toHex } from "@enclavenet/common";
import { signedTx, type TestAccount, type TxOptions } from "../../packages/chain/test/support/accounts.ts";
import type { CometClient } from "./comet.ts";
import { becomesTrue } from "./processes.ts";
import type { AnyJson, RestClient } from "./rest.ts";

/** What CheckTx or a block said of a transaction. */
export interface Verdict {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

/** One account of the network, with what is known of it on the chain. */
export class RawAccount {
  readonly account: TestAccount;
  readonly #rest: RestClient;
  readonly #comet: CometClient;

  constructor(account: TestAccount, rest: RestClient, comet: CometClient) {
    this.account = account;
    this.#rest = rest;
    this.#comet = comet;
  }

  /** Account number, sequence and balance, as the chain has committed them. */
  async state(): Promise<{ accountNumber: bigint; sequence: bigint; balance: bigint }> {
    const { text } = this.account;
    const { account } = await this.#rest.get(`/cosmos/auth/v1beta1/accounts/${text}`);
    const { balance } = await this.#rest.get(`/cosmos/bank/v1beta1/balances/${text}/by_denom?denom=uscrt`);
    return {
      accountNumber: BigInt(account.account_number),
      sequence: BigInt(account.sequence),
      balance: BigInt(balance.amount),
    };
  }

  /** A transaction with this account's own facts, where `options` do not say otherwise. */
  async signed(messages: TxOptions["messages"], options: Partial<TxOptions> = {}): Promise<Uint8Array> {
    const { accountNumber, sequence } = await this.state();
    return signedTx({ messages, signer: this.account, accountNumber, sequence, ...options });
  }

  /** What CheckTx says; a transaction that it accepts goes into the next block. */
  async broadcast(tx: Uint8Array): Promise<Verdict & { readonly hash: string }> {
    return this.#comet.call("broadcast_tx_sync", { tx: toBase64(tx) });
  }

  /** Result in its block of a transaction that CheckTx accepted. */
  async commit(tx: Uint8Array): Promise<Verdict & { readonly gasUsed: bigint; readonly height: bigint }> {
    const { code, hash, log } = await this.broadcast(tx);
    if (code !== 0) throw new Error(`refused with ${code}: ${log}`);
    let found: AnyJson;
    const committed = await becomesTrue(async () => {
      found = await this.#comet.call("tx", { hash: toBase64(Buffer.from(hash, "hex")) }).catch(() => undefined);
      return found !== undefined;
    }, 30_000);
    if (!committed) throw new Error(`${toHex(tx).slice(0, 16)}… is in no block`);
    const { code: delivered, codespace, log: text, gas_used: gasUsed } = found.tx_result;
    return { code: delivered, codespace, log: text, gasUsed: BigInt(gasUsed), height: BigInt(found.height) };
  }
}
