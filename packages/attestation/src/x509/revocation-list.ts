/**
 * Certificate revocation lists: complete, of one issuer, with the time of the next one.
 *
 * Rule: RFC 5280 §5.1. Indirect and partial lists announce themselves by critical extensions, which are refused.
 * @module
 */
import { DerReader, smallInteger, TAG } from "../encoding/der.ts";
import { derTime } from "../encoding/time.ts";
import { refuse } from "../errors.ts";
import { ecdsaSignature, expectEcdsa } from "./algorithms.ts";
import { readSerial } from "./certificate.ts";
import { readExtensions } from "./extensions.ts";
import { type Name, readName } from "./name.ts";

export interface RevocationList {
  readonly signed: Uint8Array;
  /** r ‖ s */
  readonly signature: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Serial numbers in hexadecimal. */
  readonly revoked: ReadonlySet<string>;
}

const VERSION_2 = 1;

function readEntries(entries: DerReader): ReadonlySet<string> {
  const revoked = new Set<string>();
  while (!entries.isAtEnd) {
    const entry = entries.open(TAG.sequence);
    revoked.add(readSerial(entry));
    derTime(entry.any());
    if (!entry.isAtEnd) readExtensions(entry.open(TAG.sequence), [], "CRL_FORMAT");
    entry.end();
  }
  return revoked;
}

/** RFC 5280 §5.1.2.6: the list is left out when it is empty; an empty one is accepted too. */
function readRevoked(fields: DerReader): ReadonlySet<string> {
  const entries = fields.optional(TAG.sequence);
  return entries === undefined ? new Set() : readEntries(new DerReader(entries.content));
}

function readSigned(whole: Uint8Array): Omit<RevocationList, "signed" | "signature"> {
  const fields = new DerReader(whole).open(TAG.sequence);
  if (smallInteger(fields.next(TAG.integer), 255) !== VERSION_2) refuse("CRL_FORMAT", "version is not 2");
  expectEcdsa(fields, "CRL_FORMAT");
  const issuer = readName(fields);
  const thisUpdate = derTime(fields.any());
  const nextUpdate = derTime(fields.any());
  const revoked = readRevoked(fields);
  const wrapper = fields.open(TAG.context0);
  readExtensions(wrapper.open(TAG.sequence), [], "CRL_FORMAT");
  wrapper.end();
  fields.end();
  return { issuer, thisUpdate, nextUpdate, revoked };
}

/** A revocation list from its DER. Throws `AttestationError`. */
export function parseRevocationList(der: Uint8Array): RevocationList {
  const outer = new DerReader(der);
  const parts = outer.open(TAG.sequence);
  outer.end();
  const signed = parts.next(TAG.sequence).whole;
  expectEcdsa(parts, "CRL_FORMAT");
  const signature = ecdsaSignature(parts.next(TAG.bitString));
  parts.end();
  return { signed, signature, ...readSigned(signed) };
}
