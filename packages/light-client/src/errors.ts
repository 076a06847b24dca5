/**
 * Refusals of the verifier. The code says which rule was broken.
 * @module
 */
import { LocalError } from "@enclavenet/common";

export type LightClientCode =
  | "COMMIT_SHAPE"
  | "COMMIT_SIGNATURE"
  | "COMMIT_POWER"
  | "HEADER_CHAIN"
  | "HEADER_HASH"
  | "HEADER_HEIGHT"
  | "HEADER_TIME"
  | "HEADER_VALIDATORS"
  | "PROOF";

export class LightClientError extends LocalError {
  constructor(code: LightClientCode, message: string) {
    super(code, message);
  }
}
