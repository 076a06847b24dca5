/**
 * Sends transactions and queries to a traced chain, and keeps for each what the chain said and what the second reckoning says.
 * @module
 */
import { createHash } from "node:crypto";
import { parseAddress } from "@enclavenet/chain";
import { secretCompute as compute } from "@enclavenet/proto";
import { message, type TestAccount } from "../../packages/chain/test/support/accounts.ts";
import { addressIn, type Delivered, type TracedChain, USERS } from "./chain.ts";
import { type Ledger, reckonQuery, reckonTransaction } from "./ledger.ts";

/** One transaction or query: what the chain said, and what the second reckoning says. */
export interface Entry {
  readonly name: string;
  readonly code: number;
  readonly log: string;
  /** Undefined for queries: the chain does not tell their gas. */
  readonly gasUsed: bigint | undefined;
  readonly ledger: Ledger;
}

export interface Contract {
  readonly codeHash: Uint8Array;
  readonly address: string;
}

interface Code {
  readonly codeId: bigint;
  readonly codeHash: Uint8Array;
}

const GAS = 1_000_000n;
export const [OWNER, OTHER] = USERS as readonly [TestAccount, TestAccount];

export class Scenario {
  readonly entries: Entry[] = [];
  readonly #chain: TracedChain;
  #codes = 0n;
  #labels = 0;

  constructor(chain: TracedChain) {
    this.#chain = chain;
  }

  #note(name: string, { result, events, bytes }: Delivered, extra = 0n): Entry {
    const ledger = reckonTransaction(events, bytes, extra);
    const entry = { name, code: result.code, log: result.log, gasUsed: result.gasUsed, ledger };
    this.entries.push(entry);
    return entry;
  }

  /** Stores code; it costs 0.8 a byte. */
  store(name: string, wasm: Uint8Array): Code {
    const store = message(compute.MsgStoreCodeSchema, { sender: OWNER.address, wasmByteCode: wasm });
    const delivered = this.#chain.deliver(OWNER, [store], 6_000_000n);
    if (delivered.result.code !== 0) throw new Error(delivered.result.log);
    this.#note(`store ${name}`, delivered, BigInt(Math.round(0.8 * wasm.length)));
    this.#codes++;
    return { codeId: this.#codes, codeHash: new Uint8Array(createHash("sha256").update(wasm).digest()) };
  }

  #instantiate(code: Code, text: string, funds: number, gas = GAS): Delivered {
    const initMsg = this.#chain.encrypt(OWNER, code.codeHash, text);
    const initFunds = funds === 0 ? [] : [{ denom: "uscrt", amount: `${funds}` }];
    const label = `label ${++this.#labels}`;
    const { codeId } = code;
    const fields = { sender: OWNER.address, codeId, label, initMsg, initFunds, admin: OWNER.text };
    return this.#chain.deliver(OWNER, [message(compute.MsgInstantiateContractSchema, fields)], gas);
  }

  instantiate(name: string, code: Code, msg: unknown, funds = 0): Contract {
    const delivered = this.#instantiate(code, textOf(msg), funds);
    this.#note(name, delivered);
    return { codeHash: code.codeHash, address: addressIn(delivered.result) };
  }

  /** An instantiation that fails. */
  refused(name: string, code: Code, msg: unknown, gas = GAS): Entry {
    return this.#note(name, this.#instantiate(code, textOf(msg), 0, gas));
  }

  execute(name: string, contract: Contract, msg: unknown, options: ExecuteOptions = {}): Entry {
    return this.executeAll(name, [[contract, msg]], options);
  }

  /** Several messages in one transaction. */
  executeAll(
    name: string,
    calls: readonly (readonly [contract: Contract, msg: unknown])[],
    { gas = GAS, funds = 0, sender = OWNER, codeHash }: ExecuteOptions = {},
  ): Entry {
    const messages = calls.map(([contract, msg]) =>
      message(compute.MsgExecuteContractSchema, {
        sender: sender.address,
        contract: parseAddress(contract.address),
        msg: this.#chain.encrypt(sender, codeHash ?? contract.codeHash, textOf(msg)),
        sentFunds: funds === 0 ? [] : [{ denom: "uscrt", amount: `${funds}` }],
      }),
    );
    return this.#note(name, this.#chain.deliver(sender, messages, gas));
  }

  /** Moves a contract to a code. */
  migrate(name: string, contract: Contract, { codeId, codeHash }: Code, msg: unknown, gas = GAS): Entry {
    const migrate = message(compute.MsgMigrateContractSchema, {
      ...{ sender: OWNER.text, contract: contract.address, codeId },
      msg: this.#chain.encrypt(OWNER, codeHash, textOf(msg)),
    });
    return this.#note(name, this.#chain.deliver(OWNER, [migrate], gas));
  }

  query(name: string, { address, codeHash }: Contract, msg: unknown): Entry {
    const { code, events } = this.#chain.query(address, this.#chain.encrypt(OWNER, codeHash, textOf(msg)));
    const entry = { name, code, log: "", gasUsed: undefined, ledger: reckonQuery(events) };
    this.entries.push(entry);
    return entry;
  }
}

export interface ExecuteOptions {
  readonly gas?: bigint;
  readonly funds?: number;
  readonly sender?: TestAccount;
  readonly codeHash?: Uint8Array;
}

const textOf = (msg: unknown): string => (typeof msg === "string" ? msg : JSON.stringify(msg));
