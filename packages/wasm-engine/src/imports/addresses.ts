/**
 * Address imports of both interfaces (spec 03 §1.4, table "Address functions"). An error the contract may handle is a
 * region with its text; success is 0. No length of an address is checked.
 * @module
 */
import type { CallContext } from "../runtime/context.ts";
import { WORK_PER_ADDRESS_BYTE } from "../runtime/host-work.ts";
import { type ImportTable, pointers } from "./definition.ts";

const ADDRESS_GAS = 8_192n;
const PREFIX = "secret";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** White_Space of Unicode beyond ASCII: what the reference trims. JavaScript's `trim` differs in U+0085 and U+FEFF. */
const WIDE_SPACE = new Set([0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);
const FIRST_QUAD = 0x2000;
const LAST_SPACE_OF_ITS_BLOCK = 0x200a;

function isWhiteSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return WIDE_SPACE.has(code) || (code >= FIRST_QUAD && code <= LAST_SPACE_OF_ITS_BLOCK);
}

/**
 * The text without the white space around it. SECURITY: from both ends inwards; an expression for the end of a text starts
 * anew at every space inside it, which takes seconds for 64 KiB of them.
 */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (c) => `\\${c}`)}"`;
}

function fail(context: CallContext, text: string): number {
  return context.allocate(encoder.encode(text));
}

function canonicalize(context: CallContext, human: number, canonical: number, dialect: "v0.10" | "v1"): number {
  context.charge(ADDRESS_GAS);
  const decoded = decodeText(context.borrow(human, WORK_PER_ADDRESS_BYTE));
  if (decoded === undefined) return fail(context, "input is not valid UTF-8");
  const text = dialect === "v0.10" ? trimmed(decoded) : decoded;
  if (text === "") return fail(context, dialect === "v0.10" ? "input is empty" : "Input is empty");
  const address = context.host((backend) => backend.addresses.decode(text));
  if ("error" in address) return fail(context, address.error);
  if (address.prefix !== PREFIX) return fail(context, `wrong address prefix: ${quoted(address.prefix)}`);
  context.memory.write(canonical, address.bytes);
  return 0;
}

function validate(context: CallContext, pointer: number): number {
  context.charge(ADDRESS_GAS);
  const bytes = context.borrow(pointer, WORK_PER_ADDRESS_BYTE);
  if (bytes.length === 0) return fail(context, "Input is empty");
  const text = decodeText(bytes);
  if (text === undefined) return fail(context, "Input is not valid UTF-8");
  const address = context.host((backend) => backend.addresses.decode(text));
  if ("error" in address) return fail(context, address.error);
  const normalized = context.host((backend) => backend.addresses.encode(PREFIX, address.bytes));
  return normalized === text ? 0 : fail(context, "Address is not normalized");
}

function humanize(context: CallContext, canonical: number, human: number): number {
  context.charge(ADDRESS_GAS);
  const bytes = context.borrow(canonical, WORK_PER_ADDRESS_BYTE);
  const text = context.host((backend) => backend.addresses.encode(PREFIX, bytes));
  context.memory.write(human, encoder.encode(text));
  return 0;
}

const humanizeImport = {
  params: pointers(2),
  result: "i32",
  bind: (context: CallContext) => (canonical: number | bigint, human: number | bigint) =>
    humanize(context, canonical as number, human as number),
} as const;

export const ADDRESS_IMPORTS: ImportTable = {
  canonicalize_address: {
    params: pointers(2),
    result: "i32",
    bind: (context) => (human, canonical) => canonicalize(context, human as number, canonical as number, "v0.10"),
  },
  addr_canonicalize: {
    params: pointers(2),
    result: "i32",
    bind: (context) => (human, canonical) => canonicalize(context, human as number, canonical as number, "v1"),
  },
  addr_validate: {
    params: pointers(1),
    result: "i32",
    bind: (context) => (pointer) => validate(context, pointer as number),
  },
  humanize_address: humanizeImport,
  addr_humanize: humanizeImport,
};
