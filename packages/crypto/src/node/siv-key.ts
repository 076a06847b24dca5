/**
 * One AES-SIV key as running OpenSSL cipher objects, and the two operations that need them: CMAC and key stream.
 *
 * PERF(spec 06 §5): creating cipher objects costs 2 to 20 µs each, so none is created per operation. CMAC is the last
 * block of a CBC chain; the chain never ends, and starting over means XOR-ing the last block it gave into the next
 * first block. CTR is ECB over counter blocks.
 * SECURITY: no table-based AES in JavaScript (cache timing); AES happens in OpenSSL only.
 *
 * RFC 4493 (CMAC), RFC 5297 §2.4 to §2.6.
 * @module
 */
import { type Cipher, createCipheriv } from "node:crypto";
import { BLOCK, doubleBlock, xorBytes } from "./blocks.ts";

/** Longer inputs go through in pieces of this size, so that scratch space stays small. */
const PIECE = 16 * 1024;

const ZERO_BLOCK = new Uint8Array(BLOCK);

function newCipher(name: "aes-128-cbc" | "aes-128-ecb", key: Uint8Array): Cipher {
  return createCipheriv(name, key, name === "aes-128-cbc" ? ZERO_BLOCK : null).setAutoPadding(false);
}

/** Working space, shared by all keys of a thread: nothing is kept in it between two operations. */
export class SivScratch {
  readonly bytes: Uint8Array = new Uint8Array(PIECE);
  readonly view: DataView = new DataView(this.bytes.buffer);
}

/** Cipher objects and derived constants of one 32-byte key. */
export class SivKey {
  readonly #macKey: Uint8Array;
  readonly #chain: Cipher;
  readonly #stream: Cipher;
  /** Only batches need it, so it is made when first used. */
  #macBlocks: Cipher | undefined;
  /** Last block that the chain gave; XOR-ed into the next first block. */
  #chainState: Uint8Array = ZERO_BLOCK;
  readonly #scratch: SivScratch;
  /** CMAC subkey for a complete last block. */
  readonly fullSubkey: Uint8Array;
  /** CMAC subkey for a padded last block. */
  readonly paddedSubkey: Uint8Array;
  /** CMAC of the zero block: where S2V starts. */
  readonly s2vStart: Uint8Array;

  constructor(key: Uint8Array, scratch: SivScratch) {
    this.#scratch = scratch;
    this.#macKey = key.slice(0, BLOCK);
    this.#chain = newCipher("aes-128-cbc", this.#macKey);
    this.#stream = newCipher("aes-128-ecb", key.subarray(BLOCK));
    const l = new Uint8Array(BLOCK);
    this.#runChain(l);
    this.fullSubkey = this.#chainState.slice();
    doubleBlock(this.fullSubkey);
    this.paddedSubkey = this.fullSubkey.slice();
    doubleBlock(this.paddedSubkey);
    this.s2vStart = this.cmac(ZERO_BLOCK);
  }

  /** CMAC of `message` with `mask` (16 bytes) XOR-ed over its last 16 bytes first ("xorend" of RFC 5297 §2.1). */
  cmac(message: Uint8Array, mask?: Uint8Array): Uint8Array {
    const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
    const size = blocks * BLOCK;
    const buffer = size <= PIECE ? this.#scratch.bytes.subarray(0, size) : new Uint8Array(size);
    prepareCmac(buffer, message, this, mask);
    this.#runChain(buffer);
    buffer.fill(0);
    return this.#chainState;
  }

  /** Encrypts independent 16-byte blocks under the MAC half. */
  encryptMacBlocks(blocks: Uint8Array): Uint8Array {
    this.#macBlocks ??= newCipher("aes-128-ecb", this.#macKey);
    return this.#macBlocks.update(blocks);
  }

  /** Encrypts independent 16-byte blocks under the CTR half. */
  encryptStreamBlocks(blocks: Uint8Array): Uint8Array {
    return this.#stream.update(blocks);
  }

  /** XORs the key stream of `tag` over `target` from `start` on. */
  applyStream(tag: Uint8Array, target: Uint8Array, start: number): void {
    const { bytes, view } = this.#scratch;
    for (let offset = start, block = 0; offset < target.length; offset += PIECE, block += PIECE / BLOCK) {
      const length = Math.min(PIECE, target.length - offset);
      const size = Math.ceil(length / BLOCK) * BLOCK;
      writeCounters(bytes, view, 0, tag, { first: block, count: size / BLOCK });
      const stream = this.#stream.update(bytes.subarray(0, size));
      xorBytes(target, offset, stream, 0, length);
    }
  }

  /** Pushes whole blocks through the chain as if it had just begun. Changes `buffer`. */
  #runChain(buffer: Uint8Array): void {
    xorBytes(buffer, 0, this.#chainState, 0, BLOCK);
    let last: Uint8Array = ZERO_BLOCK;
    for (let offset = 0; offset < buffer.length; offset += PIECE) {
      const encrypted = this.#chain.update(buffer.subarray(offset, offset + PIECE));
      last = encrypted.subarray(encrypted.length - BLOCK);
    }
    this.#chainState = new Uint8Array(last);
  }
}

/** Fills `buffer` (whole blocks) with what CMAC chains over: message, xorend mask, padding, subkey. */
export function prepareCmac(
  buffer: Uint8Array,
  message: Uint8Array,
  subkeys: { readonly fullSubkey: Uint8Array; readonly paddedSubkey: Uint8Array },
  mask?: Uint8Array,
): void {
  const length = message.length;
  buffer.set(message);
  if (mask !== undefined) xorBytes(buffer, length - BLOCK, mask, 0, BLOCK);
  const full = length === buffer.length;
  if (!full) {
    buffer[length] = 0x80;
    buffer.fill(0, length + 1);
  }
  xorBytes(buffer, buffer.length - BLOCK, full ? subkeys.fullSubkey : subkeys.paddedSubkey, 0, BLOCK);
}

/**
 * Writes counter blocks for the tag `V`: two bits of it are cleared (RFC 5297 §2.5), so that adding to the last word
 * never carries.
 */
export function writeCounters(
  target: Uint8Array,
  view: DataView,
  offset: number,
  tag: Uint8Array,
  range: { readonly first: number; readonly count: number },
): void {
  const low =
    ((((tag[12] as number) & 0x7f) << 24) | ((tag[13] as number) << 16) | ((tag[14] as number) << 8)) +
    (tag[15] as number);
  for (let i = 0; i < range.count; i++) {
    const at = offset + i * BLOCK;
    for (let j = 0; j < 12; j++) target[at + j] = tag[j] as number;
    target[at + 8] = (tag[8] as number) & 0x7f;
    view.setUint32(at + 12, low + range.first + i);
  }
}
