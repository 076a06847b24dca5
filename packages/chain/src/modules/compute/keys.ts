/**
 * Keys of the compute store (spec 03 §5.1).
 * @module
 */
import { be64, concatBytes, utf8ToBytes } from "@enclavenet/common";
import { prefixed } from "../../support/keys.ts";

/** Store of the compute module. */
export const COMPUTE_STORE = "compute";

/** Prefix of codes by id. */
export const CODE_PREFIX = Uint8Array.of(0x01);
/** Prefix of contracts by address. */
export const CONTRACT_PREFIX = Uint8Array.of(0x02);
/** Key of the transaction counter. */
export const TX_COUNTER_KEY = Uint8Array.of(0x08);
/** Key of the parameters. */
export const PARAMS_KEY = Uint8Array.of(0x0b);
/** Prefix of the two sequences. */
const SEQUENCE_PREFIX = Uint8Array.of(0x04);

export const NEXT_CODE_ID_KEY = prefixed(SEQUENCE_PREFIX, utf8ToBytes("lastCodeId"));
export const NEXT_INSTANCE_ID_KEY = prefixed(SEQUENCE_PREFIX, utf8ToBytes("lastContractId"));

export const codeKey = (codeId: bigint): Uint8Array => prefixed(CODE_PREFIX, be64(codeId));
export const contractKey = (address: Uint8Array): Uint8Array => prefixed(CONTRACT_PREFIX, address);
/** Prefix of a contract's encrypted state. */
export const statePrefix = (address: Uint8Array): Uint8Array => prefixed(0x03, address);
/** Key material of a contract, opaque to the chain. */
export const enclaveKeyKey = (address: Uint8Array): Uint8Array => prefixed(0x06, address);
export const labelKey = (label: string): Uint8Array => prefixed(0x07, utf8ToBytes(label));
/** Prefix of a contract's history. */
export const historyPrefix = (address: Uint8Array): Uint8Array => prefixed(0x09, address);

/** Code that governance allows a contract to move to; contracts are named by the text of their address here. */
export const approvedCodeKey = (contract: string): Uint8Array => prefixed(0x0c, utf8ToBytes(contract));
/** Admin that governance allows a contract to get. */
export const approvedAdminKey = (contract: string): Uint8Array => prefixed(0x0d, utf8ToBytes(contract));

/** Prefix of the contracts of a code, in the order in which they came to it. */
const codeIndexPrefix = (codeId: bigint): Uint8Array => prefixed(0x0a, be64(codeId));

/** Entry of a contract in the index by code. */
export function codeIndexKey(codeId: bigint, position: CallPosition, address: Uint8Array): Uint8Array {
  return concatBytes(codeIndexPrefix(codeId), be64(position.blockHeight), be64(position.txIndex), address);
}

/** When something happened: the height, and the block gas consumed before the transaction. */
export interface CallPosition {
  readonly blockHeight: bigint;
  readonly txIndex: bigint;
}
