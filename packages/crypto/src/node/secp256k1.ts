/**
 * ECDSA over secp256k1 on libsecp256k1 (wasm).
 *
 * Arguments are checked here before the library sees them, see the note in `secp256k1-library.ts`.
 * @module
 */
import { requireLength } from "../errors.ts";
import type { Secp256k1Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { createSecp256k1Holder, type Secp256k1Library } from "./secp256k1-library.ts";
import { KnownPoints } from "./secp256k1-points.ts";

/** n, the order of the group. SEC 2 §2.4.1 */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
/** p − n: r of a signature whose R.x was reduced lies below. */
const PRIME_MINUS_ORDER = 2n ** 256n - 2n ** 32n - 977n - ORDER;

/** Big-endian integer of public bytes. */
function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`);
}

/** Whether r and s of a 64-byte signature are in [1, n). */
function hasValidScalars(signature: Uint8Array): boolean {
  const r = integer(signature.subarray(0, 32));
  const s = integer(signature.subarray(32));
  return r > 0n && r < ORDER && s > 0n && s < ORDER;
}

/** Whether a private key is in [1, n): a borrow chain without branches on its bits. */
function isPrivateKey(bytes: Uint8Array): boolean {
  let borrow = 0;
  let nonZero = 0;
  for (let i = 31; i >= 0; i--) {
    const difference = (bytes[i] as number) - (ORDER_BYTES[i] as number) - borrow;
    borrow = (difference >> 8) & 1;
    nonZero |= bytes[i] as number;
  }
  return borrow === 1 && nonZero !== 0;
}

const ORDER_BYTES = new Uint8Array(Buffer.from(ORDER.toString(16), "hex"));

function hasPublicKeyForm(publicKey: Uint8Array): boolean {
  const first = publicKey[0];
  if (publicKey.length === 33) return first === 2 || first === 3;
  return publicKey.length === 65 && (first === 4 || first === 6 || first === 7);
}

/** Places a public key; false when it is not a point. */
function placePoint(library: Secp256k1Library, publicKey: Uint8Array): boolean {
  if (!hasPublicKeyForm(publicKey)) return false;
  library.publicKey.set(publicKey);
  return library.functions.isPoint(publicKey.length) === 1;
}

/** The uncompressed form of a compressed public key; undefined when it is not a point. */
function decompress(library: Secp256k1Library, publicKey: Uint8Array): Uint8Array | undefined {
  if (!placePoint(library, publicKey)) return undefined;
  library.functions.pointCompress(33, 65);
  return library.publicKey.slice();
}

/** Places a public key for a verification, by its point; the length of what was placed, 0 when it is not a point. */
function placeSigner(library: Secp256k1Library, publicKey: Uint8Array, points: KnownPoints): number {
  if (publicKey.length !== 33) return placePoint(library, publicKey) ? publicKey.length : 0;
  const point = points.get(publicKey, () => decompress(library, publicKey));
  if (point === undefined) return 0;
  library.publicKey.set(point);
  return point.length;
}

/** Whether r (or r + n) is the x-coordinate of a point, which recovery takes for granted. */
function isRecoverable(library: Secp256k1Library, signature: Uint8Array, recoveryId: number): boolean {
  const r = integer(signature.subarray(0, 32));
  if (recoveryId >= 2 && r >= PRIME_MINUS_ORDER) return false;
  const x = recoveryId >= 2 ? r + ORDER : r;
  const candidate = Buffer.from(`02${x.toString(16).padStart(64, "0")}`, "hex");
  return placePoint(library, candidate);
}

/** secp256k1 part of the node implementation. */
export function createNodeSecp256k1(): Secp256k1Primitives {
  const withLibrary = createSecp256k1Holder();
  const points = new KnownPoints();

  /** Runs `use` with the private key in place; undefined when it is out of range. */
  function withPrivateKey<T>(privateKey: SecretBytes, use: (library: Secp256k1Library) => T): T | undefined {
    requireLength(privateKey, 32, "private key");
    const bytes = privateKey.expose();
    if (!isPrivateKey(bytes)) return undefined;
    return withLibrary((library) => {
      library.privateKey.set(bytes);
      return use(library);
    });
  }

  return {
    secp256k1PublicKey: (privateKey) =>
      withPrivateKey(privateKey, (library) =>
        library.functions.pointFromScalar(33) === 1 ? library.publicKey.slice(0, 33) : undefined,
      ),
    secp256k1IsPublicKey: (publicKey) => withLibrary((library) => placePoint(library, publicKey)),
    secp256k1ConvertPublicKey: (publicKey, compressed) =>
      withLibrary((library) => {
        if (!placePoint(library, publicKey)) return undefined;
        const length = compressed ? 33 : 65;
        library.functions.pointCompress(publicKey.length, length);
        return library.publicKey.slice(0, length);
      }),
    secp256k1Verify(digest, signature, publicKey) {
      requireLength(digest, 32, "digest");
      if (signature.length !== 64 || !hasValidScalars(signature)) return false;
      return withLibrary((library) => {
        const length = placeSigner(library, publicKey, points);
        if (length === 0) return false;
        library.digest.set(digest);
        library.signature.set(signature);
        return library.functions.verify(length, 1) === 1;
      });
    },
    secp256k1Recover(digest, signature, recoveryId) {
      requireLength(digest, 32, "digest");
      if (!Number.isInteger(recoveryId) || recoveryId < 0 || recoveryId > 3) return undefined;
      if (signature.length !== 64 || !hasValidScalars(signature)) return undefined;
      return withLibrary((library) => {
        if (!isRecoverable(library, signature, recoveryId)) return undefined;
        library.digest.set(digest);
        library.signature.set(signature);
        return library.functions.recover(33, recoveryId) === 1 ? library.publicKey.slice(0, 33) : undefined;
      });
    },
    secp256k1Sign(digest, privateKey) {
      requireLength(digest, 32, "digest");
      return withPrivateKey(privateKey, (library) => {
        library.digest.set(digest);
        library.functions.sign(0);
        return library.signature.slice();
      });
    },
  };
}
