/**
 * A node of the network as a home sees it that registers: queries, a door for transactions, their outcome. Nothing that it says is
 * relied on but to know when to go on: what counts is judged by the enclave or on the chain.
 *
 * Spec: 04 §5.2, §5.3.
 * @module
 */
import { BytesFormatError, fromBase64, LocalError, toBase64, toHex } from "@enclavenet/common";
import { callOne, type RpcTransport } from "@enclavenet/consensus";
import {
  cosmosAuth,
  create,
  type DescMessage,
  decode,
  encode,
  type MessageShape,
  enclavenetRegistration as own,
  secretRegistration,
  unpackAs,
} from "@enclavenet/proto";

/** Outcome of a transaction, or of its check. */
export interface TxOutcome {
  readonly codespace: string;
  readonly code: number;
  readonly log: string;
}

/** A transaction in a block. */
export interface IncludedTx extends TxOutcome {
  readonly height: string;
  readonly gasUsed: string;
}

type Json = Readonly<Record<string, unknown>>;

const LIMITS = { maxBytes: 4 * 1024 * 1024, timeoutMs: 10_000 };
/** An answer for what is not there (spec 04 §6.5). */
const KEY_NOT_FOUND = 22;

function malformed(what: string): LocalError {
  return new LocalError("NODE_ANSWER", `the node's answer is malformed: ${what}`, {
    fix: "give --node the RPC of a node of this network",
  });
}

function object(value: unknown, name: string): Json {
  if (typeof value !== "object" || value === null) throw malformed(name);
  return value as Json;
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw malformed(name);
  return value;
}

function outcome({ code, codespace, log }: Json): TxOutcome {
  if (typeof code !== "number") throw malformed("code");
  return { code, codespace: text(codespace ?? "", "codespace"), log: text(log ?? "", "log") };
}

/** One node behind its RPC. Methods throw LocalError `FOLLOW_…` when it cannot be reached and `NODE_ANSWER`. */
export class RemoteNode {
  readonly #transport: RpcTransport;

  constructor(transport: RpcTransport) {
    this.#transport = transport;
  }

  async #call(method: string, params: Json): Promise<Json> {
    const limits = { ...LIMITS, signal: new AbortController().signal };
    return object(await callOne(this.#transport, { method, params }, limits), method);
  }

  /** Chain id of its network. */
  async chainId(): Promise<string> {
    const { node_info: info } = await this.#call("status", {});
    return text(object(info, "node_info").network, "network");
  }

  /** Answer of a gRPC query in the latest state; undefined for what is not there. */
  async #query<Q extends DescMessage, S extends DescMessage>(
    method: string,
    [request, response]: readonly [Q, S],
    fields: MessageShape<Q>,
  ): Promise<MessageShape<S> | undefined> {
    const params = { path: method, data: toHex(encode(request, fields)) };
    const answer = object((await this.#call("abci_query", params)).response, "response");
    const { code, codespace, log } = outcome(answer);
    if (code === KEY_NOT_FOUND && codespace === "sdk") return undefined;
    if (code !== 0) {
      throw new LocalError("NODE_QUERY", `the node refuses ${method}: ${JSON.stringify(log.slice(0, 200))}`, {
        fix: "give --node a node that runs this program's version",
      });
    }
    try {
      return decode(response, fromBase64(text(answer.value ?? "", "value")));
    } catch (error) {
      if (error instanceof BytesFormatError || error instanceof LocalError) throw malformed(method);
      throw error;
    }
  }

  /** Number and sequence of an account; undefined for one that nobody has sent anything to. */
  async account(address: string): Promise<cosmosAuth.BaseAccount | undefined> {
    const answer = await this.#query(
      "/cosmos.auth.v1beta1.Query/Account",
      [cosmosAuth.QueryAccountRequestSchema, cosmosAuth.QueryAccountResponseSchema],
      create(cosmosAuth.QueryAccountRequestSchema, { address }),
    );
    return unpackAs(cosmosAuth.BaseAccountSchema, answer?.account);
  }

  /** What the chain knows of a node; undefined before it registered. */
  async node(publicKey: Uint8Array): Promise<own.Node | undefined> {
    const answer = await this.#query(
      "/enclavenet.registration.v1.Query/Node",
      [own.QueryNodeRequestSchema, own.QueryNodeResponseSchema],
      create(own.QueryNodeRequestSchema, { publicKey }),
    );
    return answer?.node;
  }

  /** Programs that the network approved, behind those that its policy names; the last ones of many. */
  async programs(): Promise<readonly own.ApprovedProgram[]> {
    const answer = await this.#query(
      "/enclavenet.registration.v1.Query/Programs",
      [own.QueryProgramsRequestSchema, own.QueryProgramsResponseSchema],
      create(own.QueryProgramsRequestSchema, { pagination: { reverse: true } }),
    );
    return answer?.programs ?? [];
  }

  /** The seeds encrypted to a node that registered. */
  async encryptedSeeds(publicKey: Uint8Array): Promise<Uint8Array> {
    const answer = await this.#query(
      "/secret.registration.v1beta1.Query/EncryptedSeed",
      [secretRegistration.QueryEncryptedSeedRequestSchema, secretRegistration.QueryEncryptedSeedResponseSchema],
      create(secretRegistration.QueryEncryptedSeedRequestSchema, { pubKey: publicKey }),
    );
    if (answer === undefined) throw malformed("no encrypted seed of a node that registered");
    return answer.encryptedSeed;
  }

  /** Hands in a transaction. A node that has it already throws LocalError `FOLLOW_REFUSED`. */
  async broadcast(tx: Uint8Array): Promise<TxOutcome> {
    return outcome(await this.#call("broadcast_tx_sync", { tx: toBase64(tx) }));
  }

  /** The transaction, once it is in a block. */
  async tx(hash: Uint8Array): Promise<IncludedTx | undefined> {
    try {
      const answer = await this.#call("tx", { hash: toBase64(hash) });
      const result = object(answer.tx_result, "tx_result");
      return {
        ...outcome(result),
        height: text(answer.height, "height"),
        gasUsed: text(result.gas_used ?? "0", "gas_used"),
      };
    } catch (error) {
      // The answer for one that is in no block.
      if (LocalError.is(error, "FOLLOW_REFUSED")) return undefined;
      throw error;
    }
  }
}
