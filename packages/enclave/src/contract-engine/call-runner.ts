/**
 * Runs a call that changes state: gas limits, randomness, counter, environment, the run itself, and what comes after it.
 * The kinds of call differ in how they are authenticated and opened, which is done before this.
 *
 * Spec: 02 §3.2 (order), 03 §2.4 (gas by kind of call), §7.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { createHostCrypto, stateSalt } from "@enclavenet/crypto";
import { type ContractResult, type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import { type CompiledModule, InstancePool } from "@enclavenet/wasm-engine";
import type { CallOrigin, OpenBlock } from "../block-verifier/open-block.ts";
import { HostAbort, type HostCalls } from "../host-calls.ts";
import type { ContractIdentity, KeyGuard } from "../key-guard/key-guard.ts";
import type { CallState } from "../state-proofs/block-state.ts";
import { encryptOutput } from "./encrypt-output.ts";
import type { EngineOptions } from "./engine-options.ts";
import { type CallBlock, type CallEnvironment, callEnvironment } from "./env.ts";
import { checkedGasLimit, checkSignedGas, withGas } from "./gas-limits.ts";
import { HostState, type ReadAhead } from "./host-state.ts";
import { KvCache } from "./kv-cache.ts";
import { ModuleCache } from "./module-cache.ts";
import type { OpenedInput } from "./open-message.ts";
import { parseContractOutput } from "./output.ts";
import type { OutputContext } from "./output-context.ts";
import { GAS_MULTIPLIER, type Machine, type RunResult, runContract } from "./run.ts";

/** The kinds of call that change state, and how their gas is counted (spec 03 §2.4, §3.3). */
const CALL_RULES = {
  instantiate: { externalGasUnit: 1n, refundWrites: false },
  execute: { externalGasUnit: GAS_MULTIPLIER, refundWrites: true },
  migrate: { externalGasUnit: GAS_MULTIPLIER, refundWrites: false },
  reply: { externalGasUnit: 1n, refundWrites: true },
} as const;

/** An authenticated and opened call. */
export interface StateCall {
  readonly entry: keyof typeof CALL_RULES;
  readonly request: Pick<EcallRequest<"execute">, "gasLimit">;
  readonly block: OpenBlock;
  readonly host: HostCalls;
  /** What reads are held against; undefined where the host is believed. */
  readonly proofs: CallState | undefined;
  readonly claimed: CallOrigin;
  readonly identity: ContractIdentity;
  /** Key that randomness is bound to. */
  readonly contractKey: Uint8Array;
  /** Original key: state is always encrypted under it. */
  readonly ogKey: Uint8Array;
  readonly input: OpenedInput;
  /** Bech32 text; empty in replies. */
  readonly sender: string;
  readonly funds: CallEnvironment["funds"];
  readonly ahead?: ReadAhead;
}

/** State of a call while it runs. */
interface Running {
  readonly module: CompiledModule;
  readonly state: HostState;
  readonly cache: KvCache;
  /** Salt of the values that the call writes. */
  readonly salt: Uint8Array;
}

export class CallRunner {
  readonly options: EngineOptions;
  readonly modules: ModuleCache;
  readonly machine: Machine;
  /** Query depth of the call that runs now; 1 when no query made it, 0 when nothing runs. */
  #depth = 0;
  /** Block of the call that runs now. */
  #block: CallBlock | undefined;
  /** env.transaction of the message that runs now; queries made by it see it too (spec 03 §4.1). */
  #transaction: CallEnvironment["transaction"];

  constructor(options: EngineOptions) {
    const instances = new InstancePool(options.instances);
    this.options = options;
    this.machine = { crypto: createHostCrypto(options.primitives), instances };
    this.modules = new ModuleCache(options.primitives, instances);
  }

  /** Guard of the keys that are live now. */
  get guard(): KeyGuard {
    return this.options.keys.guard;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Block of the call that asks a query now; undefined when nothing runs. */
  get block(): CallBlock | undefined {
    return this.#block;
  }

  /** env.transaction for a query that is asked now. */
  get transaction(): CallEnvironment["transaction"] {
    return this.#depth === 0 ? undefined : this.#transaction;
  }

  /** Runs the call; its writes and its output are ready for the host. */
  run(call: StateCall): ContractResult {
    const { block, host, identity, request, claimed, entry } = call;
    const { counter } = this.options;
    checkSignedGas(request.gasLimit, claimed);
    const module = this.modules.get(identity.codeHash, host);
    if (entry === "instantiate" && module.hasFloats) throw new EnclaveError("WasmModuleWithFP");
    const random = this.#random(module, call);
    const next = counter.next(block.facts.height);
    const salt = stateSalt(block.facts.timeNs, next.height, next.counter);
    const state = new HostState(host, identity.contractAddress, call.proofs, call.ahead);
    const cache = new KvCache(this.guard.stateCipher(call.ogKey), state);
    const running = { module, state, cache, salt };
    try {
      const result = this.#runWasm(call, running, random);
      return withGas(result.usedGas, () => this.#finish(call, running, result));
    } catch (error) {
      state.failed();
      // When a message fails, the reads that it made by hint are reported all the same.
      if (EnclaveError.is(error) && !(error instanceof HostAbort)) state.settle();
      throw error;
    }
  }

  #runWasm(call: StateCall, { module, state, cache }: Running, random: Uint8Array | undefined): RunResult {
    const { entry, request, claimed, identity, input, sender, funds, block } = call;
    const { primitives, debug } = this.options;
    const transaction = { index: claimed.transactionIndex, hash: claimed.transactionHash };
    this.#transaction = transaction;
    return this.nested(1, block.facts, () =>
      runContract(module, this.machine, {
        entry,
        environment: callEnvironment(identity, block.facts, { sender, funds, random, transaction }),
        message: input.msg,
        gasLimit: checkedGasLimit(request.gasLimit),
        readOnly: false,
        cache,
        query: { primitives, host: state, txKey: input.opened.txKey, header: input.opened.message, depth: 1 },
        ...CALL_RULES[entry],
        ...(debug === undefined ? {} : { debug }),
      }),
    );
  }

  #finish(
    { block, claimed, identity, input }: StateCall,
    { module, state, cache, salt }: Running,
    run: RunResult,
  ): ContractResult {
    const { primitives } = this.options;
    // The flush comes before the output is even parsed: its gas is due also for an output that is refused.
    const flushed = cache.flush(salt);
    state.flushed(flushed.writes);
    const context: OutputContext = {
      primitives,
      guard: this.guard,
      txKey: input.opened.txKey,
      header: input.opened.message,
      replyParams: input.replyParams,
      contractAddress: identity.contractAddress,
      codeHash: toHex(identity.codeHash),
    };
    const version = module.apiVersion === "v1" ? 1 : 0;
    const { emitted, awaited, ...encrypted } = encryptOutput(context, parseContractOutput(run.output), version);
    if (encrypted.error !== undefined) state.failed();
    block.expect(emitted, claimed);
    block.replies.add({
      opened: input.opened,
      awaited,
      resultSignature: encrypted.internalReplyEnclaveSig,
      transactionIndex: claimed.transactionIndex,
    });
    return { usedGas: run.usedGas, usedHints: state.takeUsed(), ...flushed, ...encrypted };
  }

  #random(module: CompiledModule, { block, contractKey }: StateCall): Uint8Array | undefined {
    if (!module.requiresRandom || module.apiVersion !== "v1") return undefined;
    const { height, hash } = block.facts;
    const counter = this.options.counter.forRandom(height);
    return this.guard.contractRandom({ blockHash: hash, height, contractKey, counter });
  }

  /** Runs a contract at a query depth. */
  nested(depth: number, block: CallBlock, run: () => RunResult): RunResult {
    const before = { depth: this.#depth, block: this.#block };
    this.#depth = depth;
    this.#block = block;
    try {
      return run();
    } finally {
      this.#depth = before.depth;
      this.#block = before.block;
    }
  }
}
