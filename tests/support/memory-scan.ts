/**
 * Looks for secrets in the memory of another process, in files and in recorded traffic, in every form in which they might
 * lie there: raw, UTF-16, hexadecimal of either case, base64 at each of its three alignments.
 * @module
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Base64 text that `bytes` have behind 0, 1 or 2 other bytes, without the characters that those share. */
function base64Forms(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const from = Math.ceil((shift * 8) / 6);
    const length = Math.floor(((shift + bytes.length) * 8) / 6) - from;
    return Buffer.from(text.slice(from, from + length));
  });
}

/** All forms of a secret. */
export function formsOf(name: string, secret: Buffer, kind: "text" | "key"): Needle[] {
  const forms: [string, Buffer][] = [
    ["raw", secret],
    ["hex", Buffer.from(secret.toString("hex"))],
    ["HEX", Buffer.from(secret.toString("hex").toUpperCase())],
    ...base64Forms(secret).map((form, shift): [string, Buffer] => [`base64+${shift}`, form]),
  ];
  if (kind === "text") forms.push(["utf16", Buffer.from(secret.toString("utf8"), "utf16le")]);
  return forms.map(([form, bytes]) => ({ name: `${name} as ${form}`, bytes }));
}

/** The needles that begin with each pair of bytes, by its number. */
function byFirstPair(needles: readonly Needle[]): ReadonlyMap<number, readonly Needle[]> {
  const groups = new Map<number, Needle[]>();
  for (const needle of needles) {
    const pair = needle.bytes.readUInt16LE(0);
    groups.set(pair, [...(groups.get(pair) ?? []), needle]);
  }
  return groups;
}

function isAt(hay: Buffer, at: number, bytes: Buffer): boolean {
  let same = 2;
  while (same < bytes.length && hay[at + same] === bytes[same]) same++;
  return same === bytes.length;
}

/** Names of the needles that are in `hay`. Each has two bytes at least. */
export function findIn(hay: Buffer, needles: readonly Needle[], found: Set<string>): void {
  const groups = byFirstPair(needles.filter(({ name }) => !found.has(name)));
  const begins = new Uint8Array(0x1_0000);
  for (const pair of groups.keys()) begins[pair] = 1;
  // PERF: one pass for all needles. Hundreds of them are looked for in hundreds of megabytes.
  for (let at = 0, last = hay.length - 1; at < last; at++) {
    const pair = (hay[at] as number) | ((hay[at + 1] as number) << 8);
    if (begins[pair] === 0) continue;
    for (const { name, bytes } of groups.get(pair) ?? []) {
      if (!found.has(name) && isAt(hay, at, bytes)) found.add(name);
    }
  }
}

const CHUNK = 32 * 1024 * 1024;
const OVERLAP = 4096;

/** Writable regions of a process. */
function regions(pid: number): { from: number; to: number }[] {
  return readFileSync(`/proc/${pid}/maps`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, from, to, mode] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
      if (from === undefined || to === undefined || mode === undefined || !mode.startsWith("rw")) return [];
      return [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }];
    });
}

/** Whether this process may read the memory of `pid`. */
export function mayReadMemory(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r"));
    return true;
  } catch {
    return false;
  }
}

/** The most memory that `pid` ever had, in bytes; undefined when it has ended. */
export function peakMemory(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

/** Names of the needles that lie in the memory of `pid`, and how many bytes were looked at. */
export function scanMemory(pid: number, needles: readonly Needle[]): { found: string[]; bytes: number } {
  const found = new Set<string>();
  const fd = openSync(`/proc/${pid}/mem`, "r");
  const buffer = Buffer.alloc(CHUNK);
  let bytes = 0;
  try {
    for (const { from, to } of regions(pid)) {
      for (let at = from; at < to; at += CHUNK - OVERLAP) {
        let count: number;
        try {
          count = readSync(fd, buffer, 0, Math.min(CHUNK, to - at), at);
        } catch {
          break; // A region that was unmapped meanwhile, or reserved without memory behind it.
        }
        bytes += count;
        findIn(buffer.subarray(0, count), needles, found);
        if (count < CHUNK) break;
      }
    }
  } finally {
    closeSync(fd);
  }
  return { found: [...found].sort(), bytes };
}

/** Names of the needles that lie in any file below `directory`. */
export function scanFiles(directory: string, needles: readonly Needle[]): { found: string[]; files: number } {
  const found = new Set<string>();
  let files = 0;
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const path = join(directory, entry);
    if (!statSync(path).isFile()) continue;
    files++;
    findIn(readFileSync(path), needles, found);
  }
  return { found: [...found].sort(), files };
}
