/**
 * Distinguished names: compared as bytes, of which only the common name is read.
 *
 * Rule: RFC 5280 §4.1.2.4. All names in this hierarchy are written by one authority, so that equal names have equal
 * bytes; the comparison that ignores case and blanks (§7.1) is not needed and would only widen what matches.
 * @module
 */
import { equalBytes, fromHex } from "@enclavenet/common";
import { DerReader, TAG } from "../encoding/der.ts";
import { textOf } from "../encoding/text.ts";
import { refuse } from "../errors.ts";

/** 2.5.4.3 */
const COMMON_NAME = fromHex("550403");

/** A name in its encoding, and its common name when it has exactly one. */
export interface Name {
  readonly bytes: Uint8Array;
  readonly commonName: string | undefined;
}

function attributeText(set: DerReader): string | undefined {
  const attribute = set.open(TAG.sequence);
  const oid = attribute.next(TAG.oid).content;
  const { tag, content } = attribute.any();
  attribute.end();
  if (!equalBytes(oid, COMMON_NAME)) return undefined;
  if (tag !== TAG.utf8String && tag !== TAG.printableString) refuse("CERTIFICATE_FORMAT", "kind of text in a name");
  return textOf(content, "CERTIFICATE_FORMAT", "a name");
}

export function readName(reader: DerReader): Name {
  const { content, whole } = reader.next(TAG.sequence);
  const parts = new DerReader(content);
  const found: string[] = [];
  while (!parts.isAtEnd) {
    const set = parts.open(TAG.set);
    while (!set.isAtEnd) {
      const text = attributeText(set);
      if (text !== undefined) found.push(text);
    }
  }
  return { bytes: whole, commonName: found.length === 1 ? found[0] : undefined };
}
