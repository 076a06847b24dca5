/**
 * Whether a transaction was signed by the sender of its message, over exactly these bytes and this chain: by one key in direct
 * mode, amino JSON or EIP-191 (wallets of Ethereum), or by enough members of a multisig account.
 *
 * Spec: 02 §3.4 (key types, digest, address), 04 §6.3 (sign documents).
 * @module
 */
import { equalBytes, LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import {
  type AccountPublicKey,
  aminoPublicKeyBytes,
  aminoSignBytes,
  bitArrayOf,
  decodeMultiSignature,
  directSignBytes,
  eip191SignBytes,
  type ModeInfo,
  parseAccountPublicKey,
  type SignerInfo,
  SignMode,
} from "@enclavenet/wire";
import type { Transaction } from "./transaction.ts";

const ADDRESS_BYTES = 20;

/** What the sign document says beside the transaction; a wrong value makes the signature fail. */
export interface SignFacts {
  readonly chainId: string;
  readonly accountNumber: bigint;
}

/** What `read` gives, or undefined when the bytes are not what they should be. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LocalError) return undefined;
    throw error;
  }
}

function publicKeyOf({ publicKey }: SignerInfo): AccountPublicKey | undefined {
  return publicKey === undefined ? undefined : readable(() => parseAccountPublicKey(publicKey));
}

/** RIPEMD160(SHA256(key)) of a compressed secp256k1 key; the beginning of SHA256 of a multisig key's amino bytes. */
function addressOf(primitives: Primitives, key: AccountPublicKey): Uint8Array {
  return key.kind === "secp256k1"
    ? primitives.ripemd160(primitives.sha256(key.key))
    : primitives.sha256(aminoPublicKeyBytes(key)).subarray(0, ADDRESS_BYTES);
}

/** One signer of a transaction, whose signature is being checked. */
class SignatureCheck {
  readonly #primitives: Primitives;
  readonly #tx: Transaction;
  readonly #signer: SignerInfo;
  readonly #facts: SignFacts;
  /** The members of a multisig account sign one document. */
  readonly #digests = new Map<number, Uint8Array | undefined>();

  constructor(primitives: Primitives, tx: Transaction, signer: SignerInfo, facts: SignFacts) {
    this.#primitives = primitives;
    this.#tx = tx;
    this.#signer = signer;
    this.#facts = facts;
  }

  /** Whether `signature` is that of `key` in the mode that the signer states. */
  isGood(key: AccountPublicKey, signature: Uint8Array): boolean {
    const mode = this.#signer.modeInfo;
    return key.kind === "multisig"
      ? this.#isGoodMulti(key, mode, signature)
      : this.#isGoodSingle(key.key, mode, signature);
  }

  #isGoodSingle(key: Uint8Array, mode: ModeInfo | undefined, signature: Uint8Array): boolean {
    if (mode?.single === undefined) return false;
    const digest = this.#digest(mode.single.mode);
    return digest !== undefined && this.#primitives.secp256k1Verify(digest, signature, key);
  }

  /** Bit i of the bit array says that member i signed; the signatures follow in the members' order. */
  #isGoodMulti(
    { members, threshold }: Extract<AccountPublicKey, { kind: "multisig" }>,
    mode: ModeInfo | undefined,
    signature: Uint8Array,
  ): boolean {
    const { bitarray, modeInfos } = mode?.multi ?? { bitarray: undefined, modeInfos: [] };
    const bits = bitarray === undefined ? undefined : readable(() => bitArrayOf(bitarray));
    if (bits === undefined || bits.length !== members.length) return false;
    const signatures = readable(() => decodeMultiSignature(signature).signatures) ?? [];
    const signed = members.filter((_, index) => bits.has(index));
    if (signed.length < threshold) return false;
    if (signed.length !== signatures.length || signed.length !== modeInfos.length) return false;
    return signed.every((member, index) => this.#isGoodMember(member, modeInfos[index], signatures[index]));
  }

  /** Members sign amino JSON: the direct document would hold the signatures' own modes (spec 02 §3.1). */
  #isGoodMember(member: AccountPublicKey, mode: ModeInfo | undefined, signature: Uint8Array | undefined): boolean {
    if (signature === undefined) return false;
    if (member.kind === "multisig") return this.#isGoodMulti(member, mode, signature);
    return mode?.single?.mode === SignMode.legacyAminoJson && this.#isGoodSingle(member.key, mode, signature);
  }

  #digest(mode: number): Uint8Array | undefined {
    if (!this.#digests.has(mode))
      this.#digests.set(
        mode,
        readable(() => this.#computeDigest(mode)),
      );
    return this.#digests.get(mode);
  }

  #computeDigest(mode: number): Uint8Array | undefined {
    const { bodyBytes, authInfoBytes, body, authInfo } = this.#tx;
    const document = { body, authInfo, sequence: this.#signer.sequence, ...this.#facts };
    switch (mode) {
      case SignMode.direct:
        return this.#primitives.sha256(directSignBytes({ bodyBytes, authInfoBytes, ...this.#facts }));
      case SignMode.legacyAminoJson:
        return this.#primitives.sha256(aminoSignBytes(document));
      case SignMode.eip191:
        return this.#primitives.keccak256(eip191SignBytes(document));
      default:
        return undefined;
    }
  }
}

/** Sequence that `sender` signed. Throws `FailedTxVerification` unless it is a signer of `tx` and its signature fits. */
export function verifySender(primitives: Primitives, tx: Transaction, sender: Uint8Array, facts: SignFacts): bigint {
  const refuse = (check: string): never => {
    throw new EnclaveError("FailedTxVerification", { check });
  };
  for (const [index, signer] of tx.authInfo.signerInfos.entries()) {
    const publicKey = publicKeyOf(signer);
    // check: signer-address
    if (publicKey === undefined || !equalBytes(addressOf(primitives, publicKey), sender)) continue;
    const signature = tx.signatures[index] ?? refuse("missing signature");
    if (new SignatureCheck(primitives, tx, signer, facts).isGood(publicKey, signature)) return signer.sequence;
    // check: signer-signature
    refuse("signature");
  }
  return refuse("sender is not a signer");
}
