/**
 * AES-SIV (RFC 5297) composed over the running cipher objects of {@link SivKey}.
 *
 * Texts go one by one here, and in lock-step batches through `siv-batch.ts`; both give the same bytes.
 * @module
 */
import { constantTimeEqual } from "../constant-time.ts";
import { requireSivInput, SIV_TAG_LENGTH } from "../preconditions.ts";
import type { SivItem, SivPrimitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { BLOCK, doubleBlock, xorBytes } from "./blocks.ts";
import { SecretCache } from "./secret-cache.ts";
import { isBatchWorthwhile, openBatch, sealBatch } from "./siv-batch.ts";
import { SivKey, SivScratch } from "./siv-key.ts";

/** S2V of RFC 5297 §2.4: the tag of headers and plaintext. */
function s2v(key: SivKey, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  const d = key.s2vStart.slice();
  for (const header of headers) {
    doubleBlock(d);
    xorBytes(d, 0, key.cmac(header), 0, BLOCK);
  }
  if (plaintext.length >= BLOCK) return key.cmac(plaintext, d);
  doubleBlock(d);
  xorBytes(d, 0, plaintext, 0, plaintext.length);
  d[plaintext.length] = (d[plaintext.length] as number) ^ 0x80;
  return key.cmac(d);
}

function seal(key: SivKey, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  const tag = s2v(key, headers, plaintext);
  const out = new Uint8Array(SIV_TAG_LENGTH + plaintext.length);
  out.set(tag);
  out.set(plaintext, SIV_TAG_LENGTH);
  key.applyStream(tag, out, SIV_TAG_LENGTH);
  return out;
}

function open(key: SivKey, headers: readonly Uint8Array[], sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SIV_TAG_LENGTH) return undefined;
  const tag = sealed.subarray(0, SIV_TAG_LENGTH);
  const plaintext = Uint8Array.prototype.slice.call(sealed, SIV_TAG_LENGTH);
  key.applyStream(tag, plaintext, 0);
  if (constantTimeEqual(s2v(key, headers, plaintext), tag)) return plaintext;
  plaintext.fill(0);
  return undefined;
}

function requireItems(key: SecretBytes, items: readonly SivItem[]): void {
  for (const item of items) requireSivInput(key, item.headers);
}

/** AES-SIV with at most `cacheSize` keys held as cipher objects. */
export function createNodeSiv(cacheSize: number): SivPrimitives {
  const scratch = new SivScratch();
  const keys = new SecretCache(cacheSize, (bytes) => new SivKey(bytes, scratch));
  return {
    aesSivSeal(key, headers, plaintext) {
      requireSivInput(key, headers);
      return seal(keys.get(key), headers, plaintext);
    },
    aesSivOpen(key, headers, sealed) {
      requireSivInput(key, headers);
      return open(keys.get(key), headers, sealed);
    },
    aesSivSealMany(key, items) {
      requireItems(key, items);
      const expanded = keys.get(key);
      if (isBatchWorthwhile(items)) return sealBatch(expanded, items);
      return items.map((item) => seal(expanded, item.headers, item.text));
    },
    aesSivOpenMany(key, items) {
      requireItems(key, items);
      const expanded = keys.get(key);
      if (isBatchWorthwhile(items)) return openBatch(expanded, items);
      return items.map((item) => open(expanded, item.headers, item.text));
    },
  };
}
