/**
 * Gas meters with the SDK's rules: consumption is recorded before the limit is checked, so that a failed transaction
 * reports what it tried to use.
 * @module
 */

const UINT64_MAX = (1n << 64n) - 1n;

/** Counts gas against a limit. */
export interface GasMeter {
  /** Throws {@link OutOfGasError} past the limit and {@link GasOverflowError} past 2^64 - 1. */
  consumeGas(amount: bigint, descriptor: string): void;
  /** Throws {@link NegativeGasError} when more is returned than was consumed. */
  refundGas(amount: bigint, descriptor: string): void;
  gasConsumed(): bigint;
  /** What was consumed, at most the limit. */
  gasConsumedToLimit(): bigint;
  /** What is left, zero past the limit. */
  gasRemaining(): bigint;
  /** 2^64 - 1 for a meter without limit. */
  limit(): bigint;
  /** Whether more than the limit was consumed. */
  isPastLimit(): boolean;
  /** Whether the limit was reached or passed. */
  isOutOfGas(): boolean;
}

/** Execution went past its gas limit. */
export class OutOfGasError extends Error {
  override readonly name = "OutOfGasError";
  readonly descriptor: string;

  constructor(descriptor: string) {
    super(`out of gas in location: ${descriptor}`);
    this.descriptor = descriptor;
  }
}

/** Consumption does not fit 64 bits. */
export class GasOverflowError extends Error {
  override readonly name = "GasOverflowError";
  readonly descriptor: string;

  constructor(descriptor: string) {
    super(`gas overflow in location: ${descriptor}`);
    this.descriptor = descriptor;
  }
}

/** A refund exceeds what was consumed. */
export class NegativeGasError extends Error {
  override readonly name = "NegativeGasError";
  readonly descriptor: string;

  constructor(descriptor: string) {
    super(`negative gas consumed in location: ${descriptor}`);
    this.descriptor = descriptor;
  }
}

/** A meter without limit: counts only. */
export class InfiniteGasMeter implements GasMeter {
  private consumed = 0n;

  consumeGas(amount: bigint, descriptor: string): void {
    const sum = this.consumed + amount;
    if (sum > UINT64_MAX) {
      this.consumed = UINT64_MAX;
      throw new GasOverflowError(descriptor);
    }
    this.consumed = sum;
  }

  refundGas(amount: bigint, descriptor: string): void {
    if (amount > this.consumed) throw new NegativeGasError(descriptor);
    this.consumed -= amount;
  }

  gasConsumed(): bigint {
    return this.consumed;
  }

  gasConsumedToLimit(): bigint {
    return this.consumed;
  }

  gasRemaining(): bigint {
    return UINT64_MAX;
  }

  limit(): bigint {
    return UINT64_MAX;
  }

  isPastLimit(): boolean {
    return false;
  }

  isOutOfGas(): boolean {
    return false;
  }
}

/** A meter with a limit. */
export class BasicGasMeter implements GasMeter {
  private readonly maximum: bigint;
  private readonly counter = new InfiniteGasMeter();

  constructor(limit: bigint) {
    this.maximum = limit;
  }

  consumeGas(amount: bigint, descriptor: string): void {
    this.counter.consumeGas(amount, descriptor);
    if (this.isPastLimit()) throw new OutOfGasError(descriptor);
  }

  refundGas(amount: bigint, descriptor: string): void {
    this.counter.refundGas(amount, descriptor);
  }

  gasConsumed(): bigint {
    return this.counter.gasConsumed();
  }

  gasConsumedToLimit(): bigint {
    return this.isPastLimit() ? this.maximum : this.counter.gasConsumed();
  }

  gasRemaining(): bigint {
    return this.isPastLimit() ? 0n : this.maximum - this.counter.gasConsumed();
  }

  limit(): bigint {
    return this.maximum;
  }

  isPastLimit(): boolean {
    return this.counter.gasConsumed() > this.maximum;
  }

  isOutOfGas(): boolean {
    return this.counter.gasConsumed() >= this.maximum;
  }
}
