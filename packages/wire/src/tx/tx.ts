/**
 * Transactions: TxRaw, TxBody, AuthInfo and the document that direct mode signs.
 *
 * Spec: 04 §6.1, §6.3; 02 §3.4 (keys).
 * @module
 */
import {
  bytesType,
  int32Type,
  type MessageCodec,
  messageCodec,
  optionalMessage,
  repeatedBytes,
  repeatedMessage,
  textType,
  uint32Type,
  uint64Type,
} from "../protobuf/message.ts";

export interface Any {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export interface Coin {
  readonly denom: string;
  readonly amount: string;
}

/** A transaction as it is on the wire. */
export interface TxRaw {
  readonly bodyBytes: Uint8Array;
  readonly authInfoBytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

export interface TxBody {
  readonly messages: readonly Any[];
  readonly memo: string;
  readonly timeoutHeight: bigint;
  readonly extensionOptions: readonly Any[];
  readonly nonCriticalExtensionOptions: readonly Any[];
}

export interface CompactBitArray {
  readonly extraBitsStored: number;
  readonly elems: Uint8Array;
}

export interface ModeInfoMulti {
  readonly bitarray: CompactBitArray | undefined;
  readonly modeInfos: readonly ModeInfo[];
}

/** Exactly one of both. */
export interface ModeInfo {
  readonly single: { readonly mode: number } | undefined;
  readonly multi: ModeInfoMulti | undefined;
}

export interface SignerInfo {
  readonly publicKey: Any | undefined;
  readonly modeInfo: ModeInfo | undefined;
  readonly sequence: bigint;
}

export interface Fee {
  readonly amount: readonly Coin[];
  readonly gasLimit: bigint;
  readonly payer: string;
  readonly granter: string;
}

export interface Tip {
  readonly amount: readonly Coin[];
  readonly tipper: string;
}

export interface AuthInfo {
  readonly signerInfos: readonly SignerInfo[];
  readonly fee: Fee | undefined;
  readonly tip: Tip | undefined;
}

const any: MessageCodec<Any> = messageCodec<Any>("Any", { typeUrl: [1, textType], value: [2, bytesType] });

/** Coins are used by several messages. */
export const coinCodec: MessageCodec<Coin> = messageCodec<Coin>("Coin", {
  denom: [1, textType],
  amount: [2, textType],
});

const txRaw = messageCodec<TxRaw>(
  "TxRaw",
  { bodyBytes: [1, bytesType], authInfoBytes: [2, bytesType], signatures: [3, repeatedBytes] },
  { canonical: true },
);

const txBody = messageCodec<TxBody>(
  "TxBody",
  {
    messages: [1, repeatedMessage(() => any)],
    memo: [2, textType],
    timeoutHeight: [3, uint64Type],
    extensionOptions: [1023, repeatedMessage(() => any)],
    nonCriticalExtensionOptions: [2047, repeatedMessage(() => any)],
  },
  { allowNonCritical: true },
);

const compactBitArray = messageCodec<CompactBitArray>("CompactBitArray", {
  extraBitsStored: [1, uint32Type],
  elems: [2, bytesType],
});

const single = messageCodec<{ readonly mode: number }>("ModeInfo.Single", { mode: [1, int32Type] });

const multi: MessageCodec<ModeInfoMulti> = messageCodec<ModeInfoMulti>("ModeInfo.Multi", {
  bitarray: [1, optionalMessage(() => compactBitArray)],
  modeInfos: [2, repeatedMessage(() => modeInfo)],
});

const modeInfo: MessageCodec<ModeInfo> = messageCodec<ModeInfo>("ModeInfo", {
  single: [1, optionalMessage(() => single)],
  multi: [2, optionalMessage(() => multi)],
});

const signerInfo = messageCodec<SignerInfo>("SignerInfo", {
  publicKey: [1, optionalMessage(() => any)],
  modeInfo: [2, optionalMessage(() => modeInfo)],
  sequence: [3, uint64Type],
});

const fee = messageCodec<Fee>("Fee", {
  amount: [1, repeatedMessage(() => coinCodec)],
  gasLimit: [2, uint64Type],
  payer: [3, textType],
  granter: [4, textType],
});

const tip = messageCodec<Tip>("Tip", { amount: [1, repeatedMessage(() => coinCodec)], tipper: [2, textType] });

const authInfo = messageCodec<AuthInfo>("AuthInfo", {
  signerInfos: [1, repeatedMessage(() => signerInfo)],
  fee: [2, optionalMessage(() => fee)],
  tip: [3, optionalMessage(() => tip)],
});

interface SignDoc {
  readonly bodyBytes: Uint8Array;
  readonly authInfoBytes: Uint8Array;
  readonly chainId: string;
  readonly accountNumber: bigint;
}

const signDoc = messageCodec<SignDoc>("SignDoc", {
  bodyBytes: [1, bytesType],
  authInfoBytes: [2, bytesType],
  chainId: [3, textType],
  accountNumber: [4, uint64Type],
});

const publicKey = messageCodec<{ readonly key: Uint8Array }>("PubKey", { key: [1, bytesType] });

export interface LegacyAminoPubKey {
  readonly threshold: number;
  readonly publicKeys: readonly Any[];
}

const legacyAminoPubKey = messageCodec<LegacyAminoPubKey>("LegacyAminoPubKey", {
  threshold: [1, uint32Type],
  publicKeys: [2, repeatedMessage(() => any)],
});

const multiSignature = messageCodec<{ readonly signatures: readonly Uint8Array[] }>("MultiSignature", {
  signatures: [1, repeatedBytes],
});

/** Only the canonical form of ADR-027 is accepted. Throws `WireError`, as all decoders here. */
export const decodeTxRaw = txRaw.decode;
export const encodeTxRaw = txRaw.encode;
/** Unknown non-critical fields pass. */
export const decodeTxBody = txBody.decode;
export const encodeTxBody = txBody.encode;
export const decodeAuthInfo = authInfo.decode;
export const encodeAuthInfo = authInfo.encode;
/** cosmos.crypto.secp256k1.PubKey and cosmos.crypto.ed25519.PubKey have this same form. */
export const decodeSecp256k1PubKey = publicKey.decode;
export const encodeSecp256k1PubKey = publicKey.encode;
export const decodeLegacyAminoPubKey = legacyAminoPubKey.decode;
export const encodeLegacyAminoPubKey = legacyAminoPubKey.encode;
export const decodeMultiSignature = multiSignature.decode;
export const encodeMultiSignature = multiSignature.encode;

/** The document that SIGN_MODE_DIRECT signs. */
export const directSignBytes: (document: SignDoc) => Uint8Array = signDoc.encode;
