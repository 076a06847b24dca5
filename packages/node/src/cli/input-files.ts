/**
 * Files that a user names on the command line. What is in them comes from anywhere, so that size and form are bounded.
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs";
import { fromHex, LocalError } from "@enclavenet/common";

/** Most bytes of a file with a quote; the quote has a limit of its own. */
export const MAX_QUOTE_FILE = 262_144;

const CHUNK = 65_536;

function openFile(path: string, what: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new LocalError("INPUT_FILE", `cannot open the ${what} ${path} (${code ?? "unknown error"})`, {
      fix: "name a file that exists and may be read",
      cause,
    });
  }
}

/** Reads until the end or one byte beyond the limit: sizes that the system tells are not relied on. */
function readAll(fd: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length <= limit) {
    const chunk = Buffer.alloc(CHUNK);
    const read = readSync(fd, chunk);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  return Buffer.concat(chunks);
}

/** The bytes of a file of at most `limit` bytes. */
export function readInput(path: string, what: string, limit: number): Uint8Array {
  const fd = openFile(path, what);
  try {
    const bytes = readAll(fd, limit);
    if (bytes.length > limit) throw new LocalError("INPUT_FILE", `the ${what} ${path} has more than ${limit} bytes`);
    return new Uint8Array(bytes);
  } catch (cause) {
    if (cause instanceof LocalError) throw cause;
    throw new LocalError("INPUT_FILE", `cannot read the ${what} ${path}`, { fix: "name a file, not a folder", cause });
  } finally {
    closeSync(fd);
  }
}

/** The same as text; what is no UTF-8 becomes U+FFFD, which no format here accepts. */
export function readTextInput(path: string, what: string, limit: number): string {
  return new TextDecoder().decode(readInput(path, what, limit));
}

/**
 * A quote as it came from the driver, or as hexadecimal digits, with or without 0x. What is neither stays as it is: the
 * verdict on it says what is wrong.
 */
export function quoteBytes(content: Uint8Array): Uint8Array {
  const digits = new TextDecoder("latin1").decode(content).trim().replace(/^0x/, "");
  const isText = digits.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(digits);
  return isText ? fromHex(digits) : content;
}
