/**
 * From what V8 throws to the error of the call (spec 03 §2.3, last table).
 *
 * V8 names a trap by message only, and messages are no API: a test provokes every trap and pins its class, so that a
 * changed text is found before it can split a network. What can be decided without the text is: out of gas and stack
 * overflow by the meters, the two failures of an indirect call by the noted index and the module's constant table.
 * The place of a trap is what a stack shows of it.
 * @module
 */
import { EngineFatalError, VmError } from "../errors.ts";
import { V8 } from "../v8.ts";

/** Facts at the moment of a trap. */
export interface TrapFacts {
  /** The stack counter went below zero. */
  readonly stackExceeded: boolean;
  /** A charge did not fit. */
  readonly exhausted: boolean;
  /** The table entry of the last indirect call is null or outside of the table. */
  readonly emptyTableEntry: boolean;
}

/** Whether `error` is V8's own stack limit: unreachable on a stack of the documented size. */
export function isNativeStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === "Maximum call stack size exceeded";
}

/** Error of the call for a wasm trap; undefined when `error` is none. */
export function classifyTrap(error: unknown, facts: TrapFacts): VmError | undefined {
  if (isNativeStackOverflow(error)) return new VmError("StackOverflow", "native");
  if (!(error instanceof V8.RuntimeError)) return undefined;
  switch (error.message) {
    case "unreachable":
      if (facts.stackExceeded) return new VmError("StackOverflow");
      if (facts.exhausted) return new VmError("OutOfGas");
      return new VmError("ContractPanic", "unreachable");
    case "divide result unrepresentable":
      return new VmError("ContractPanic", "integer overflow");
    case OUT_OF_BOUNDS:
      return new VmError("OutOfBounds");
    case "divide by zero":
    case "remainder by zero":
      return new VmError("DivisionByZero");
    case "float unrepresentable in integer range":
      return new VmError("InvalidConversionToInteger");
    case "table index is out of bounds":
    case "table access out of bounds":
      return new VmError("NonExistentResource");
    case "null function or function signature mismatch":
    case "null function or function signature (or shape) mismatch":
    case "function signature mismatch":
      return new VmError(facts.emptyTableEntry ? "NonExistentResource" : "IndirectCallTypeMismatch");
    default:
      return new VmError("Unknown", "trap");
  }
}

const OUT_OF_BOUNDS = "memory access out of bounds";
/** A frame of wasm as the WebAssembly Web API has it displayed: index of the function, byte of the module. */
const WASM_FRAME = /:wasm-function\[\d+\]:0x([0-9a-f]+)\)?$/;

/** The byte of its module at which an access beyond memory trapped; undefined when `error` is nothing of that. */
export function outOfBoundsPlace(error: unknown): number | undefined {
  if (!(error instanceof V8.RuntimeError) || error.message !== OUT_OF_BOUNDS) return undefined;
  const [, place] = WASM_FRAME.exec(innermostFrame(error)) ?? [];
  if (place === undefined) {
    throw new EngineFatalError("V8 does not show the place of a trap", error);
  }
  return Number.parseInt(place, 16);
}

/** V8 writes the stack down when it is first asked for, in a form that others may have changed. */
function innermostFrame(error: Error): string {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, frames) => `\n${String(frames[0])}`;
    return error.stack?.split("\n")[1] ?? "";
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** The machine failed, not the contract. */
export function fatal(error: unknown): EngineFatalError {
  return new EngineFatalError("the executor cannot provide the memory of a contract", error);
}
