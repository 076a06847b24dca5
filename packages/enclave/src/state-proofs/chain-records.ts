/**
 * The records of the chain that the enclave demands proofs of: contracts' own records, what the chain notes of a contract, and the
 * accounts that sign.
 *
 * Spec: 03 §5.1 (keys and values of the compute store), 04 §4.2 (accounts).
 * @module
 */
import { be64, concatBytes, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import type { ContractKey } from "@enclavenet/enclave-api";
import { bytesField, decodeContractInfo, decodeStoredAccount } from "@enclavenet/wire";
import { unproven } from "./unproven.ts";

/** A record. `id` names it for maps. */
export interface ChainRecord {
  readonly id: string;
  /** Default: that of the compute module. */
  readonly store?: "acc" | "register";
  readonly key: Uint8Array;
  /** The part of a stored value that counts; default: all of it. */
  readonly part?: (stored: Uint8Array) => Uint8Array;
  /** What the chain takes for the value where there is none. */
  readonly initial?: Uint8Array;
  /** The part itself is remembered, not only its hash: it is short. */
  readonly kept?: true;
}

/** Prefixes of the store. */
const INFO = 0x02;
const STATE = 0x03;
const SEQUENCE = 0x04;
const KEY = 0x06;
/** Prefix of the store of accounts. */
const ACCOUNT = 0x01;

const NOTHING = new Uint8Array(0);

/** Names the records in which a contract keeps its state. */
export function stateRecords(contract: Uint8Array): (name: Uint8Array) => ChainRecord {
  const prefix = `${toHex(contract)}/`;
  return (name) => ({ id: prefix + toHex(name), key: concatBytes(Uint8Array.of(STATE), contract, name) });
}

/** The contract's keys, which tell its code. */
export function keyRecord(contract: Uint8Array): ChainRecord {
  return { id: `key ${toHex(contract)}`, key: concatBytes(Uint8Array.of(KEY), contract) };
}

/** The value of a {@link keyRecord}: protobuf ContractKey. */
export function storedKey({ og, current, proof }: ContractKey): Uint8Array {
  return concatBytes(bytesField(1, og), bytesField(2, current ?? NOTHING), bytesField(3, proof ?? NOTHING));
}

function adminProofOf(stored: Uint8Array): Uint8Array {
  try {
    return decodeContractInfo(stored).adminProof;
  } catch (error) {
    if (error instanceof LocalError) unproven("record of the contract");
    throw error;
  }
}

/** The proof of the contract's admin, which is a part of a larger record. */
export function adminRecord(contract: Uint8Array): ChainRecord {
  return { id: `admin ${toHex(contract)}`, key: concatBytes(Uint8Array.of(INFO), contract), part: adminProofOf };
}

/** Number of the next contract, 8 bytes. */
export const nextInstance: ChainRecord = {
  id: "next instance",
  key: concatBytes(Uint8Array.of(SEQUENCE), utf8ToBytes("lastContractId")),
  initial: be64(1n),
};

function sequenceOf(stored: Uint8Array): Uint8Array {
  try {
    return be64(decodeStoredAccount(stored)?.sequence ?? 0n);
  } catch (error) {
    if (error instanceof LocalError) unproven("record of the account");
    throw error;
  }
}

/** Number of the account's next transaction, 8 bytes; an account that is not there has signed nothing. */
export function sequenceRecord(address: Uint8Array): ChainRecord {
  return {
    id: `sequence ${toHex(address)}`,
    store: "acc",
    key: concatBytes(Uint8Array.of(ACCOUNT), address),
    part: sequenceOf,
    initial: be64(0n),
    kept: true,
  };
}
