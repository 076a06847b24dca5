/**
 * Signature imports (spec 03 §1.4). i32 functions return 0, 1 or an error number; i64 functions a region or a number.
 * @module
 */
import type { CallContext } from "../runtime/context.ts";
import { WORK_PER_MESSAGE_BYTE } from "../runtime/host-work.ts";
import { countSections, cutSections } from "./batch-sections.ts";
import { type ImportTable, pointerOrCode, pointers } from "./definition.ts";

const SECP256K1_VERIFY_GAS = 98_304n;
const SECP256K1_RECOVER_GAS = 98_304n;
const SECP256K1_SIGN_GAS = 100_000n;
const ED25519_VERIFY_GAS = 73_728n;
const ED25519_BATCH_BASE_GAS = 5_000n;
const ED25519_BATCH_EACH_GAS = 70_000n;
const ED25519_SIGN_GAS = 75_000n;
const DCAP_QUOTE_VERIFY_GAS = 100_000n;

const BATCH_ERROR = 7;
const GENERIC_ERROR = 10;

/** Work per byte of what has one length, or is refused without being looked at. */
const JUDGED_BY_LENGTH = 0;

/** Equal lengths, one message for n keys, or one key for n messages. */
function batchSize(messages: number, signatures: number, keys: number): number | undefined {
  if (messages === signatures && signatures === keys) return signatures;
  if (messages === 1 && signatures === keys) return signatures;
  if (keys === 1 && messages === signatures) return signatures;
  return undefined;
}

function batchVerify(context: CallContext, messages: number, signatures: number, publicKeys: number): number {
  const lists = [
    context.borrow(messages, WORK_PER_MESSAGE_BYTE),
    context.borrow(signatures),
    context.borrow(publicKeys),
  ] as const;
  const size = batchSize(countSections(lists[0]), countSections(lists[1]), countSections(lists[2]));
  // Nothing is charged for lists that do not fit together.
  if (size === undefined) return BATCH_ERROR;
  context.charge(ED25519_BATCH_BASE_GAS + ED25519_BATCH_EACH_GAS * BigInt(size));
  const [m, s, k] = lists.map(cutSections) as [Uint8Array[], Uint8Array[], Uint8Array[]];
  // One message for many signatures is hashed for each of them.
  const hashed = m.length === 1 ? size * (m[0] as Uint8Array).length : lists[0].length;
  context.addWork(hashed * WORK_PER_MESSAGE_BYTE);
  return context.host((backend) => backend.crypto.ed25519BatchVerify(m, s, k));
}

function dcapQuoteVerify(context: CallContext, quotePointer: number, collateralPointer: number): bigint {
  context.charge(DCAP_QUOTE_VERIFY_GAS);
  const quote = context.read(quotePointer);
  const collateral = context.read(collateralPointer);
  const result =
    collateral.length === 0
      ? { code: GENERIC_ERROR }
      : context.host((backend) => backend.dcapQuoteVerify?.(quote, collateral) ?? { code: GENERIC_ERROR });
  return "code" in result ? BigInt(result.code >>> 0) << 32n : BigInt(result.status >>> 0);
}

type Verify = "secp256k1Verify" | "ed25519Verify";
type Sign = "secp256k1Sign" | "ed25519Sign";

function verifyImport(gas: bigint, method: Verify, workPerByte: number) {
  return {
    params: pointers(3),
    result: "i32" as const,
    bind: (context: CallContext) => (message: number | bigint, signature: number | bigint, key: number | bigint) => {
      context.charge(gas);
      const m = context.borrow(message as number, workPerByte);
      const s = context.borrow(signature as number, JUDGED_BY_LENGTH);
      const k = context.borrow(key as number, JUDGED_BY_LENGTH);
      return context.host((backend) => backend.crypto[method](m, s, k));
    },
  };
}

function signImport(gas: bigint, method: Sign) {
  return {
    params: pointers(2),
    result: "i64" as const,
    bind: (context: CallContext) => (message: number | bigint, key: number | bigint) => {
      context.charge(gas);
      const m = context.borrow(message as number, WORK_PER_MESSAGE_BYTE);
      const k = context.borrow(key as number, JUDGED_BY_LENGTH);
      return pointerOrCode(
        context,
        context.host((backend) => backend.crypto[method](m, k)),
      );
    },
  };
}

export const CRYPTO_IMPORTS: ImportTable = {
  secp256k1_verify: verifyImport(SECP256K1_VERIFY_GAS, "secp256k1Verify", JUDGED_BY_LENGTH),
  ed25519_verify: verifyImport(ED25519_VERIFY_GAS, "ed25519Verify", WORK_PER_MESSAGE_BYTE),
  secp256k1_sign: signImport(SECP256K1_SIGN_GAS, "secp256k1Sign"),
  ed25519_sign: signImport(ED25519_SIGN_GAS, "ed25519Sign"),
  secp256k1_recover_pubkey: {
    params: pointers(3),
    result: "i64",
    bind: (context) => (hash, signature, param) => {
      context.charge(SECP256K1_RECOVER_GAS);
      const h = context.borrow(hash as number, JUDGED_BY_LENGTH);
      const s = context.borrow(signature as number, JUDGED_BY_LENGTH);
      const result = context.host((backend) => backend.crypto.secp256k1RecoverPublicKey(h, s, (param as number) >>> 0));
      return pointerOrCode(context, result);
    },
  },
  ed25519_batch_verify: {
    params: pointers(3),
    result: "i32",
    bind: (context) => (messages, signatures, keys) =>
      batchVerify(context, messages as number, signatures as number, keys as number),
  },
  dcap_quote_verify: {
    params: pointers(2),
    result: "i64",
    bind: (context) => (quote, collateral) => dcapQuoteVerify(context, quote as number, collateral as number),
  },
};
