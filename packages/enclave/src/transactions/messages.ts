/**
 * Contract messages as the enclave reads them out of a transaction or out of a callback.
 *
 * Spec: 02 §3.4 (what has to match), 03 §5.3 (field numbers; decoded by `wire`).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import {
  type Coin,
  decodeMsgClearAdmin,
  decodeMsgExecuteContract,
  decodeMsgInstantiateContract,
  decodeMsgMigrateContract,
  decodeMsgUpdateAdmin,
  TypeUrl,
} from "@enclavenet/wire";
import { tryDecodeAddress } from "../account-address.ts";

/** Longest contract message (spec 03 §2.1). */
export const MAX_MESSAGE_BYTES = 2_048_000;

interface CommonFields {
  /** Canonical address of the sender. */
  readonly sender: Uint8Array;
  /** nonce ‖ public key ‖ ciphertext */
  readonly msg: Uint8Array;
  readonly funds: readonly Coin[];
  /** Empty when a user sent the message. */
  readonly callbackSig: Uint8Array;
}

export interface ExecuteMessage extends CommonFields {
  readonly kind: "execute";
  /** Canonical address of the contract. */
  readonly contract: Uint8Array;
}

export interface InstantiateMessage extends CommonFields {
  readonly kind: "instantiate";
  readonly codeId: bigint;
  readonly label: string;
  /** Bech32 text, empty for nobody. */
  readonly admin: string;
}

export interface MigrateMessage extends CommonFields {
  readonly kind: "migrate";
  readonly contract: Uint8Array;
  readonly codeId: bigint;
}

/** A change of admin carries no message for a contract and no coins. */
export interface UpdateAdminMessage extends CommonFields {
  readonly kind: "update_admin";
  readonly contract: Uint8Array;
  /** Bech32 text. */
  readonly admin: string;
}

export interface ClearAdminMessage extends CommonFields {
  readonly kind: "clear_admin";
  readonly contract: Uint8Array;
}

export type ContractMessage =
  | ExecuteMessage
  | InstantiateMessage
  | MigrateMessage
  | UpdateAdminMessage
  | ClearAdminMessage;

const NO_BYTES = new Uint8Array(0);

function address(text: string): Uint8Array {
  const bytes = tryDecodeAddress(text);
  if (bytes === undefined) throw new EnclaveError("ValidationFailure", { check: "address" });
  return bytes;
}

/** Messages of a contract's administration name accounts by text (spec 03 §5.3). */
function parties(message: { readonly sender: string; readonly contract: string; readonly callbackSig: Uint8Array }) {
  const { sender, contract, callbackSig } = message;
  return { sender: address(sender), contract: address(contract), callbackSig, funds: [] };
}

function parseAdministration(typeUrl: string, value: Uint8Array): ContractMessage | undefined {
  if (typeUrl === TypeUrl.msgMigrateContract) {
    const message = decodeMsgMigrateContract(value);
    return { kind: "migrate", ...parties(message), codeId: message.codeId, msg: message.msg };
  }
  if (typeUrl === TypeUrl.msgUpdateAdmin) {
    const message = decodeMsgUpdateAdmin(value);
    return { kind: "update_admin", ...parties(message), admin: message.newAdmin, msg: NO_BYTES };
  }
  if (typeUrl === TypeUrl.msgClearAdmin) {
    return { kind: "clear_admin", ...parties(decodeMsgClearAdmin(value)), msg: NO_BYTES };
  }
  return undefined;
}

/** Reads one message. Throws `ValidationFailure` for a message that is not for the enclave or is malformed. */
export function parseContractMessage({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): ContractMessage {
  try {
    if (typeUrl === TypeUrl.msgExecuteContract) {
      const { sender, contract, msg, sentFunds, callbackSig } = decodeMsgExecuteContract(value);
      return { kind: "execute", sender, contract, msg, funds: sentFunds, callbackSig };
    }
    if (typeUrl === TypeUrl.msgInstantiateContract) {
      const { sender, codeId, label, initMsg, initFunds, callbackSig, admin } = decodeMsgInstantiateContract(value);
      return { kind: "instantiate", sender, codeId, label, msg: initMsg, funds: initFunds, callbackSig, admin };
    }
    const administration = parseAdministration(typeUrl, value);
    if (administration !== undefined) return administration;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
  }
  throw new EnclaveError("ValidationFailure", { check: "message type" });
}
