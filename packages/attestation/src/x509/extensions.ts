/**
 * Extensions of certificates and revocation lists. One that is critical and not known is refused, as is one that
 * comes twice.
 *
 * Rule: RFC 5280 §4.2 and §5.2.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { boolean, DerReader, namedBits, smallInteger, TAG } from "../encoding/der.ts";
import { type AttestationCode, refuse } from "../errors.ts";

/** Identifiers as the hexadecimal digits of their encoding. */
export const EXTENSION = {
  /** 2.5.29.14 */
  subjectKeyIdentifier: "551d0e",
  /** 2.5.29.15 */
  keyUsage: "551d0f",
  /** 2.5.29.19 */
  basicConstraints: "551d13",
  /** 1.2.840.113741.1.13.1, all that Intel says about a platform. */
  sgx: "2a864886f84d010d01",
} as const;

/** Bits of the key usage. RFC 5280 §4.2.1.3 */
export const KEY_USAGE = { digitalSignature: 0x8000, certificateSign: 0x0400, crlSign: 0x0200 } as const;

const MAX_EXTENSIONS = 32;

/** Value of each extension by its identifier. `known` are those that may be critical. */
export function readExtensions(
  sequence: DerReader,
  known: readonly string[],
  code: AttestationCode,
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  while (!sequence.isAtEnd) {
    const extension = sequence.open(TAG.sequence);
    const id = toHex(extension.next(TAG.oid).content);
    const flag = extension.optional(TAG.boolean);
    const critical = flag !== undefined && boolean(flag);
    // X.690 §11.5: a default is left out.
    if (flag !== undefined && !critical) refuse(code, "default of an extension that is written out");
    const value = extension.next(TAG.octetString).content;
    extension.end();
    if (critical && !known.includes(id)) refuse(code, "unknown critical extension");
    if (found.has(id) || found.size === MAX_EXTENSIONS) refuse(code, "extension twice, or too many of them");
    found.set(id, value);
  }
  return found;
}

/** Whether a key may sign certificates, and how many authorities may follow below. */
export interface BasicConstraints {
  readonly isAuthority: boolean;
  readonly pathLength: number | undefined;
}

/** RFC 5280 §4.2.1.9. Absent: no authority. */
export function basicConstraints(value: Uint8Array | undefined): BasicConstraints {
  if (value === undefined) return { isAuthority: false, pathLength: undefined };
  const outer = new DerReader(value);
  const inner = outer.open(TAG.sequence);
  outer.end();
  const flag = inner.optional(TAG.boolean);
  const isAuthority = flag !== undefined && boolean(flag);
  const length = inner.optional(TAG.integer);
  inner.end();
  return { isAuthority, pathLength: length === undefined ? undefined : smallInteger(length, 255) };
}

/** RFC 5280 §4.2.1.3. Absent: nothing. */
export function keyUsage(value: Uint8Array | undefined): number {
  if (value === undefined) return 0;
  const outer = new DerReader(value);
  const bits = namedBits(outer.next(TAG.bitString));
  outer.end();
  return bits;
}
