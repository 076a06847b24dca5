/**
 * Runs one form of a module and notes how it ended: result or trap, gas, host calls, globals, memory.
 * @module
 */
import { EXPORT } from "../../../src/instrument/emit-module.ts";
import { type CompiledModule, compileModule } from "../../../src/runtime/compile.ts";
import { Guest } from "../../../src/runtime/guest.ts";
import { classifyTrap } from "../../../src/runtime/traps.ts";
import { V8, type WasmFunction, type WasmGlobal, type WasmModule } from "../../../src/v8.ts";
import { I64, type ModuleTree } from "./ast.ts";
import { encode } from "./encode.ts";
import { EXPORTS } from "./generate.ts";
import { type HostCall, hostFunctions, type Subject } from "./host.ts";
import { RuleStop, Rules } from "./rules.ts";

/** How a run ended, with everything that can be seen of it. */
export interface Ending {
  /** The result, or the kind of the failure. */
  readonly outcome: number | string;
  /** V8's word for a trap of the program itself. */
  readonly trap: string | undefined;
  readonly remaining: bigint | undefined;
  readonly exhausted: bigint | undefined;
  readonly log: readonly HostCall[];
  readonly globals: readonly number[];
  readonly memory: Uint8Array;
}

/** A host function could not take its gas. */
class HostOutOfGas extends Error {}

type Exports = Record<string, WasmFunction> & { memory: { buffer: ArrayBuffer; grow(pages: number): number } };

function readGlobals(tree: ModuleTree, read: (index: number, half: number) => number): number[] {
  return tree.globals.flatMap(({ type }, index) =>
    type === I64 ? [read(index, 0), read(index, 1)] : [read(index, 0)],
  );
}

/** The message of a trap; throws what is none. */
function trapOf(error: unknown): string {
  if (error instanceof V8.RuntimeError) return error.message;
  throw error;
}

const RAW_KINDS: Readonly<Record<string, string>> = {
  unreachable: "ContractPanic",
  "divide result unrepresentable": "ContractPanic",
  "divide by zero": "DivisionByZero",
  "remainder by zero": "DivisionByZero",
  "memory access out of bounds": "OutOfBounds",
  "table index is out of bounds": "NonExistentResource",
};

/** Kind of a trap by the rules: an indirect call fails for its entry or for its type. */
function kindOf(tree: ModuleTree, trap: string, entry: number): string {
  return RAW_KINDS[trap] ?? (tree.table?.[entry] === undefined ? "NonExistentResource" : "IndirectCallTypeMismatch");
}

interface MeteredInstance {
  readonly guest: Guest;
  readonly pages: WasmGlobal<number>;
  use(subject: Subject, log: HostCall[]): void;
}

/** The forms of one module, compiled once. */
export class Forms {
  readonly tree: ModuleTree;
  readonly args: readonly [number, number];
  readonly contract: Uint8Array;
  private readonly module: CompiledModule;
  private readonly probe: WasmModule;
  private guest: MeteredInstance | undefined;

  constructor(tree: ModuleTree, args: readonly [number, number]) {
    this.tree = tree;
    this.args = args;
    this.contract = encode(tree, "contract");
    this.module = compileModule(this.contract);
    this.probe = new V8.Module(encode(tree, "probe"));
  }

  /** V8 alone. */
  raw(): Ending {
    const log: HostCall[] = [];
    let exports: Exports | undefined;
    const subject: Subject = {
      remaining: () => undefined,
      stack: () => undefined,
      charge() {},
      allocate: (bytes) => exports?.[EXPORTS.allocate]?.(bytes) as number,
    };
    const module = new V8.Module(encode(this.tree, "raw"));
    exports = new V8.Instance(module, { env: hostFunctions(subject, log) }).exports as Exports;
    return { ...this.plain(exports, log), remaining: undefined, exhausted: undefined };
  }

  /** V8 and the rules. */
  probed(limit: bigint): { readonly ending: Ending; readonly rules: Rules } {
    const rules = new Rules(this.tree);
    const log: HostCall[] = [];
    let exports: Exports | undefined;
    const subject: Subject = {
      remaining: () => rules.remaining,
      stack: () => rules.stack,
      charge(amount) {
        if (!rules.tryCharge(amount)) throw new HostOutOfGas();
      },
      allocate: (bytes) => rules.reenter(() => exports?.[EXPORTS.allocate]?.(bytes) as number),
    };
    const env = { ...hostFunctions(subject, log), ...rules.probes };
    exports = new V8.Instance(this.probe, { env: env as Record<string, WasmFunction> }).exports as Exports;
    rules.memory = exports.memory;
    rules.begin(limit);
    return { ending: this.plain(exports, log, rules), rules };
  }

  private plain(exports: Exports, log: HostCall[], rules?: Rules): Ending {
    let outcome: number | string;
    let trap: string | undefined;
    try {
      outcome = exports[EXPORTS.run]?.(...this.args) as number;
    } catch (error) {
      if (error instanceof RuleStop) {
        outcome = error.kind;
        if (rules !== undefined) rules.stopped = true;
        if (error.kind === "ContractPanic") trap = "unreachable";
      } else if (error instanceof HostOutOfGas) {
        outcome = "OutOfGas";
        if (rules !== undefined) rules.stopped = true;
      } else {
        trap = trapOf(error);
        outcome = kindOf(this.tree, trap, rules?.tableEntry ?? -1);
      }
    }
    const [remaining, exhausted] = [rules?.remaining, rules?.exhausted];
    rules?.end();
    const globals = readGlobals(this.tree, (index, half) => exports[EXPORTS.readGlobal]?.(index, half) as number);
    return { outcome, trap, remaining, exhausted, log, globals, memory: new Uint8Array(exports.memory.buffer) };
  }

  private instance(): MeteredInstance {
    if (this.guest !== undefined) return this.guest;
    let functions: ReturnType<typeof hostFunctions> = {};
    const env = {
      host_value: (...args: (number | bigint)[]) => functions.host_value?.(...args),
      host_note: (...args: (number | bigint)[]) => functions.host_note?.(...args),
    };
    const instance = new V8.Instance(this.module.wasm, { env });
    this.guest = {
      guest: new Guest(instance, this.module.owed),
      pages: instance.exports[EXPORT.pages] as WasmGlobal<number>,
      use(subject, log) {
        functions = hostFunctions(subject, log);
      },
    };
    return this.guest;
  }

  /** The engine. An instance is used again, cleared, where the engine would use it again. */
  metered(limit: bigint): Ending {
    const log: HostCall[] = [];
    const { guest, pages, use } = this.instance();
    const left = (): bigint => BigInt.asUintN(64, guest.remaining());
    use(
      {
        remaining: left,
        stack: () => guest.stack.value,
        charge(amount) {
          if (guest.charge(amount) === 0) throw new HostOutOfGas();
        },
        allocate: (bytes) => guest.allocate(bytes),
      },
      log,
    );
    guest.begin(limit);
    const { outcome, trap } = this.call(guest);
    const [remaining, exhausted] = [left(), BigInt.asUintN(64, guest.exhausted.value)];
    // Far from the limits that runs have.
    guest.begin(2n ** 62n);
    const read = guest.function(EXPORTS.readGlobal);
    const globals = readGlobals(this.tree, (index, half) => Number(read(index, half)));
    const memory = guest.memory.all().slice(0, 65_536 * pages.value);
    if (!guest.clear(true)) this.guest = undefined;
    return { outcome, trap, remaining, exhausted, log, globals, memory };
  }

  private call(guest: Guest): { readonly outcome: number | string; readonly trap: string | undefined } {
    try {
      return { outcome: Number(guest.function(EXPORTS.run)(...this.args)), trap: undefined };
    } catch (error) {
      if (error instanceof HostOutOfGas) return { outcome: "OutOfGas", trap: undefined };
      guest.settle(error);
      const stopped = guest.stack.value < 0 || guest.exhausted.value !== 0n;
      const failure = classifyTrap(error, {
        stackExceeded: guest.stack.value < 0,
        exhausted: guest.exhausted.value !== 0n,
        emptyTableEntry: this.module.filledTable[guest.tableIndex.value >>> 0] !== 1,
      });
      if (failure === undefined) throw error;
      return { outcome: failure.kind, trap: stopped ? undefined : trapOf(error) };
    }
  }
}
