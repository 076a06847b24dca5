/**
 * Certificates in their textual encoding, one after the other.
 *
 * Rule: RFC 7468 §2, §3 and §5, the strict form; between blocks only line breaks, and zero bytes at the end, with which
 * Intel's library ends a quote's chain.
 * @module
 */
import { refuse } from "../errors.ts";
import { bytesOfBase64 } from "./text.ts";

const BLOCK =
  /[\r\n]*-----BEGIN ([A-Z0-9 ]{1,30})-----\r?\n([A-Za-z0-9+/=\r\n]{1,16384})-----END ([A-Z0-9 ]{1,30})-----/y;

/** DER of each block of this label. At least one, at most `max`. */
export function parsePem(text: string, label: string, max: number): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  BLOCK.lastIndex = 0;
  let end = 0;
  for (let found = BLOCK.exec(text); found !== null; found = BLOCK.exec(text)) {
    const [, begin, body = "", close] = found;
    if (begin !== label || close !== label) refuse("PEM_FORMAT", `expected blocks of ${label}`);
    if (blocks.length === max) refuse("PEM_FORMAT", `more than ${max} blocks`);
    blocks.push(bytesOfBase64(body.replaceAll(/\r?\n/g, ""), "PEM_FORMAT", "a block"));
    end = BLOCK.lastIndex;
  }
  if (blocks.length === 0) refuse("PEM_FORMAT", `no block of ${label}`);
  if (!/^[\r\n]*\0*$/.test(text.slice(end))) refuse("PEM_FORMAT", "text after the last block");
  return blocks;
}
