/**
 * Transactions: TxRaw, TxBody, AuthInfo and the document that direct mode signs.
 *
 * Spec: 04 §6.1, §6.3.
 * @module
 */
import {
  bytesType,
  int32Type,
  optionalMessage,
  repeatedBytes,
  repeatedMessage,
  textType,
  uint32Type,
  uint64Type,
} from "../protobuf/fields.ts";
import { type MessageCodec, messageCodec } from "../protobuf/message.ts";

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

interface TxBodyFields {
  readonly messages: readonly Any[];
  readonly memo: string;
  readonly timeoutHeight: bigint;
  readonly extensionOptions: readonly Any[];
  readonly nonCriticalExtensionOptions: readonly Any[];
}

export interface TxBody extends TxBodyFields {
  /** Set when the bytes held non-critical fields that are not known; sign documents made of parts do not cover them. */
  readonly hasUnknownFields?: true;
}

/** Bits from the most significant one of each byte. */
export interface CompactBitArray {
  readonly extraBitsStored: number;
  readonly elems: Uint8Array;
}

export interface ModeInfoMulti {
  readonly bitarray: CompactBitArray | undefined;
  readonly modeInfos: readonly ModeInfo[];
}

/** At most one of both. */
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

/** Any is used by several messages. */
export const anyCodec: MessageCodec<Any> = messageCodec<Any>("Any", { typeUrl: [1, textType], value: [2, bytesType] });

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

const txBody: MessageCodec<TxBody> = messageCodec<TxBodyFields>(
  "TxBody",
  {
    messages: [1, repeatedMessage(() => anyCodec)],
    memo: [2, textType],
    timeoutHeight: [3, uint64Type],
    extensionOptions: [1023, repeatedMessage(() => anyCodec)],
    nonCriticalExtensionOptions: [2047, repeatedMessage(() => anyCodec)],
  },
  { nonCriticalMark: "hasUnknownFields" satisfies keyof TxBody },
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

const modeInfo: MessageCodec<ModeInfo> = messageCodec<ModeInfo>(
  "ModeInfo",
  { single: [1, optionalMessage(() => single)], multi: [2, optionalMessage(() => multi)] },
  { oneof: ["single", "multi"] },
);

const signerInfo = messageCodec<SignerInfo>("SignerInfo", {
  publicKey: [1, optionalMessage(() => anyCodec)],
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

export interface SignDoc {
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

/** Only the canonical form of ADR-027 is accepted. Throws `WireError`, as all decoders here. */
export const decodeTxRaw = txRaw.decode;
export const encodeTxRaw = txRaw.encode;
/** Unknown non-critical fields pass. */
export const decodeTxBody = txBody.decode;
export const encodeTxBody = txBody.encode;
export const decodeAuthInfo = authInfo.decode;
export const encodeAuthInfo = authInfo.encode;
export const decodeSignDoc = signDoc.decode;
/** The document that SIGN_MODE_DIRECT signs, from the bytes exactly as they were received. */
export const directSignBytes = signDoc.encode;
