/**
 * Primitives on Node: OpenSSL through `node:crypto`, libsecp256k1 as inlined wasm, `@noble` where neither has the
 * algorithm (Keccak-256, RIPEMD-160, the ZIP-215 cases that OpenSSL refuses).
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Primitives } from "../primitives.ts";
import { createNodeSiv } from "./aes-siv.ts";
import { nodeEd25519 } from "./ed25519.ts";
import { nodeHashes } from "./hashes.ts";
import { nodeP256 } from "./p256.ts";
import { createNodeSecp256k1 } from "./secp256k1.ts";
import { createNodeX25519 } from "./x25519.ts";

/** Sizes of the caches of expanded keys. */
export interface NodePrimitivesOptions {
  /** AES-SIV keys held as cipher objects, some kilobytes each. Default 256. */
  readonly sivKeys?: number;
  /** X25519 private keys held as key objects. Default 16. */
  readonly x25519Keys?: number;
}

/** Primitives with their own caches; use one per thread. */
export function createNodePrimitives(options: NodePrimitivesOptions = {}): Primitives {
  return {
    name: "node",
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    ...nodeHashes,
    ...createNodeSiv(options.sivKeys ?? 256),
    ...createNodeX25519(options.x25519Keys ?? 16),
    ...createNodeSecp256k1(),
    ...nodeEd25519,
    ...nodeP256,
  };
}

/** Single parts, for rooms that need no more than these. */
export { nodeHashes, nodeP256 };
