/**
 * The rules of metering and of the stack limit (spec 03 §2.3), applied to what a probe reports. It knows the tree and the
 * numbers of the rules, and nothing of the engine.
 * @module
 */
import { countedNodes, GAS_PER_INSTRUCTION, type ModuleTree, stackWeights } from "./ast.ts";

const PAGE_LIMIT = 192;
const PAGE_GAS = 8_192n;
const METER_GAS = 28n;
const FAILED_ARM_GAS = 6n;
const STACK_SLOTS = 1_048_576;
const REENTRY_SLOTS = 32_768;
/** The largest limit that a call may have. */
export const UNLIMITED = 2n ** 64n - 1n;

/** Ends a probe where a rule says so. */
export class RuleStop extends Error {
  readonly kind: "OutOfGas" | "StackOverflow" | "ContractPanic";
  constructor(kind: RuleStop["kind"]) {
    super(kind);
    this.kind = kind;
  }
}

interface Memory {
  grow(pages: number): number;
  readonly buffer: ArrayBuffer;
}

/** Meter and stack counter of one run. */
export class Rules {
  private readonly costs: readonly bigint[];
  private readonly weights: readonly number[];
  memory: Memory | undefined;
  remaining = 0n;
  exhausted = 0n;
  stack = 0;
  /** What every charge asked for together with all before it: the limits at which a run ends elsewhere. */
  readonly marks: bigint[] = [];
  readonly reached: Uint8Array;
  grows = 0;
  indirectCalls = 0;
  tableEntry = -1;
  /** A rule ended the run, not the program. */
  stopped = false;
  private limit = 0n;
  private ended = false;

  constructor(tree: ModuleTree) {
    this.costs = tree.sequences.map((sequence) => GAS_PER_INSTRUCTION * BigInt(countedNodes(sequence).length));
    this.weights = stackWeights(tree.functions);
    this.reached = new Uint8Array(tree.sequences.length);
  }

  begin(limit: bigint): void {
    this.limit = limit;
    this.remaining = limit;
    this.stack = STACK_SLOTS;
  }

  /** The program has ended: what the host still asks of it costs nothing and is not noted. */
  end(): void {
    this.ended = true;
    this.stack = STACK_SLOTS;
  }

  /** All or nothing. */
  tryCharge(amount: bigint): boolean {
    if (this.ended) return true;
    if (amount > 0n) this.marks.push(this.limit - this.remaining + amount);
    if (this.remaining >= amount) {
      this.remaining -= amount;
      return true;
    }
    this.exhausted = amount;
    return false;
  }

  private charge(amount: bigint): void {
    if (!this.tryCharge(amount)) throw new RuleStop("OutOfGas");
  }

  /** Before and after the host calls into the program. */
  reenter<T>(run: () => T): T {
    if (this.stack < REENTRY_SLOTS) throw new RuleStop("ContractPanic");
    this.stack -= REENTRY_SLOTS;
    const result = run();
    this.stack += REENTRY_SLOTS;
    return result;
  }

  readonly probes = {
    sequence: (id: number): void => {
      if (!this.ended) this.reached[id] = 1;
      this.charge(this.costs[id] as bigint);
    },
    enter: (fn: number): void => {
      this.stack -= this.weights[fn] as number;
      if (this.stack < 0) throw new RuleStop("StackOverflow");
    },
    leave: (fn: number): void => {
      this.stack += this.weights[fn] as number;
    },
    entry: (index: number): number => {
      this.indirectCalls++;
      this.tableEntry = index >>> 0;
      return index;
    },
    grow: (pages: number): number => this.grow(pages),
  };

  private grow(pages: number): number {
    this.grows++;
    this.charge(METER_GAS);
    const price = BigInt.asUintN(64, BigInt(pages) * PAGE_GAS);
    if (this.remaining < price) this.charge(FAILED_ARM_GAS);
    this.charge(price);
    const { memory } = this;
    const size = memory === undefined ? 0 : memory.buffer.byteLength / 65_536;
    if (memory === undefined || size + (pages >>> 0) > PAGE_LIMIT) return -1;
    return memory.grow(pages);
  }
}
