/**
 * ECDSA over secp256k1 on libsecp256k1 (wasm), which judges scalars and points; lengths and forms are checked here.
 * @module
 */
import { requireLength } from "../errors.ts";
import type { Secp256k1Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { createSecp256k1Holder, type Secp256k1Library } from "./secp256k1-library.ts";
import { KnownPoints } from "./secp256k1-points.ts";

const COMPRESSED = 33;
const UNCOMPRESSED = 65;

/** The point of a public key in the form of `wanted` bytes; undefined when it is not a point. */
function convert(library: Secp256k1Library, publicKey: Uint8Array, wanted: number): Uint8Array | undefined {
  if (publicKey.length !== COMPRESSED && publicKey.length !== UNCOMPRESSED) return undefined;
  library.publicKey.set(publicKey);
  return library.functions.convert(publicKey.length, wanted) === 1 ? library.publicKey.slice(0, wanted) : undefined;
}

/** secp256k1 part of the node implementation. */
export function createNodeSecp256k1(): Secp256k1Primitives {
  const withLibrary = createSecp256k1Holder();
  const points = new KnownPoints();

  /** The form that costs the library least: the point of a compressed key is remembered. */
  function pointOf(library: Secp256k1Library, publicKey: Uint8Array): Uint8Array | undefined {
    if (publicKey.length !== COMPRESSED) return publicKey.length === UNCOMPRESSED ? publicKey : undefined;
    return points.get(publicKey, () => convert(library, publicKey, UNCOMPRESSED));
  }

  /** Runs `use` with the private key in place. */
  function withPrivateKey<T>(privateKey: SecretBytes, use: (library: Secp256k1Library) => T): T {
    requireLength(privateKey, 32, "private key");
    const bytes = privateKey.expose();
    return withLibrary((library) => {
      library.privateKey.set(bytes);
      return use(library);
    });
  }

  return {
    secp256k1PublicKey: (privateKey) =>
      withPrivateKey(privateKey, ({ functions, publicKey }) =>
        functions.publicKeyOf(COMPRESSED) === 1 ? publicKey.slice(0, COMPRESSED) : undefined,
      ),
    secp256k1IsPublicKey: (publicKey) =>
      withLibrary((library) => {
        if (publicKey.length === COMPRESSED) return pointOf(library, publicKey) !== undefined;
        return convert(library, publicKey, COMPRESSED) !== undefined;
      }),
    secp256k1ConvertPublicKey: (publicKey, compressed) =>
      withLibrary((library) => convert(library, publicKey, compressed ? COMPRESSED : UNCOMPRESSED)),
    secp256k1Verify(digest, signature, publicKey) {
      requireLength(digest, 32, "digest");
      if (signature.length !== 64) return false;
      return withLibrary((library) => {
        const point = pointOf(library, publicKey);
        if (point === undefined) return false;
        library.publicKey.set(point);
        library.digest.set(digest);
        library.signature.set(signature);
        return library.functions.verify(point.length) === 1;
      });
    },
    secp256k1Recover(digest, signature, recoveryId) {
      requireLength(digest, 32, "digest");
      if (!Number.isInteger(recoveryId) || recoveryId < 0 || recoveryId > 3 || signature.length !== 64)
        return undefined;
      return withLibrary((library) => {
        library.digest.set(digest);
        library.signature.set(signature);
        const { functions, publicKey } = library;
        return functions.recover(COMPRESSED, recoveryId) === 1 ? publicKey.slice(0, COMPRESSED) : undefined;
      });
    },
    secp256k1Sign(digest, privateKey) {
      requireLength(digest, 32, "digest");
      return withPrivateKey(privateKey, (library) => {
        library.digest.set(digest);
        return library.functions.sign() === 1 ? library.signature.slice() : undefined;
      });
    },
  };
}
