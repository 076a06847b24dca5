/**
 * The host of generated programs: the same functions for every form, and a log of what a host can see.
 * @module
 */

/** What a host does to the instance that runs. */
export interface Subject {
  /** Gas that the host sees; undefined where there is no meter. */
  remaining(): bigint | undefined;
  /** Slots that are left on the stack counter; undefined where there is none. */
  stack(): number | undefined;
  /** Takes gas, or throws. */
  charge(amount: bigint): void;
  allocate(bytes: number): number;
}

type HostFunction = (...args: (number | bigint)[]) => number | undefined;

/** A call as the host saw it: function, arguments, gas and stack that were left. */
export interface HostCall {
  readonly name: string;
  readonly args: readonly (number | bigint)[];
  readonly remaining: bigint | undefined;
  readonly stack: number | undefined;
}

/** Imports that write to `log`. What they do depends on their arguments alone. */
export function hostFunctions(subject: Subject, log: HostCall[]): Record<string, HostFunction> {
  const note = (name: string, args: readonly (number | bigint)[]): void =>
    void log.push({ name, args, remaining: subject.remaining(), stack: subject.stack() });
  return {
    host_value: (value) => {
      const number = value as number;
      note("host_value", [number]);
      switch (number & 3) {
        case 0:
          subject.charge(BigInt((number >>> 2) & 0xff));
          return number ^ 5;
        case 1: {
          const made = subject.allocate((number >>> 2) & 0xff);
          note("allocated", [made]);
          return made;
        }
        default:
          return Math.imul(number, 3);
      }
    },
    host_note: (wide, narrow) => {
      note("host_note", [wide as bigint, narrow as number]);
      return undefined;
    },
  };
}
