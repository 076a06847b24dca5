/**
 * The probes of `contracts/` on a real network, through the unmodified client: what the conformance suite is written in.
 * Their steps are those of contracts/README.md.
 * @module
 */
import { bytesToUtf8, toBase64, utf8ToBytes } from "@enclavenet/common";
import {
  MsgExecuteContract,
  MsgExecuteContractResponse,
  MsgInstantiateContractResponse,
  type SecretNetworkClient,
  type TxResponse,
} from "secretjs";
import {
  attributeOf,
  type ContractName,
  clientOf,
  contractWasm,
  FAST,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "./localnet.ts";

export type Step = { readonly [name: string]: unknown };

export interface Code {
  readonly id: number;
  readonly hash: string;
}

export interface Probe {
  readonly address: string;
  readonly code: Code;
}

/** A message that runs these steps. */
export const run = (...steps: readonly Step[]) => ({ run: { steps } });

export const json64 = (value: unknown): string => toBase64(utf8ToBytes(JSON.stringify(value)));

/** A step that keeps what is to be done about replies with this id. */
export const onReply = (id: number, ...steps: readonly Step[]): Step => ({
  on_reply: { id, script: JSON.stringify(run(...steps)) },
});

/** A step that emits messages, written as they are. */
export const emit = (...messages: readonly object[]): Step => ({
  emit: { messages: messages.map((message) => JSON.stringify(message)) },
});

/** A step that asks. */
export const ask = (request: object): Step => ({ query: { request: JSON.stringify(request) } });

/** A step that calls an import; arguments are base64, null is the null pointer. */
export const importing = (name: string, args: readonly (string | null)[] = [], number?: string): Step => ({
  import: { name, arguments: args, ...(number === undefined ? {} : { number }) },
});

export type ReplyOn = "always" | "error" | "success" | "never";

/** A sub-message of the newer interface. */
export const sub = (msg: object, reply_on: ReplyOn = "never", id = 0, gas_limit: number | null = null) => ({
  id,
  msg,
  gas_limit,
  reply_on,
});

/** JSON of a message that runs steps in another contract, as contracts of this interface write it. */
export function calling(abi: Abi, to: Probe, steps: readonly Step[], hash = to.code.hash, send: object[] = []): object {
  const hashKey = abi === "v1" ? "code_hash" : "callback_code_hash";
  return { wasm: { execute: { contract_addr: to.address, [hashKey]: hash, msg: json64(run(...steps)), send } } };
}

export type Abi = "v1" | "v0.10";

/** A message as a contract of this interface emits it when it wants no reply. */
export const plain = (abi: Abi, msg: object): object => (abi === "v1" ? sub(msg) : msg);

export const PROBE_OF: Record<Abi, ContractName> = { v1: "probe", "v0.10": "v010-probe" };

export interface CallOptions {
  readonly client?: SecretNetworkClient;
  readonly gasLimit?: number;
  readonly funds?: number;
  readonly hash?: string;
}

const coins = (amount: number | undefined) => (amount === undefined ? [] : [{ denom: "uscrt", amount: `${amount}` }]);

/** A network with the codes that were asked for. */
export class Stage {
  readonly net: Localnet;
  readonly a: SecretNetworkClient;
  readonly b: SecretNetworkClient;
  readonly #codes = new Map<string, Promise<Code>>();
  #labels = 0;

  private constructor(net: Localnet) {
    this.net = net;
    this.a = clientOf(net.ready, MNEMONICS.a);
    this.b = clientOf(net.ready, MNEMONICS.b);
  }

  static async open(): Promise<Stage> {
    return new Stage(await startLocalnet());
  }

  async close(): Promise<void> {
    await this.net.stop();
  }

  /** The code of an artefact, stored once. */
  code(name: ContractName): Promise<Code> {
    const known = this.#codes.get(name) ?? this.store(contractWasm(name));
    this.#codes.set(name, known);
    return known;
  }

  async store(wasm: Uint8Array): Promise<Code> {
    const tx = await this.upload(wasm);
    const id = Number(attributeOf(tx, "message", "code_id"));
    const { code_hash: hash = "" } = await this.a.query.compute.codeHashByCodeId({ code_id: `${id}` });
    return { id, hash };
  }

  upload(wasm: Uint8Array): Promise<TxResponse> {
    const message = { sender: this.a.address, wasm_byte_code: wasm, source: "", builder: "" };
    return this.a.tx.compute.storeCode(message, { gasLimit: 5_000_000, ...FAST });
  }

  instantiate(
    code: Code,
    msg: object,
    options: CallOptions & { readonly admin?: string; readonly label?: string } = {},
  ): Promise<TxResponse> {
    this.#labels++;
    const { client = this.a, admin, label = `probe ${this.#labels}` } = options;
    return client.tx.compute.instantiateContract(
      {
        ...{ sender: client.address, code_id: code.id, code_hash: options.hash ?? code.hash, label },
        ...{ init_msg: msg, init_funds: coins(options.funds) },
        ...(admin === undefined ? {} : { admin }),
      },
      { gasLimit: options.gasLimit ?? 500_000, ...FAST },
    );
  }

  /** A new contract that ran these steps. */
  async make(
    name: ContractName,
    steps: readonly Step[] = [],
    options: CallOptions & { readonly admin?: string } = {},
  ): Promise<Probe> {
    const code = await this.code(name);
    const tx = await this.instantiate(code, run(...steps), options);
    return { address: attributeOf(tx, "message", "contract_address"), code };
  }

  message(
    to: Probe,
    steps: readonly Step[],
    { client = this.a, hash, funds }: CallOptions = {},
  ): MsgExecuteContract<object> {
    return new MsgExecuteContract({
      ...{ sender: client.address, contract_address: to.address, code_hash: hash ?? to.code.hash },
      ...{ msg: run(...steps), sent_funds: coins(funds) },
    });
  }

  execute(to: Probe, steps: readonly Step[], options: CallOptions = {}): Promise<TxResponse> {
    const { client = this.a, gasLimit = 500_000 } = options;
    return client.tx.broadcast([this.message(to, steps, options)], { gasLimit, ...FAST });
  }

  migrate(contract: Probe, code: Code, msg: object, { client = this.a, hash, gasLimit = 500_000 }: CallOptions = {}) {
    return client.tx.compute.migrateContract(
      {
        ...{ sender: client.address, contract_address: contract.address },
        ...{ code_id: code.id, code_hash: hash ?? code.hash, msg },
      },
      { gasLimit, ...FAST },
    );
  }

  /** The answer to a query, which is JSON; a contract's error is its text. */
  query<T>(to: Probe, steps: readonly Step[], client = this.a): Promise<T> {
    return client.query.compute.queryContract<object, T>({
      contract_address: to.address,
      code_hash: to.code.hash,
      query: run(...steps),
    });
  }

  /** State under a key. */
  async read(of: Probe, key: string): Promise<Uint8Array> {
    return data(await this.execute(of, [{ get: { key } }]));
  }

  /** Time of a block in nanoseconds. */
  async timeOf(height: number): Promise<bigint> {
    const { block } = await this.a.query.tendermint.getBlockByHeight({ height: `${height}` });
    const text = block?.header?.time as unknown as string;
    const [seconds = "", fraction = "Z"] = text.split(/\.|(?=Z)/);
    return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.replace("Z", "").padEnd(9, "0"));
  }
}

const RESPONSES = {
  execute: MsgExecuteContractResponse,
  instantiate: MsgInstantiateContractResponse,
  // The client does not export this one; its fields are those of the other (spec 03 §5.3).
  migrate: MsgExecuteContractResponse,
};

/** Decrypted data of a message of a successful transaction. */
export function data(tx: TxResponse, of: keyof typeof RESPONSES = "execute", index = 0): Uint8Array {
  if (tx.code !== 0) throw new Error(`the transaction failed: ${tx.rawLog}`);
  return new Uint8Array(RESPONSES[of].decode(tx.data[index] as Uint8Array).data);
}

export const text = (tx: TxResponse, of: keyof typeof RESPONSES = "execute"): string => bytesToUtf8(data(tx, of));

/** A number of four bytes. */
export const number = (bytes: Uint8Array): number => new DataView(new Uint8Array(bytes).buffer).getInt32(0);

const PREFIX = "failed to execute message; message index: 0: ";

/** Why a transaction failed, without the words that always stand in front; with codespace and code. */
export function failure(tx: TxResponse): readonly [codespace: string, code: number, reason: string] {
  if (!tx.rawLog.startsWith(PREFIX)) throw new Error(`unexpected log: ${tx.code} ${tx.rawLog}`);
  return [tx.codespace, tx.code, tx.rawLog.slice(PREFIX.length)];
}

export type Attributes = readonly (readonly [key: string, value: string])[];

/** Events of a type, with their attributes but the message's index. The client has decrypted those of `wasm`, in place. */
export function events(tx: TxResponse, wanted: string): readonly Attributes[] {
  return (tx.events ?? [])
    .filter(({ type }) => type === wanted)
    .map(({ attributes = [] }) =>
      attributes
        .map(({ key = "", value = "" }): [string, string] => [key, value])
        .filter(([key]) => key !== "msg_index"),
    );
}

/** Attributes of all `wasm` events in their order. */
export const wasmAttributes = (tx: TxResponse): Attributes => events(tx, "wasm").flat();
