/**
 * The end of a reference run, by the name of the enclave's status (spec 03 §2.3).
 * @module
 */

export class Trap extends Error {
  readonly kind: string;

  constructor(kind: string) {
    super(kind);
    this.kind = kind;
  }
}
