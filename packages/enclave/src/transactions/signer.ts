/**
 * Whether a transaction was signed by the sender of its message, over exactly these bytes and this chain.
 *
 * Spec: 02 §3.4 (key types, digest, address), 04 §6.3 (sign documents).
 * @module
 */
import { equalBytes, LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { aminoSignBytes, decodeSecp256k1PubKey, directSignBytes, type SignerInfo } from "@enclavenet/wire";
import type { Transaction } from "./transaction.ts";

const SECP256K1 = "/cosmos.crypto.secp256k1.PubKey";
const SIGN_MODE_DIRECT = 1;
const SIGN_MODE_LEGACY_AMINO_JSON = 127;

/** What the sign document says beside the transaction; a wrong value makes the signature fail. */
export interface SignFacts {
  readonly chainId: string;
  readonly accountNumber: bigint;
}

function publicKeyOf(signer: SignerInfo): Uint8Array | undefined {
  const { publicKey } = signer;
  if (publicKey === undefined || publicKey.typeUrl !== SECP256K1) return undefined;
  try {
    const { key } = decodeSecp256k1PubKey(publicKey.value);
    return key.length === 33 ? key : undefined;
  } catch (error) {
    if (error instanceof LocalError) return undefined;
    throw error;
  }
}

/** Account address of a compressed secp256k1 key: RIPEMD160(SHA256(key)). */
function addressOf(primitives: Primitives, publicKey: Uint8Array): Uint8Array {
  return primitives.ripemd160(primitives.sha256(publicKey));
}

function signBytes(tx: Transaction, signer: SignerInfo, facts: SignFacts): Uint8Array | undefined {
  const mode = signer.modeInfo?.single?.mode;
  if (mode === SIGN_MODE_DIRECT) {
    return directSignBytes({ bodyBytes: tx.bodyBytes, authInfoBytes: tx.authInfoBytes, ...facts });
  }
  if (mode === SIGN_MODE_LEGACY_AMINO_JSON) {
    return aminoSignBytes({ body: tx.body, authInfo: tx.authInfo, sequence: signer.sequence, ...facts });
  }
  return undefined;
}

/** Throws `FailedTxVerification` unless `sender` is a signer of `tx` and its signature fits. */
export function verifySender(primitives: Primitives, tx: Transaction, sender: Uint8Array, facts: SignFacts): void {
  const refuse = (check: string): never => {
    throw new EnclaveError("FailedTxVerification", { check });
  };
  for (const [index, signer] of tx.authInfo.signerInfos.entries()) {
    const publicKey = publicKeyOf(signer);
    if (publicKey === undefined || !equalBytes(addressOf(primitives, publicKey), sender)) continue;
    const document = signBytes(tx, signer, facts) ?? refuse("sign mode");
    const signature = tx.signatures[index] ?? refuse("missing signature");
    if (primitives.secp256k1Verify(primitives.sha256(document), signature, publicKey)) return;
    refuse("signature");
  }
  refuse("sender is not a signer");
}
