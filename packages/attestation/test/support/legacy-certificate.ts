/** The certificate of a registration in its older layout: three lengths and three parts (spec 01 §4.3). */
import { type CombinedEvidence, encodeCombinedEvidence } from "@enclavenet/attestation";
import { concatBytes, le32 } from "@enclavenet/common";

const HEAD = 5;

/** Bytes of the part that begins at `at` of a certificate with tags. */
function part(bytes: Uint8Array, at: number): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1, true);
  return bytes.slice(at + HEAD, at + HEAD + length);
}

export function legacyCertificate(evidence: Pick<CombinedEvidence, "quote" | "collateral">): Uint8Array {
  const tagged = encodeCombinedEvidence({ ...evidence, owner: new Uint8Array(32) });
  const quote = part(tagged, 0);
  const collateral = part(tagged, HEAD + quote.length);
  return concatBytes(le32(0), le32(quote.length), le32(collateral.length), quote, collateral);
}
