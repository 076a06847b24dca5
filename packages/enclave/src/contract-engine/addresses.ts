/**
 * Addresses as contracts know them: bech32 with the chain's prefix, and the decoder's error texts.
 *
 * Spec: 03 §1.4 (texts of bech32 0.7.2).
 * @module
 */

import { type HostAddresses, VmError } from "@enclavenet/wasm-engine";
import { type Bech32Failure, encodeBech32, tryDecodeBech32 } from "@enclavenet/wire";

function failureText(failure: Bech32Failure): string {
  switch (failure.kind) {
    case "length":
      return "invalid length";
    case "separator":
      return 'missing human-readable separator, "1"';
    case "character":
      return `invalid character (code=${failure.character})`;
    case "checksum":
      return "invalid checksum";
    case "mixed-case":
      return "mixed-case strings not allowed";
    case "padding":
      throw new VmError("Unknown");
  }
}

/** Address functions of the engine's imports. */
export const hostAddresses: HostAddresses = {
  decode(text) {
    const decoded = tryDecodeBech32(text);
    return "failure" in decoded
      ? { error: failureText(decoded.failure) }
      : { prefix: decoded.prefix, bytes: decoded.data };
  },
  encode: encodeBech32,
};
