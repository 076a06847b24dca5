/**
 * What happens in one transaction or query, as a tree: operations of the stores, ecalls with the ocalls in them, and the call
 * of the contract with what its host answered.
 *
 * The engine's door is watched by the test that mocks it; see `watchedEngine`.
 * @module
 */
import type { Enclave, OcallHandlers } from "@enclavenet/enclave-api";
import type * as Engine from "@enclavenet/wasm-engine";
import type { Answer, RecordedCall } from "./reference/call.ts";
import type { StoreOperation } from "./store-trace.ts";

export interface OperationEvent {
  readonly kind: "operation";
  readonly operation: StoreOperation;
}
export interface OcallEvent {
  readonly kind: "ocall";
  readonly name: string;
  /** Reads by hint that are charged before it. */
  readonly settled: number;
  readonly events: TraceEvent[];
}
export interface CallEvent {
  readonly kind: "call";
  readonly call: RecordedCall;
  readonly events: TraceEvent[];
  /** What the engine said; undefined when the host broke the call off. */
  outcome: Engine.CallOutcome | undefined;
}
export interface EcallEvent {
  readonly kind: "ecall";
  readonly name: string;
  /** A user sent the message: the node looks up the account's number. */
  readonly isOfUser: boolean;
  readonly events: TraceEvent[];
  readonly hints: number;
  /** The wasm gas that the enclave reported, also with a failure. */
  usedGas: bigint;
  /** Reads by hint that are charged after it. */
  settledAfter: number;
  /** The run failed, or the contract said so. */
  failed: boolean;
  /** The enclave answered: what was written is flushed. */
  answered: boolean;
}
export type TraceEvent = OperationEvent | OcallEvent | CallEvent | EcallEvent;

/** Ecalls that run a contract. */
const CONTRACT_CALLS = new Set(["instantiate", "execute", "query", "migrate", "reply"]);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const shown = (arg: unknown): string =>
  arg instanceof Uint8Array
    ? hex(arg)
    : Array.isArray(arg)
      ? arg.map(shown).join("")
      : typeof arg === "string"
        ? hex(new TextEncoder().encode(arg))
        : `${arg}`;

interface ContractResponse {
  readonly usedGas?: bigint;
  readonly result?: {
    readonly usedGas: bigint;
    readonly usedHints: readonly number[];
    readonly error?: string | undefined;
  };
}

export class Trace {
  /** One list per transaction or query. */
  readonly parts: TraceEvent[][] = [];
  #open: TraceEvent[][] = [];

  /** Begins a part; what happens before the first is not noted. */
  begin(): void {
    const part: TraceEvent[] = [];
    this.parts.push(part);
    this.#open = [part];
  }

  /** Ends the last part. */
  end(): void {
    this.#open = [];
  }

  note(event: TraceEvent): void {
    this.#open.at(-1)?.push(event);
  }

  readonly operation = (operation: StoreOperation): void => this.note({ kind: "operation", operation });

  #within<T>(event: Exclude<TraceEvent, OperationEvent>, run: () => T): T {
    if (this.#open.length === 0) return run();
    this.note(event);
    this.#open.push(event.events);
    try {
      return run();
    } finally {
      this.#open.pop();
    }
  }

  /** The enclave with its contract calls noted. */
  watchEnclave(inner: Enclave): Enclave {
    const call: Enclave["call"] = (name, request, handlers) => {
      if (!CONTRACT_CALLS.has(name) || handlers === undefined) return inner.call(name, request, handlers);
      const { origin, hints } = request as { origin?: { callback?: unknown }; hints?: readonly unknown[] };
      const event: EcallEvent = {
        ...{
          kind: "ecall",
          name,
          isOfUser: name !== "reply" && origin !== undefined && origin.callback === undefined,
          events: [],
        },
        ...{ hints: hints?.length ?? 0, usedGas: 0n, settledAfter: 0, failed: true, answered: false },
      };
      try {
        const response = this.#within(event, () => inner.call(name, request, this.#watchHandlers(handlers)));
        const { result, usedGas } = response as ContractResponse;
        event.usedGas = result?.usedGas ?? usedGas ?? 0n;
        event.settledAfter = result?.usedHints.length ?? 0;
        event.answered = true;
        event.failed = result?.error !== undefined;
        return response;
      } catch (error) {
        event.usedGas = (error as { usedGas?: bigint }).usedGas ?? 0n;
        throw error;
      }
    };
    return { call };
  }

  #watchHandlers(handlers: Partial<OcallHandlers>): Partial<OcallHandlers> {
    const watched = Object.entries(handlers).map(([name, serve]) => {
      const watch = (request: { readonly usedHints?: readonly number[] }): unknown => {
        const settled = request.usedHints?.length ?? 0;
        return this.#within({ kind: "ocall", name, settled, events: [] }, () =>
          (serve as (r: object) => unknown)(request),
        );
      };
      return [name, watch] as const;
    });
    return Object.fromEntries(watched) as Partial<OcallHandlers>;
  }

  /** Replacements for the engine's functions that note calls and what their hosts answered. */
  watchEngine(engine: typeof Engine): Pick<typeof Engine, "compileModule" | "call"> {
    const sources = new WeakMap<Engine.CompiledModule, Uint8Array>();
    return {
      compileModule: (wasm) => {
        const module = engine.compileModule(wasm);
        sources.set(module, wasm.slice());
        return module;
      },
      call: (module, request, instances) => {
        const answers: Answer[] = [];
        const { entry, env, info = new Uint8Array(0), msg, gasLimit } = request;
        const wasm = sources.get(module) as Uint8Array;
        const recorded = { wasm, env, info, msg, gasLimit, answers, entry: entry as RecordedCall["entry"] };
        const event: CallEvent = { kind: "call", call: recorded, events: [], outcome: undefined };
        const backend = watchBackend(request.backend, answers);
        event.outcome = this.#within(event, () => engine.call(module, { ...request, backend }, instances));
        return event.outcome;
      },
    };
  }
}

function watchBackend(inner: Engine.Backend, answers: Answer[]): Engine.Backend {
  const watch = <O extends object>(object: O): O =>
    new Proxy(object, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (name === "crypto" || name === "addresses") return watch(member as object);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown => {
          // What is left of the gas is the engine's own number: the second reckoning has its own.
          const asked = (name === "query" ? args.slice(0, 1) : args).map(shown);
          const value = Reflect.apply(member, target, args) as unknown;
          answers.push({ name: String(name), args: asked, value });
          return value;
        };
      },
    });
  return watch(inner);
}
