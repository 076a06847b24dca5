/**
 * Instantiates, executes and queries contracts: the chain's half of every contract call.
 *
 * Spec: 03 §5.3 (order of operations), §7; 02 §5.4 (errors). The other half, everything that needs a key, is behind
 * the enclave's boundary.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { CodedError, LocalError, toHex } from "@enclavenet/common";
import { contractAddress } from "@enclavenet/crypto";
import type { ContractKey, ContractResult, Enclave, OcallHandlers, OcallResponse } from "@enclavenet/enclave-api";
import { create, secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress } from "../../support/address.ts";
import { areZeroCoins } from "../../support/coins.ts";
import type { ErrorKind } from "../../support/errors.ts";
import { wrapError } from "../../support/errors.ts";
import { event } from "../../support/events.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import { ErrInvalidAddress } from "../../support/sdk-errors.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import type { BankKeeper } from "../bank/keeper.ts";
import type { ExecuteRequest, InstantiateRequest } from "./call-requests.ts";
import type { CodeStorage } from "./code-storage.ts";
import { contractEvents, resultSize } from "./contract-events.ts";
import { ContractFailure } from "./contract-failure.ts";
import { type MessageDispatcher, pendingMessages } from "./dispatch/dispatcher.ts";
import { callContract, enclaveFailureText } from "./enclave-call.ts";
import {
  ErrAccountExists,
  ErrComputeNotFound,
  ErrExecuteFailed,
  ErrInstantiateFailed,
  ErrLimit,
  ErrMaxCallDepth,
  ErrQueryFailed,
} from "./errors.ts";
import { consumeContractGas, endingContract, gasForContract, INSTANCE_COST } from "./gas.ts";
import { NEXT_INSTANCE_ID_KEY } from "./keys.ts";
import { CallReads, ReadMemory } from "./read-hints.ts";
import { responseData, sealedReply } from "./reply-data.ts";
import { checkSender, messageOrigin } from "./signers.ts";
import { flushWrites, removeState } from "./state-writes.ts";
import { ComputeStore, currentPosition } from "./store.ts";

/**
 * Deepest nesting of contract responses.
 *
 * COMPAT(spec 03 §4.1): upstream counts it in the slot of the transaction counter, so that a contract call in the 101st
 * transaction of a block always fails. Nobody can rely on that; here the nesting alone counts. The index that contracts
 * see still grows with the nesting: the enclave adds it to the transaction's position.
 */
const MAX_CALL_DEPTH = 100;

const NO_DATA = new Uint8Array(0);

/** Coins of this kind are tokens of contracts, not of the bank (spec 03 §4.8). */
const CW20_PREFIX = "cw20:";

/** Proofs of keys of a store after the block `version`. */
export type ProveRecords = (
  store: string,
  keys: readonly Uint8Array[],
  version: bigint,
  withStore: boolean,
) => OcallResponse<"proveState">;

export interface ComputeTools {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly enclave: Enclave;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
  readonly dispatcher: MessageDispatcher;
  readonly proveRecords: ProveRecords;
  /** Serves a query that a contract asks: JSON of the request in, JSON of the SystemResult out. */
  readonly querier: (ctx: Context, request: Uint8Array, depth: number, gasLimit: bigint) => Uint8Array;
}

/** A contract with everything that a call needs. */
export interface LoadedContract {
  readonly info: secretCompute.ContractInfo;
  readonly codeHash: Uint8Array;
  readonly key: ContractKey;
}

/** Steps of a call, in the order in which they are made. */
export interface CallSteps {
  load(ctx: Context, address: Uint8Array): LoadedContract;
  refuseSimulation(ctx: Context, kind: ErrorKind): void;
  handlers(ctx: Context, reads: CallReads): OcallHandlers;
  /** Applies the call's writes, charges it, and throws the contract's own error. */
  settle(ctx: Context, contract: Uint8Array, result: ContractResult, reads: CallReads, kind: ErrorKind): void;
  /** Emits `started` (v1) and the contract's events, dispatches its messages, and returns its data or that of the last reply. */
  respond(ctx: Context, contract: Uint8Array, result: ContractResult, started?: Event): Uint8Array | undefined;
}

export class ComputeKeeper {
  readonly #tools: ComputeTools;
  readonly #memory = new ReadMemory();

  constructor(tools: ComputeTools) {
    this.#tools = tools;
  }

  /** Makes a contract; returns its address and the data of its response. */
  instantiate(ctx: Context, request: InstantiateRequest): { readonly address: Uint8Array; readonly data: Uint8Array } {
    const { enclave, auth } = this.#tools;
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading CosmWasm module: init");
    checkSender(ctx, request.creator, request.callbackSig);
    const { address, instanceId } = this.#takeAddress(ctx, request);
    this.#fundNewContract(ctx, request, address);
    const code = new ComputeStore(ctx).code(request.codeId);
    if (code === undefined) throw ErrComputeNotFound.wrap("code");
    this.#refuseSimulation(ctx, ErrInstantiateFailed);
    const reads = new CallReads(ctx, address, []);
    const answer = callContract(
      enclave,
      ctx,
      ErrInstantiateFailed,
      "instantiate",
      {
        origin: messageOrigin(ctx, auth, request.creator),
        instanceId,
        codeHash: code.codeHash,
        gasLimit: gasForContract(ctx),
      },
      this.#handlers(ctx, reads),
    );
    this.#settle(ctx, address, answer.result, reads, ErrInstantiateFailed);
    this.#recordContract(ctx, request, address, answer);
    const started = event(
      "instantiate",
      ["contract_address", formatAddress(address)],
      ["code_id", `${request.codeId}`],
    );
    const data = this.#respond(ctx, address, answer.result, started) ?? NO_DATA;
    return { address, data };
  }

  /** Runs a contract; returns the data of its response. */
  execute(ctx: Context, request: ExecuteRequest): Uint8Array {
    const { enclave, auth, bank } = this.#tools;
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading Compute module: execute");
    checkSender(ctx, request.caller, request.callbackSig);
    const contract = this.#load(ctx, request.contract);
    const funds = request.funds.filter(({ denom }) => !denom.startsWith(CW20_PREFIX));
    if (!areZeroCoins(request.funds)) {
      demandUnblocked(bank, request.caller);
      if (funds.length > 0) bank.sendCoins(ctx, request.caller, request.contract, funds);
    }
    this.#refuseSimulation(ctx, ErrExecuteFailed);
    const reads = new CallReads(ctx, request.contract, this.#memory.recall(request.contract, request.caller));
    const { result } = callContract(
      enclave,
      ctx,
      ErrExecuteFailed,
      "execute",
      {
        origin: messageOrigin(ctx, auth, request.caller),
        codeHash: contract.codeHash,
        contractKey: contract.key,
        gasLimit: gasForContract(ctx),
        hints: reads.hints(),
        sdkGasRemaining: ctx.gasMeter.gasRemaining(),
      },
      this.#handlers(ctx, reads),
    );
    this.#settle(ctx, request.contract, result, reads, ErrExecuteFailed);
    this.#memory.remember(request.contract, request.caller, reads.made);
    const started = event("execute", ["contract_address", formatAddress(request.contract)]);
    return this.#respond(ctx, request.contract, result, started) ?? NO_DATA;
  }

  /** Asks a contract; `query` and the answer are encrypted. `depth` is 1 unless a contract asks. */
  query(ctx: Context, address: Uint8Array, query: Uint8Array, depth: number): Uint8Array {
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading CosmWasm module: query");
    const contract = this.#load(ctx, address);
    const answer = callContract(
      this.#tools.enclave,
      ctx,
      ErrQueryFailed,
      "query",
      {
        contractAddress: address,
        codeHash: contract.codeHash,
        contractKey: contract.key,
        query,
        height: ctx.block.height,
        timeNs: ctx.block.timeNs,
        depth,
        gasLimit: gasForContract(ctx),
      },
      this.#handlers(ctx, new CallReads(ctx, address, [])),
    );
    consumeContractGas(ctx, answer.usedGas);
    if (answer.error !== undefined) throw ErrQueryFailed.wrap(`encrypted: ${answer.error}`);
    if (answer.data === undefined) throw ErrComputeNotFound.bare();
    return answer.data;
  }

  /** The contract's record. Throws compute 9 `contract: not found`. */
  contractInfo(ctx: Context, address: Uint8Array): secretCompute.ContractInfo {
    const info = new ComputeStore(ctx).contract(address);
    if (info === undefined) throw ErrComputeNotFound.wrap("contract");
    return info;
  }

  /** Steps that migrations and replies share with the other calls. */
  get steps(): CallSteps {
    return {
      load: (ctx, address) => this.#load(ctx, address),
      refuseSimulation: (ctx, kind) => this.#refuseSimulation(ctx, kind),
      handlers: (ctx, reads) => this.#handlers(ctx, reads),
      settle: (ctx, contract, result, reads, kind) => this.#settle(ctx, contract, result, reads, kind),
      respond: (ctx, contract, result, started) => this.#respond(ctx, contract, result, started),
    };
  }

  #load(ctx: Context, address: Uint8Array): LoadedContract {
    const store = new ComputeStore(ctx);
    const info = this.contractInfo(ctx, address);
    const code = store.code(info.codeId);
    if (code === undefined) throw ErrComputeNotFound.wrap("contract info");
    const key = store.enclaveKey(address);
    if (key === undefined) throw ErrComputeNotFound.wrap("contract key");
    return {
      info,
      codeHash: code.codeHash,
      key: {
        og: key.ogContractKey,
        current: key.currentContractKey.length === 0 ? undefined : key.currentContractKey,
        proof: key.currentContractKeyProof.length === 0 ? undefined : key.currentContractKeyProof,
      },
    };
  }

  /** Address and number of the next contract. Throws compute 6 when the label or the address is taken. */
  #takeAddress(
    ctx: Context,
    { codeId, creator, label }: InstantiateRequest,
  ): { readonly address: Uint8Array; readonly instanceId: bigint } {
    const store = new ComputeStore(ctx);
    if (store.addressOfLabel(label) !== undefined) throw ErrAccountExists.wrap(label);
    const instanceId = store.takeId(NEXT_INSTANCE_ID_KEY);
    const address = contractAddress(this.#tools.primitives, codeId, instanceId, creator);
    if (this.#tools.auth.getAccount(ctx, address) !== undefined) throw ErrAccountExists.wrap(formatAddress(address));
    return { address, instanceId };
  }

  #fundNewContract(ctx: Context, { creator, funds }: InstantiateRequest, address: Uint8Array): void {
    const { auth, bank } = this.#tools;
    if (areZeroCoins(funds)) {
      auth.setAccount(ctx, auth.newAccount(ctx, address));
      return;
    }
    demandUnblocked(bank, creator);
    bank.sendCoins(ctx, creator, address, funds);
  }

  #recordContract(
    ctx: Context,
    { codeId, creator, label, initMsg, admin }: InstantiateRequest,
    address: Uint8Array,
    answer: { readonly contractKey: Uint8Array; readonly adminProof: Uint8Array },
  ): void {
    const store = new ComputeStore(ctx);
    const position = currentPosition(ctx);
    const { adminProof } = answer;
    store.setContract(
      address,
      create(secretCompute.ContractInfoSchema, { codeId, creator, label, created: position, admin, adminProof }),
    );
    store.appendHistory(
      address,
      create(secretCompute.ContractCodeHistoryEntrySchema, {
        operation: secretCompute.ContractCodeHistoryOperationType.INIT,
        codeId,
        updated: position,
        msg: initMsg,
      }),
    );
    store.indexByCode(codeId, position, address);
    store.setLabel(label, address);
    store.setEnclaveKey(address, create(secretCompute.ContractKeySchema, { ogContractKey: answer.contractKey }));
  }

  /** Applies the call's writes, charges it, and throws the contract's own error. */
  #settle(ctx: Context, contract: Uint8Array, result: ContractResult, reads: CallReads, kind: ErrorKind): void {
    reads.settle(result.usedHints);
    flushWrites(ctx, contract, result);
    consumeContractGas(ctx, result.usedGas);
    if (!ctx.results.spend(resultSize(result))) throw ErrLimit.wrap("results of contracts");
    if (result.error !== undefined) throw new ContractFailure(kind, result.error, sealedReply(result));
  }

  /** Emits the events of a response and dispatches its messages. `started` is for v1 contracts only. */
  #respond(ctx: Context, contract: Uint8Array, result: ContractResult, started?: Event): Uint8Array | undefined {
    const messages = pendingMessages(result, contract);
    const deeper = ctx.with({ callDepth: ctx.callDepth + 1 });
    if (deeper.callDepth > MAX_CALL_DEPTH) throw ErrMaxCallDepth.bare();
    if (result.apiVersion === 1 && started !== undefined) ctx.events.emit(started);
    ctx.events.emitAll(contractEvents(formatAddress(contract), result));
    try {
      return this.#tools.dispatcher.dispatch(deeper, contract, messages) ?? responseData(result);
    } catch (error) {
      if (CodedError.isCoded(error)) throw wrapError(error, "dispatch");
      throw error;
    }
  }

  /** A simulated message is in no verified block, so the enclave would refuse its signature (spec 04 §2.5). */
  #refuseSimulation(ctx: Context, kind: ErrorKind): void {
    if (ctx.isSimulation) throw kind.wrap(enclaveFailureText("failed to verify transaction signature"));
  }

  #handlers(ctx: Context, reads: CallReads): OcallHandlers {
    const afterHints = <Q extends { readonly usedHints: readonly number[] }, S>(serve: (request: Q) => S) => {
      return (request: Q): S => {
        reads.settle(request.usedHints);
        return serve(request);
      };
    };
    return {
      readState: afterHints((request) => reads.read(request)),
      removeState: afterHints((request) => removeState(ctx, reads.contract, request)),
      settleReads: afterHints(() => ({})),
      proveState: ({ store, keys, version, withStore }) => this.#tools.proveRecords(store, keys, version, withStore),
      readCode: ({ codeHash }) => ({ wasm: this.#wasm(codeHash) }),
      queryChain: afterHints(({ request, depth, gasLimit }) => {
        const before = ctx.gasMeter.gasConsumed();
        const response = endingContract(ctx, () => this.#tools.querier(ctx, request, depth, gasLimit));
        return { response, sdkGas: ctx.gasMeter.gasConsumed() - before };
      }),
    };
  }

  #wasm(codeHash: Uint8Array): Uint8Array {
    const wasm = this.#tools.codeStorage.get(codeHash);
    if (wasm === undefined) {
      throw new LocalError("CHAIN_CODE_MISSING", `wasm of code hash ${toHex(codeHash)} is not in the code storage`, {
        fix: "restore the node's code folder, or sync the node anew",
      });
    }
    return wasm;
  }
}

function demandUnblocked(bank: BankKeeper, sender: Uint8Array): void {
  if (bank.isBlocked(sender)) throw ErrInvalidAddress.wrap("blocked address can not be used");
}
