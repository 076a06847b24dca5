/**
 * The contract engine: instantiate, execute and query, each as the sequence of checks and steps that the protocol demands.
 *
 * Spec: 02 §3.2 (order), 03 §7; architecture §3 (rules of execution).
 * @module
 */
import { toHex } from "@enclavenet/common";
import {
  createHostCrypto,
  type OpenedMessage,
  type Primitives,
  type ReplyParam,
  stateSalt,
  tryParseContractInput,
} from "@enclavenet/crypto";
import { type ContractResult, type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { type CompiledModule, type InstanceMode, InstancePool } from "@enclavenet/wasm-engine";
import { encodeAddress, tryDecodeAddress } from "../account-address.ts";
import type { MessageCounter } from "../block-verifier/message-counter.ts";
import type { AuthenticatedMessage, CallOrigin, OpenBlock } from "../block-verifier/open-block.ts";
import { HostAbort, type HostCalls } from "../host-calls.ts";
import type { ContractIdentity, KeyGuard } from "../key-guard/key-guard.ts";
import { MAX_MESSAGE_BYTES } from "../transactions/messages.ts";
import { authorizeMigration } from "./administration.ts";
import { encryptOutput, encryptQueryOutput } from "./encrypt-output.ts";
import type { CallEnvironment } from "./env.ts";
import { HostState, type ReadAhead } from "./host-state.ts";
import { KvCache } from "./kv-cache.ts";
import { ModuleCache } from "./module-cache.ts";
import { parseContractOutput } from "./output.ts";
import type { OutputContext } from "./output-context.ts";
import { openReply } from "./replies.ts";
import { GAS_MULTIPLIER, MAX_CALL_GAS, type Machine, type RunResult, runContract } from "./run.ts";

/** What queries see as randomness, whatever the contract asks for (spec 03 §4.2). */
const QUERY_RANDOM = Uint8Array.of(0);

export interface EngineOptions {
  readonly primitives: Primitives;
  readonly guard: KeyGuard;
  readonly counter: MessageCounter;
  /** Receives what contracts print; development bundle only. */
  readonly debug?: (text: string) => void;
  /** How contract instances are made; `pooled` when it is not given. */
  readonly instances?: InstanceMode;
}

/** Facts of a block, against which a query runs. */
export interface QueryBlock {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
}

interface ReadableMessage {
  readonly opened: OpenedMessage;
  readonly input: NonNullable<ReturnType<typeof tryParseContractInput>>;
}

/** The kinds of call that change state, and how their gas is counted (spec 03 §2.4, §3.3). */
const CALL_RULES = {
  instantiate: { externalGasUnit: 1n, refundWrites: false },
  execute: { externalGasUnit: GAS_MULTIPLIER, refundWrites: true },
  migrate: { externalGasUnit: GAS_MULTIPLIER, refundWrites: false },
  reply: { externalGasUnit: 1n, refundWrites: true },
} as const;

type ChangingCall = keyof typeof CALL_RULES;

export class ContractEngine {
  readonly #options: EngineOptions;
  readonly #modules: ModuleCache;
  readonly #machine: Machine;
  /** Query depth of the call that runs now; 1 when no query made it, 0 when nothing runs. */
  #depth = 0;
  /** env.transaction of the message that runs now; queries made by it see it too (spec 03 §4.1). */
  #transaction: CallEnvironment["transaction"];

  constructor(options: EngineOptions) {
    this.#options = options;
    const instances = new InstancePool(options.instances);
    this.#machine = { crypto: createHostCrypto(options.primitives), instances };
    this.#modules = new ModuleCache(options.primitives, instances);
  }

  instantiate(request: EcallRequest<"instantiate">, block: OpenBlock, host: HostCalls): EcallResponse<"instantiate"> {
    const { guard } = this.#options;
    const claimed = block.claim(request.origin);
    const { message } = claimed;
    if (message.kind !== "instantiate") throw new EnclaveError("ValidationFailure", { check: "message kind" });
    const identity = { contractAddress: request.contractAddress, codeHash: request.codeHash };
    const contractKey = guard.createContractKey(message.sender, block.facts.height, identity);
    const admin = message.admin === "" ? new Uint8Array(0) : tryDecodeAddress(message.admin);
    if (admin === undefined) throw new EnclaveError("ValidationFailure", { check: "admin address" });
    const result = this.#run("instantiate", {
      request,
      block,
      host,
      claimed,
      identity,
      contractKey,
      ogKey: contractKey,
    });
    return { contractKey, adminProof: guard.adminProof(admin, contractKey), result };
  }

  execute(request: EcallRequest<"execute">, block: OpenBlock, host: HostCalls): EcallResponse<"execute"> {
    const claimed = block.claim(request.origin);
    const { message } = claimed;
    if (message.kind !== "execute") throw new EnclaveError("ValidationFailure", { check: "message kind" });
    const identity = { contractAddress: message.contract, codeHash: request.codeHash };
    this.#options.guard.authenticateContract(identity, request.contractKey);
    const { og, current } = request.contractKey;
    const call = { request, block, host, claimed, identity, contractKey: current ?? og, ogKey: og };
    return { result: this.#run("execute", { ...call, ahead: request }) };
  }

  /** Floats in the new code are not looked for: only instantiate does (spec 03 §2.2). */
  migrate(request: EcallRequest<"migrate">, block: OpenBlock, host: HostCalls): EcallResponse<"migrate"> {
    const claimed = block.claim(request.origin);
    const { message } = claimed;
    if (message.kind !== "migrate") throw new EnclaveError("ValidationFailure", { check: "message kind" });
    const { guard } = this.#options;
    const { identity, contractKey, proof } = authorizeMigration(guard, request, message, block.facts.height);
    const call = { request, block, host, claimed, identity, contractKey, ogKey: request.contractKey.og };
    return { contractKey, proof, result: this.#run("migrate", call) };
  }

  /** Tells a contract what became of its message; it sees no sender (spec 02 §3.3). */
  reply(request: EcallRequest<"reply">, block: OpenBlock, host: HostCalls): EcallResponse<"reply"> {
    const { guard, primitives } = this.#options;
    const claimed = block.running(request.origin);
    const { contractAddress, codeHash, contractKey } = request;
    const identity = { contractAddress, codeHash };
    guard.authenticateContract(identity, contractKey);
    const content = openReply(primitives, guard, block.replies, request);
    const { og, current } = contractKey;
    const call = { request, block, host, claimed, identity, contractKey: current ?? og, ogKey: og };
    return { result: this.#perform("reply", { ...call, ...content, sender: "", funds: [] }) };
  }

  /** Runs a query against `block`; a query that a contract asked is one level deeper than its asker. */
  query(request: EcallRequest<"query">, block: QueryBlock, host: HostCalls): EcallResponse<"query"> {
    const { guard, primitives, debug } = this.#options;
    if (request.depth !== this.#depth + 1) throw new EnclaveError("BadRequest", { check: "query depth" });
    const identity = { contractAddress: request.contractAddress, codeHash: request.codeHash };
    guard.authenticateContract(identity, request.contractKey);
    const { opened, input } = this.#open({ bytes: request.query }, request.codeHash, "DecryptionError");
    const module = this.#modules.get(request.codeHash, host);
    const environment = this.#environment(identity, block, {
      sender: "",
      funds: [],
      random: QUERY_RANDOM,
      transaction: this.#depth === 0 ? undefined : this.#transaction,
    });
    const state = new HostState(host);
    const { output, usedGas } = this.#nested(request.depth, () =>
      runContract(module, this.#machine, {
        entry: "query",
        environment,
        message: input.msg,
        gasLimit: checkedGasLimit(request.gasLimit),
        readOnly: true,
        cache: new KvCache(guard.stateCipher(request.contractKey.og), state),
        query: { primitives, host: state, txKey: opened.txKey, header: opened.message, depth: request.depth },
        externalGasUnit: GAS_MULTIPLIER,
        refundWrites: false,
        ...(debug === undefined ? {} : { debug }),
      }),
    );
    return withGas(usedGas, () => ({
      usedGas,
      ...encryptQueryOutput(primitives, opened.txKey, parseContractOutput(output)),
    }));
  }

  #run(entry: ChangingCall, call: MessageCall): ContractResult {
    const { message, opened: ahead } = call.claimed;
    const sealed = { bytes: message.msg, opened: ahead };
    const { opened, input } = this.#open(sealed, call.identity.codeHash, unreadableStatus(entry));
    const { msg, replyParams } = input;
    const sender = encodeAddress(message.sender);
    return this.#perform(entry, { ...call, opened, msg, replyParams, sender, funds: envFunds(entry, call.claimed) });
  }

  #perform(entry: ChangingCall, call: OpenedCall): ContractResult {
    const { block, host, claimed, identity, request, opened, sender, funds } = call;
    const { primitives, guard, counter, debug } = this.#options;
    const { height, timeNs } = block.facts;
    checkSignedGas(request.gasLimit, claimed);
    const module = this.#modules.get(identity.codeHash, host);
    if (entry === "instantiate" && module.hasFloats) throw new EnclaveError("WasmModuleWithFP");
    const random = this.#random(module, call);
    const salt = counter.next(height);
    const transaction = { index: request.origin.transactionIndex, hash: claimed.transactionHash };
    const state = new HostState(host, call.ahead);
    const cache = new KvCache(guard.stateCipher(call.ogKey), state);
    this.#transaction = transaction;
    return this.#settled(state, () => {
      const { output, usedGas } = this.#nested(1, () =>
        runContract(module, this.#machine, {
          entry,
          environment: this.#environment(identity, block.facts, {
            sender,
            funds,
            random,
            transaction,
          }),
          message: call.msg,
          gasLimit: checkedGasLimit(request.gasLimit),
          readOnly: false,
          cache,
          query: { primitives, host: state, txKey: opened.txKey, header: opened.message, depth: 1 },
          ...CALL_RULES[entry],
          ...(debug === undefined ? {} : { debug }),
        }),
      );
      return withGas(usedGas, () => {
        // The flush comes before the output is even parsed: its gas is due also for an output that is refused.
        const flushed = cache.flush(stateSalt(timeNs, salt.height, salt.counter));
        const context: OutputContext = {
          primitives,
          guard,
          txKey: opened.txKey,
          header: opened.message,
          replyParams: call.replyParams,
          contractAddress: identity.contractAddress,
          codeHash: toHex(identity.codeHash),
        };
        const version = module.apiVersion === "v1" ? 1 : 0;
        const { emitted, awaited, ...encrypted } = encryptOutput(context, parseContractOutput(output), version);
        block.expect(emitted);
        block.replies.add(opened, awaited, encrypted.internalReplyEnclaveSig);
        return { usedGas, usedHints: state.takeUsed(), ...flushed, ...encrypted };
      });
    });
  }

  /** `unreadable`: what a message that does not decrypt is. */
  #open(
    sealed: { readonly bytes: Uint8Array; readonly opened?: OpenedMessage | undefined },
    codeHash: Uint8Array,
    unreadable: "ValidationFailure" | "DecryptionError",
  ): ReadableMessage {
    const { bytes } = sealed;
    if (bytes.length > MAX_MESSAGE_BYTES) throw new EnclaveError("FailedFunctionCall", { check: "message size" });
    const opened = sealed.opened ?? this.#options.guard.tryOpenMessage(bytes);
    if (opened === undefined) throw new EnclaveError(unreadable, { check: "message does not decrypt" });
    const input = tryParseContractInput(opened.plaintext);
    if (input === undefined || toHex(input.codeHash) !== toHex(codeHash)) {
      throw new EnclaveError("ValidationFailure", { check: "code hash prefix" });
    }
    return { opened, input };
  }

  #random(module: CompiledModule, { block, contractKey }: CallInput): Uint8Array | undefined {
    if (!module.requiresRandom || module.apiVersion !== "v1") return undefined;
    const { height, hash } = block.facts;
    const counter = this.#options.counter.forRandom(height);
    return this.#options.guard.contractRandom({ blockHash: hash, height, contractKey, counter });
  }

  #environment(
    identity: ContractIdentity,
    block: QueryBlock,
    call: Pick<CallEnvironment, "sender" | "funds" | "random" | "transaction">,
  ): CallEnvironment {
    return {
      height: block.height,
      timeNs: block.timeNs,
      chainId: block.chainId,
      contract: encodeAddress(identity.contractAddress),
      codeHash: toHex(identity.codeHash),
      ...call,
    };
  }

  /** When a message fails, the reads that it made by hint are reported all the same. */
  #settled<T>(state: HostState, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (EnclaveError.is(error) && !(error instanceof HostAbort)) state.settle();
      throw error;
    }
  }

  #nested(depth: number, run: () => RunResult): RunResult {
    const before = this.#depth;
    this.#depth = depth;
    try {
      return run();
    } finally {
      this.#depth = before;
    }
  }
}

interface CallInput {
  readonly request: Pick<EcallRequest<"execute">, "origin" | "gasLimit">;
  readonly block: OpenBlock;
  readonly host: HostCalls;
  readonly claimed: CallOrigin;
  readonly identity: ContractIdentity;
  /** Key that randomness is bound to. */
  readonly contractKey: Uint8Array;
  /** Original key: state is always encrypted under it. */
  readonly ogKey: Uint8Array;
  readonly ahead?: ReadAhead;
}

/** A call by a message, still sealed. */
interface MessageCall extends CallInput {
  readonly claimed: AuthenticatedMessage;
}

/** A call whose input is in clear. */
interface OpenedCall extends CallInput {
  readonly opened: OpenedMessage;
  readonly msg: Uint8Array;
  readonly replyParams: readonly ReplyParam[];
  /** Bech32 text; empty in replies. */
  readonly sender: string;
  readonly funds: CallEnvironment["funds"];
}

/** Upstream takes what does not decrypt as plaintext and fails later, except in a migration (spec 02 §2.5). */
function unreadableStatus(entry: ChangingCall): "ValidationFailure" | "DecryptionError" {
  return entry === "migrate" ? "DecryptionError" : "ValidationFailure";
}

/** Coins as the contract sees them; cw20 vouchers are not bank coins and are hidden from `execute` (spec 03 §4.8). */
function envFunds(entry: ChangingCall, { message }: AuthenticatedMessage): CallEnvironment["funds"] {
  return entry === "execute" ? message.funds.filter(({ denom }) => !denom.startsWith("cw20:")) : message.funds;
}

/** SECURITY: the host may not grant more gas than the user signed (architecture §3). */
function checkSignedGas(gasLimit: bigint, { signedGasLimit }: CallOrigin): void {
  if (gasLimit > signedGasLimit * GAS_MULTIPLIER) throw new EnclaveError("ValidationFailure", { check: "gas limit" });
}

function checkedGasLimit(gasLimit: bigint): bigint {
  if (gasLimit > MAX_CALL_GAS) throw new EnclaveError("BadRequest", { check: "gas limit" });
  return gasLimit;
}

/** Failures after the run still cost what the run used. */
function withGas<T>(usedGas: bigint, finish: () => T): T {
  try {
    return finish();
  } catch (error) {
    if (!EnclaveError.is(error)) throw error;
    throw new EnclaveError(error.status, { usedGas, ...(error.check === undefined ? {} : { check: error.check }) });
  }
}
