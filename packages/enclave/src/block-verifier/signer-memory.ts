/**
 * Account numbers under which senders' signatures verified before. The number is part of what a user signs and the host
 * names it with each message; a remembered one only says which signature to check ahead, never that it is good.
 * @module
 */
import { toHex } from "@enclavenet/common";

/** Senders remembered; the one longest unseen makes room. */
const CAPACITY = 4096;

export class SignerMemory {
  /** Hex of the canonical address → account number. */
  readonly #numbers = new Map<string, bigint>();

  accountNumber(sender: Uint8Array): bigint | undefined {
    return this.#numbers.get(toHex(sender));
  }

  remember(sender: Uint8Array, accountNumber: bigint): void {
    const name = toHex(sender);
    this.#numbers.delete(name);
    this.#numbers.set(name, accountNumber);
    const oldest = this.#numbers.keys().next().value;
    if (this.#numbers.size > CAPACITY && oldest !== undefined) this.#numbers.delete(oldest);
  }
}
