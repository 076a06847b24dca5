/** Hash of a leaf: the bytes of spec 05 §4.1, for keys of every length. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { leafHash, TreeNode } from "../../src/iavl/node.ts";

function digest(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

describe("the hash of a leaf", () => {
  it.each([1, 127, 128, 430, 438, 439, 440, 512, 5000])("with a key of %i bytes", (length) => {
    const key = Uint8Array.from({ length }, (_, i) => i);
    const value = Uint8Array.of(1, 2, 3);
    // zigzag(height 0) ‖ zigzag(size 1) ‖ zigzag(version 300)
    const head = Uint8Array.of(0, 2, 0xd8, 0x04);
    const size = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
    const expected = digest(head, Uint8Array.from(size), key, Uint8Array.of(32), digest(value));
    expect(Buffer.from(leafHash(new TreeNode(300, key, value))).toString("hex")).toBe(expected.toString("hex"));
  });
});
