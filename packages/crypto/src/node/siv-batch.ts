/**
 * AES-SIV for many short texts under one key: the CMACs of all texts advance in lock-step, one ECB call per block step
 * instead of one CBC call per text. Gives the same bytes as sealing one by one.
 *
 * PERF(spec 06 §5): a flush of eleven records 75 → 57 µs (Node 20), 57 → 34 (24), 81 → 39 (26).
 * @module
 */
import { constantTimeEqual } from "../constant-time.ts";
import { SIV_TAG_LENGTH } from "../preconditions.ts";
import type { SivItem } from "../primitives.ts";
import { BLOCK, doubleBlock, xorBytes } from "./blocks.ts";
import { prepareCmac, type SivKey, writeCounters } from "./siv-key.ts";

/** Longer texts gain nothing from lock-step and would hold memory. */
const MAX_LENGTH = 512;
const MIN_ITEMS = 3;
const MAX_ITEMS = 4096;

/** Whether lock-step beats one by one for these items. */
export function isBatchWorthwhile(items: readonly SivItem[]): boolean {
  if (items.length < MIN_ITEMS || items.length > MAX_ITEMS) return false;
  return items.every(
    (item) => item.text.length <= MAX_LENGTH && item.headers.every((header) => header.length <= MAX_LENGTH),
  );
}

/** A message for CMAC, with the xorend mask of S2V's last component. */
interface CmacJob {
  readonly message: Uint8Array;
  readonly mask?: Uint8Array;
}

/** CMACs of all jobs, in order, 16 bytes each. */
function cmacMany(key: SivKey, jobs: readonly CmacJob[]): Uint8Array {
  const blocks = jobs.map(({ message }) => Math.max(1, Math.ceil(message.length / BLOCK)));
  const starts: number[] = [];
  let total = 0;
  for (const count of blocks) {
    starts.push(total);
    total += count * BLOCK;
  }
  const chains = new Uint8Array(total);
  jobs.forEach(({ message, mask }, i) => {
    const start = starts[i] as number;
    prepareCmac(chains.subarray(start, start + (blocks[i] as number) * BLOCK), message, key, mask);
  });
  // Longest first, so that the jobs still running are always the first ones.
  const order = blocks.map((_, index) => index).sort((i, j) => (blocks[j] as number) - (blocks[i] as number));
  const states = runInLockStep(key, new Uint32Array(chains.buffer), {
    starts: order.map((index) => starts[index] as number),
    blocks: order.map((index) => blocks[index] as number),
  });
  const tags = new Uint8Array(jobs.length * BLOCK);
  order.forEach((index, slot) => {
    tags.set(states.subarray(slot * BLOCK, (slot + 1) * BLOCK), index * BLOCK);
  });
  chains.fill(0);
  return tags;
}

/** Advances all chains block by block; answers their last blocks. Chains are sorted by length, longest first. */
function runInLockStep(
  key: SivKey,
  chains: Uint32Array,
  layout: { readonly starts: readonly number[]; readonly blocks: readonly number[] },
): Uint8Array {
  const states = new Uint8Array(layout.starts.length * BLOCK);
  const words = new Uint32Array(states.buffer);
  let active = layout.starts.length;
  for (let step = 0; ; step++) {
    while (active > 0 && (layout.blocks[active - 1] as number) <= step) active--;
    if (active === 0) return states;
    for (let slot = 0; slot < active; slot++) {
      const from = ((layout.starts[slot] as number) + step * BLOCK) >> 2;
      for (let w = 0; w < 4; w++) {
        words[slot * 4 + w] = (words[slot * 4 + w] as number) ^ (chains[from + w] as number);
      }
    }
    states.set(key.encryptMacBlocks(states.subarray(0, active * BLOCK)));
  }
}

/** CMACs of all headers. A header shared by several items (the salt of a flush) is computed once. */
function headerTags(key: SivKey, items: readonly SivItem[]): (header: Uint8Array) => Uint8Array {
  const slots = new Map<Uint8Array, number>();
  for (const item of items) {
    for (const header of item.headers) if (!slots.has(header)) slots.set(header, slots.size);
  }
  const tags = cmacMany(
    key,
    [...slots.keys()].map((message) => ({ message })),
  );
  return (header) => {
    const slot = slots.get(header) as number;
    return tags.subarray(slot * BLOCK, (slot + 1) * BLOCK);
  };
}

/** S2V of every item: first all headers of all items, then all plaintexts. 16 bytes each. */
function s2vMany(key: SivKey, items: readonly SivItem[]): Uint8Array {
  const tagOf = headerTags(key, items);
  const jobs = items.map(({ headers, text }): CmacJob => {
    const d = key.s2vStart.slice();
    for (const header of headers) {
      doubleBlock(d);
      xorBytes(d, 0, tagOf(header), 0, BLOCK);
    }
    if (text.length >= BLOCK) return { message: text, mask: d };
    doubleBlock(d);
    xorBytes(d, 0, text, 0, text.length);
    d[text.length] = (d[text.length] as number) ^ 0x80;
    return { message: d };
  });
  return cmacMany(key, jobs);
}

/** XORs every item's key stream over its text, with one ECB call for all. */
function applyStreams(key: SivKey, parts: readonly { tag: Uint8Array; text: Uint8Array }[]): void {
  const counts = parts.map(({ text }) => Math.ceil(text.length / BLOCK));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return;
  const counters = new Uint8Array(total * BLOCK);
  const view = new DataView(counters.buffer);
  let at = 0;
  parts.forEach(({ tag }, i) => {
    writeCounters(counters, view, at, tag, { first: 0, count: counts[i] as number });
    at += (counts[i] as number) * BLOCK;
  });
  const stream = key.encryptStreamBlocks(counters);
  at = 0;
  parts.forEach(({ text }, i) => {
    xorBytes(text, 0, stream, at, text.length);
    at += (counts[i] as number) * BLOCK;
  });
}

/** Seals all items. */
export function sealBatch(key: SivKey, items: readonly SivItem[]): Uint8Array[] {
  const tags = s2vMany(key, items);
  const sealed = items.map((item, i) => {
    const out = new Uint8Array(SIV_TAG_LENGTH + item.text.length);
    out.set(tags.subarray(i * BLOCK, (i + 1) * BLOCK));
    out.set(item.text, SIV_TAG_LENGTH);
    return out;
  });
  applyStreams(
    key,
    sealed.map((out) => ({ tag: out.subarray(0, SIV_TAG_LENGTH), text: out.subarray(SIV_TAG_LENGTH) })),
  );
  return sealed;
}

/** Opens all items; undefined where an item is too short or not authentic. */
export function openBatch(key: SivKey, items: readonly SivItem[]): (Uint8Array | undefined)[] {
  const parts = items.map(({ text }) => ({
    tag: text.subarray(0, SIV_TAG_LENGTH),
    text: Uint8Array.prototype.slice.call(text, SIV_TAG_LENGTH),
  }));
  const long = parts.filter((part) => part.tag.length === SIV_TAG_LENGTH);
  applyStreams(key, long);
  const opened = items.map((item, i) => ({ headers: item.headers, text: (parts[i] as { text: Uint8Array }).text }));
  const tags = s2vMany(key, opened);
  return parts.map(({ tag, text }, i) => {
    if (constantTimeEqual(tags.subarray(i * BLOCK, (i + 1) * BLOCK), tag)) return text;
    text.fill(0);
    return undefined;
  });
}
