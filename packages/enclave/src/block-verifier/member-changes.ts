/**
 * What the registration messages of the open block would change. They count when the chain says that their transactions went through:
 * a message can be undone by what fails behind it.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import type { MemberChange } from "../keychain/members.ts";

interface Position {
  readonly txIndex: number;
  readonly msgIndex: number;
}

export class MemberChanges {
  readonly #byPosition = new Map<string, MemberChange>();

  add({ txIndex, msgIndex }: Position, change: MemberChange): void {
    this.#byPosition.set(`${txIndex}/${msgIndex}`, change);
  }

  /** The changes at these positions, which are in order; each is given once. Throws `PositionRejected`. */
  take(positions: readonly Position[]): readonly MemberChange[] {
    return positions.map(({ txIndex, msgIndex }) => {
      const key = `${txIndex}/${msgIndex}`;
      const change = this.#byPosition.get(key);
      if (change === undefined) throw new EnclaveError("PositionRejected", { check: "no registration there" });
      this.#byPosition.delete(key);
      return change;
    });
  }
}
