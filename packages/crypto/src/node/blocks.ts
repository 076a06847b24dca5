/**
 * Arithmetic on 16-byte blocks for AES-SIV.
 * @module
 */

/** Block size of AES. */
export const BLOCK = 16;

/** Doubles a block in GF(2^128), in place and without branching on its bits. RFC 5297 §2.3 */
export function doubleBlock(block: Uint8Array): void {
  const carry = (block[0] as number) >> 7;
  for (let i = 0; i < BLOCK - 1; i++) {
    block[i] = ((block[i] as number) << 1) | ((block[i + 1] as number) >> 7);
  }
  block[BLOCK - 1] = ((block[BLOCK - 1] as number) << 1) ^ (0x87 & -carry);
}

/** Below this length the word views cost more than they save. */
const WORD_PATH = 256;

/** XORs `length` bytes of `source` over `target`. */
export function xorBytes(
  target: Uint8Array,
  targetOffset: number,
  source: Uint8Array,
  sourceOffset: number,
  length: number,
): void {
  let i = 0;
  const aligned = ((target.byteOffset + targetOffset) & 3) === 0 && ((source.byteOffset + sourceOffset) & 3) === 0;
  if (length >= WORD_PATH && aligned) {
    const words = length >>> 2;
    const to = new Uint32Array(target.buffer, target.byteOffset + targetOffset, words);
    const from = new Uint32Array(source.buffer, source.byteOffset + sourceOffset, words);
    for (let w = 0; w < words; w++) to[w] = (to[w] as number) ^ (from[w] as number);
    i = words << 2;
  }
  for (; i < length; i++) {
    target[targetOffset + i] = (target[targetOffset + i] as number) ^ (source[sourceOffset + i] as number);
  }
}
