/**
 * The authority of a development network: everybody can reckon it from the chain's id, so that every software enclave of the
 * network quotes under one root without anything being handed around.
 *
 * SECURITY: for the same reason it proves nothing. Production policy does not know it (architecture §3, "Evidence").
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { type HashPrimitives, SecretBytes } from "@enclavenet/crypto";
import { nobleP256Signer, type P256Signer } from "@enclavenet/crypto/noble";
import { Authority } from "./authority.ts";

const DOMAIN = utf8ToBytes("enclavenet development authority 1");
/** The years 2020 to 2048: development certificates need no renewal. */
const VALIDITY = { notBefore: 1_577_836_800, notAfter: 2_493_072_000 };
const SCALAR_BYTES = 32;

type Hashes = Pick<HashPrimitives, "sha256" | "hkdfSha256">;

/** The first of the derived numbers that is a scalar; practically always the very first. */
function signerOf({ hkdfSha256 }: Hashes, salt: Uint8Array, role: string): P256Signer {
  for (let attempt = 0; ; attempt++) {
    const scalar = hkdfSha256(DOMAIN, salt, utf8ToBytes(`${role} ${attempt}`), SCALAR_BYTES);
    const signer = nobleP256Signer(SecretBytes.take(scalar));
    if (signer !== undefined) return signer;
  }
}

/** The authority of the development network `chainId`. */
export function developmentAuthority(hashes: Hashes, chainId: string): Authority {
  const salt = hashes.sha256(utf8ToBytes(chainId));
  const signers = new Map<string, P256Signer>();
  const key = (role: string): P256Signer => {
    const signer = signers.get(role) ?? signerOf(hashes, salt, role);
    signers.set(role, signer);
    return signer;
  };
  return new Authority({ name: chainId, key, sha256: hashes.sha256, validity: VALIDITY });
}
