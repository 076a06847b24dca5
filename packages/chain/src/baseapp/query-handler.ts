/**
 * Queries by path: gRPC methods, the application's own, and raw store keys with proofs (spec 04 §5.3).
 * @module
 */
import type { ProofOp, QueryRequest, QueryResponse } from "@enclavenet/abci";
import { LocalError, utf8ToBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { MultiStore, RootMultiStore } from "@enclavenet/store";
import { type ChainError, plainError } from "../support/errors.ts";
import { ErrInvalidHeight, ErrInvalidRequest, ErrTxDecode, ErrUnknownRequest } from "../support/sdk-errors.ts";
import { StatusError } from "../support/status-error.ts";
import { blockTime, type ChainFacts, lastBlockFacts } from "./chain-facts.ts";
import { type Context, stateContext } from "./context.ts";
import { transactionError } from "./failure.ts";
import { isQueryError, methodFailure, queryAnswer, queryFailure } from "./query-errors.ts";
import type { QueryRoute } from "./query-route.ts";
import type { QueryRouter } from "./query-router.ts";
import { type Simulate, simulationJson } from "./simulate.ts";
import { subspace } from "./subspace.ts";

const BROADCAST = "/cosmos.tx.v1beta1.Service/BroadcastTx";

export interface QueryTools {
  readonly store: RootMultiStore;
  readonly router: QueryRouter;
  readonly simulate: Simulate;
  readonly version: string;
  /** Facts of the last committed block; undefined before the first. */
  readonly facts: () => ChainFacts | undefined;
}

/** What a contract's query can end in when this node cannot run it; the answer is an error, the node lives on. */
function queryError(error: unknown): ChainError {
  if (EnclaveError.is(error)) return plainError(error.message);
  return transactionError(error, { wanted: 0n, used: 0n });
}

export class QueryHandler {
  readonly #tools: QueryTools;

  constructor(tools: QueryTools) {
    this.#tools = tools;
  }

  /** Never throws for what a client sent. */
  query(request: QueryRequest): QueryResponse {
    const height = request.height === 0n ? this.#tools.store.lastCommit.version : request.height;
    const resolved = { ...request, height };
    try {
      if (request.path === BROADCAST) throw ErrInvalidRequest.wrap("can't route a broadcast tx message");
      const route = this.#tools.router.find(request.path);
      if (route !== undefined) return this.#method(route, resolved);
      return this.#path(resolved);
    } catch (error) {
      if (isQueryError(error)) return queryFailure(queryError(error), height);
      throw error;
    }
  }

  #method(route: QueryRoute, request: QueryRequest): QueryResponse {
    const ctx = this.#context(request.height, request.prove);
    try {
      return queryAnswer(request.height, { value: route.handle(ctx, request.data) });
    } catch (error) {
      return methodFailure(isQueryError(error) ? error : queryError(error), request.height);
    }
  }

  #path(request: QueryRequest): QueryResponse {
    const [first = "", second, ...rest] = request.path.replace(/^\//, "").split("/");
    switch (first) {
      case "app":
        return this.#app(second, request);
      case "store":
        return this.#storeKey(second, rest.join("/"), request);
      case "p2p":
        return queryAnswer(request.height, {});
      case "":
        throw ErrUnknownRequest.wrap("no query path provided");
      default:
        return unknownPath(request);
    }
  }

  #app(name: string | undefined, request: QueryRequest): QueryResponse {
    const { height } = request;
    switch (name) {
      case "simulate":
        return queryAnswer(height, { codespace: "sdk", value: simulationJson(this.#tools.simulate, request.data) });
      case "version":
        return queryAnswer(height, { codespace: "sdk", value: utf8ToBytes(this.#tools.version) });
      case undefined:
        throw ErrUnknownRequest.wrap(
          "expected second parameter to be either 'simulate' or 'version', neither was present",
        );
      default:
        throw ErrUnknownRequest.wrap(`unknown query: [app ${name}]`);
    }
  }

  /** `/store/<name>/key`: the value and, if asked for, its proof. `/store/<name>/subspace`: entries, never with a proof. */
  #storeKey(name: string | undefined, sub: string, { data, height, prove }: QueryRequest): QueryResponse {
    demandProvable(height, prove);
    if (sub !== "key" && sub !== "subspace") throw ErrUnknownRequest.wrap(`unexpected query path: ${sub}`);
    if (data.length === 0) throw ErrTxDecode.wrap("query cannot be zero length");
    const state = this.#stateAt(height);
    const store = knownStore(state, name ?? "");
    if (sub === "subspace") return queryAnswer(height, { key: data, value: subspace(store, data) });
    const value = store.get(data) ?? new Uint8Array(0);
    return queryAnswer(height, { key: data, value, proofOps: prove ? this.#prove(name ?? "", data, height) : [] });
  }

  #prove(name: string, key: Uint8Array, height: bigint): readonly ProofOp[] {
    try {
      return this.#tools.store.prove(name, key, height).ops;
    } catch (error) {
      if (!LocalError.is(error, "PROOF_EMPTY_TREE")) throw error;
      throw ErrInvalidRequest.wrap("proof is unexpectedly empty; ensure height has not been pruned");
    }
  }

  #stateAt(height: bigint): MultiStore {
    const { store } = this.#tools;
    if (height < 0n) throw ErrInvalidRequest.wrap("cannot query with height < 0; please provide a valid height");
    if (height > store.lastCommit.version) {
      throw ErrInvalidHeight.wrap("cannot query with height in the future; please provide a valid height");
    }
    try {
      return store.at(height);
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
      const latest = `(latest height: ${store.lastCommit.version})`;
      throw ErrInvalidRequest.wrap(`failed to load state at height ${height}; ${error.message} ${latest}`);
    }
  }

  #context(height: bigint, prove: boolean): Context {
    const { store, facts: lastFacts } = this.#tools;
    const state = this.#stateAt(height);
    demandProvable(height, prove);
    const facts = lastFacts();
    if (facts === undefined) throw ErrInvalidHeight.wrap("app is not ready; please wait for first block");
    const last = lastBlockFacts(facts);
    const timeNs = height === last.height ? last.timeNs : (blockTime(store, height) ?? last.timeNs);
    return stateContext(state.cacheMultiStore(), { ...last, height, timeNs }, "query");
  }
}

/** ABCI has no code of its own for a path that nobody serves; gRPC has (spec 04 §5.3, §2.2). */
function unknownPath({ path, height }: QueryRequest): QueryResponse {
  const { code, description } = new StatusError("Unimplemented", `unknown method ${path}`);
  const failure = queryFailure(ErrUnknownRequest.wrap("unknown query path"), height);
  return { ...failure, grpcStatus: { code, message: description } };
}

function demandProvable(height: bigint, prove: boolean): void {
  if (!prove || height > 1n) return;
  throw ErrInvalidRequest.wrap("cannot query with proof when height <= 1; please provide a valid height");
}

function knownStore(state: MultiStore, name: string) {
  try {
    return state.kvStore(name);
  } catch (error) {
    if (error instanceof LocalError) throw ErrUnknownRequest.wrap(`no such store: ${name}`);
    throw error;
  }
}
