/**
 * Transactions of the determinism run, valid and invalid: every draw comes from the run's seed, and what depends on the chain
 * (sequences, addresses of contracts) comes from the chain's own answers.
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import { parseAddress } from "@enclavenet/chain";
import { encryptMessage, SecretBytes } from "@enclavenet/crypto";
import { secretCompute as compute, cosmosAuth, cosmosBank, create, decode, encode } from "@enclavenet/proto";
import { message, signedTx, type TestAccount, type TxOptions } from "../../packages/chain/test/support/accounts.ts";
import { CHAIN_ID } from "../../packages/enclave/test/support/chain.ts";
import { ACCOUNTS, type DeterminismChain, primitives } from "./chain.ts";
import {
  CONTRACT_NAMES,
  type Contract,
  type ContractCode,
  type ContractName,
  executeMessage,
  initMessage,
  queryMessage,
  type Scene,
} from "./contracts.ts";
import { Random } from "./random.ts";

type Message = ReturnType<typeof message>;

/** A transaction of a block that is being made. */
export interface PlannedTx {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Learns from the result. */
  readonly settle?: (result: ExecTxResult) => void;
}

const MAX_CONTRACTS = 40;
const coin = (amount: number) => [{ denom: "uscrt", amount: `${amount}` }];

/** Makes blocks of transactions for one chain. */
export class TransactionMaker {
  readonly #random: Random;
  readonly #chain: DeterminismChain;
  readonly #codes: readonly ContractCode[];
  readonly #contracts: Contract[] = [];
  readonly #sequences = new Map<TestAccount, bigint>();
  #labels = 0;

  constructor(seed: string, chain: DeterminismChain, codes: readonly ContractCode[]) {
    this.#random = new Random(`${seed}/transactions`);
    this.#chain = chain;
    this.#codes = codes;
  }

  /** The first blocks: code, and one contract of each. */
  opening(): readonly (readonly PlannedTx[])[] {
    const [owner] = ACCOUNTS as readonly [TestAccount];
    this.#readSequences();
    const stores = this.#codes.map((code) => this.#store(owner, code.wasm, "store"));
    const makes = CONTRACT_NAMES.map((name) => this.#instantiate(owner, name, name));
    return [stores, makes];
  }

  /** A block of 1 to `most` transactions. */
  block(most: number): readonly PlannedTx[] {
    this.#readSequences();
    return Array.from({ length: this.#random.between(1, Math.min(most, 40)) }, () => this.#any());
  }

  /** A contract query from outside, as bytes of its encrypted answer. */
  query(): Uint8Array {
    const contract = this.#random.pick(this.#contracts);
    const query = this.#encrypt(this.#random.pick(ACCOUNTS), contract.code, queryMessage(this.#scene, contract));
    const request = create(compute.QuerySecretContractRequestSchema, { contractAddress: contract.text, query });
    const answer = this.#chain.app.query({
      path: "/secret.compute.v1beta1.Query/QuerySecretContract",
      data: encode(compute.QuerySecretContractRequestSchema, request),
      height: 0n,
      prove: false,
    });
    return new TextEncoder().encode(`${answer.code} ${answer.log} ${Buffer.from(answer.value).toString("hex")}`);
  }

  get #scene(): Scene {
    return { random: this.#random, contracts: this.#contracts, users: ACCOUNTS.map(({ text }) => text) };
  }

  /** Sequences as the chain has them: a transaction that failed before its messages took none. */
  #readSequences(): void {
    for (const account of ACCOUNTS) {
      const request = create(cosmosAuth.QueryAccountRequestSchema, { address: account.text });
      const { value } = this.#chain.app.query({
        path: "/cosmos.auth.v1beta1.Query/Account",
        data: encode(cosmosAuth.QueryAccountRequestSchema, request),
        height: 0n,
        prove: false,
      });
      const any = value.length === 0 ? undefined : decode(cosmosAuth.QueryAccountResponseSchema, value).account;
      const sequence = any === undefined ? 0n : decode(cosmosAuth.BaseAccountSchema, any.value).sequence;
      this.#sequences.set(account, sequence);
    }
  }

  #any(): PlannedTx {
    return this.#random.weighted<() => PlannedTx>([
      [12, () => this.#send()],
      [4, () => this.#multiSend()],
      [40, () => this.#execute()],
      [4, () => this.#instantiate(this.#random.pick(ACCOUNTS), this.#random.pick(CONTRACT_NAMES))],
      [6, () => this.#several()],
      [6, () => this.#outOfGas()],
      [10, () => this.#refused()],
      [3, () => this.#garbage()],
      [1, () => this.#badCode()],
    ])();
  }

  #sign(signer: TestAccount, messages: Message[], options: Partial<TxOptions> = {}): Uint8Array {
    const sequence = this.#sequences.get(signer) ?? 0n;
    const accountNumber = BigInt(ACCOUNTS.indexOf(signer));
    return signedTx({ messages, signer, accountNumber, sequence, chainId: CHAIN_ID, ...options });
  }

  /** A transaction that will take a sequence. */
  #sent(signer: TestAccount, messages: Message[], options: Partial<TxOptions> = {}): Uint8Array {
    const bytes = this.#sign(signer, messages, options);
    this.#sequences.set(signer, (this.#sequences.get(signer) ?? 0n) + 1n);
    return bytes;
  }

  #encrypt(account: TestAccount, code: ContractCode, msg: unknown): Uint8Array {
    const clientPrivateKey = SecretBytes.take(primitives.sha256(account.address));
    const keys = { clientPrivateKey, ioPublicKey: this.#chain.ioPublicKey, nonce: this.#random.bytes32() };
    const codeHash = this.#random.oneIn(50) ? "11".repeat(32) : code.codeHash;
    return encryptMessage(primitives, keys, { codeHash, json: JSON.stringify(msg) });
  }

  #sendMessage(from: TestAccount): Message {
    const fromAddress = from.text;
    const toAddress = this.#random.pick(ACCOUNTS).text;
    const amount = coin(this.#random.oneIn(8) ? 9_000_000_000 : this.#random.between(1, 1000));
    return message(cosmosBank.MsgSendSchema, { fromAddress, toAddress, amount });
  }

  #send(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const mode = this.#random.pick(["direct", "amino"] as const);
    return { kind: "send", bytes: this.#sent(signer, [this.#sendMessage(signer)], { mode }) };
  }

  #multiSend(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const outputs = Array.from({ length: this.#random.between(0, 4) }, () => ({
      address: this.#random.pick(ACCOUNTS).text,
      coins: coin(this.#random.between(1, 100)),
    }));
    const total = outputs.reduce((sum, { coins }) => sum + Number(coins[0]?.amount), this.#random.oneIn(6) ? 1 : 0);
    const inputs = [{ address: signer.text, coins: coin(total) }];
    const bytes = this.#sent(signer, [message(cosmosBank.MsgMultiSendSchema, { inputs, outputs })]);
    return { kind: "multi-send", bytes };
  }

  #store(sender: TestAccount, wasm: Uint8Array, kind: string): PlannedTx {
    const store = message(compute.MsgStoreCodeSchema, { sender: sender.address, wasmByteCode: wasm });
    return { kind, bytes: this.#sent(sender, [store], { gas: 6_000_000n }) };
  }

  #instantiate(sender: TestAccount, name: ContractName, newLabel?: string): PlannedTx {
    const codeId = BigInt(CONTRACT_NAMES.indexOf(name) + 1);
    const code = this.#codes[CONTRACT_NAMES.indexOf(name)] as ContractCode;
    // A label that is taken is refused.
    const label = newLabel ?? (this.#random.oneIn(8) ? "token" : `label ${++this.#labels}`);
    const initMsg = this.#encrypt(sender, code, initMessage(this.#scene, name));
    const initFunds = this.#random.oneIn(3) ? coin(this.#random.between(1, 5000)) : [];
    const make = message(compute.MsgInstantiateContractSchema, {
      ...{ sender: sender.address, codeId, label, initMsg, initFunds },
    });
    return {
      kind: `instantiate ${name}`,
      bytes: this.#sent(sender, [make], { gas: 900_000n }),
      settle: (result) => this.#learn(code, result),
    };
  }

  #learn(code: ContractCode, { code: failure, events }: ExecTxResult): void {
    if (failure !== 0 || this.#contracts.length >= MAX_CONTRACTS) return;
    const attributes = events.flatMap((event) => event.attributes);
    const text = attributes.find(({ key }) => key === "contract_address")?.value;
    if (text !== undefined) this.#contracts.push({ code, text, address: parseAddress(text) });
  }

  #executeMessage(sender: TestAccount): Message {
    const random = this.#random;
    const contract = random.pick(this.#contracts);
    const msg = this.#encrypt(sender, contract.code, executeMessage(this.#scene, contract.code.name, 4));
    // Bytes that the enclave cannot open, and coins that the sender may not have.
    if (random.oneIn(40)) msg.set(random.bytes(16), 70);
    const sentFunds = random.oneIn(6) ? coin(random.oneIn(5) ? 8_000_000_000 : random.between(1, 300)) : [];
    return message(compute.MsgExecuteContractSchema, {
      ...{ sender: sender.address, contract: contract.address, msg, sentFunds },
    });
  }

  #execute(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const mode = this.#random.oneIn(5) ? ("amino" as const) : ("direct" as const);
    const gas = BigInt(this.#random.pick([150_000, 300_000, 600_000]));
    return { kind: "execute", bytes: this.#sent(signer, [this.#executeMessage(signer)], { gas, mode }) };
  }

  #several(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const messages = Array.from({ length: this.#random.between(2, 5) }, () =>
      this.#random.oneIn(3) ? this.#sendMessage(signer) : this.#executeMessage(signer),
    );
    return { kind: "several messages", bytes: this.#sent(signer, messages, { gas: 900_000n }) };
  }

  #outOfGas(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const gas = BigInt(this.#random.between(8_000, 38_000));
    const messages = [this.#random.oneIn(3) ? this.#sendMessage(signer) : this.#executeMessage(signer)];
    return { kind: "little gas", bytes: this.#sent(signer, messages, { gas }) };
  }

  /** What the ante handler refuses; takes no sequence. */
  #refused(): PlannedTx {
    const signer = this.#random.pick(ACCOUNTS);
    const sequence = this.#sequences.get(signer) ?? 0n;
    const other = ACCOUNTS[(ACCOUNTS.indexOf(signer) + 1) % ACCOUNTS.length] as TestAccount;
    const [kind, options] = this.#random.weighted<readonly [string, Partial<TxOptions>]>([
      [3, ["bad signature", { signature: this.#random.bytes(64) }]],
      [1, ["short signature", { signature: this.#random.bytes(10) }]],
      [2, ["other key", { publicKey: other.publicKey }]],
      [2, ["wrong sequence", { sequence: sequence + BigInt(this.#random.between(1, 9)) }]],
      [2, ["wrong chain", { chainId: "another-1" }]],
      [2, ["fee beyond means", { fee: [{ denom: "uscrt", amount: "99999999999999" }] }]],
      [1, ["long memo", { memo: "m".repeat(300) }]],
      [1, ["timed out", { timeoutHeight: 1n }]],
      [1, ["no signatures", { signatures: [] }]],
      [1, ["gas below the ante", { gas: 1000n }]],
    ]);
    return { kind, bytes: this.#sign(signer, [this.#executeMessage(signer)], options) };
  }

  #garbage(): PlannedTx {
    const random = this.#random;
    if (random.oneIn(2)) return { kind: "garbage", bytes: random.bytes(random.between(1, 400)) };
    const signer = random.pick(ACCOUNTS);
    const whole = this.#sign(signer, [this.#sendMessage(signer)]);
    const at = random.below(whole.length);
    if (random.oneIn(2)) return { kind: "cut off", bytes: whole.subarray(0, Math.max(1, at)) };
    const flipped = whole.slice();
    flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
    return { kind: "flipped bit", bytes: flipped };
  }

  #badCode(): PlannedTx {
    const sender = this.#random.pick(ACCOUNTS);
    const wasm = (this.#codes[2] as ContractCode).wasm.slice(0, 30_000);
    if (this.#random.oneIn(2)) wasm.set(this.#random.bytes(32), this.#random.below(wasm.length - 32));
    return this.#store(sender, wasm, "bad code");
  }
}
