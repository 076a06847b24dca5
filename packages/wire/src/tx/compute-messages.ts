/**
 * Messages of secret.compute.v1beta1 that the enclave reads.
 *
 * Spec: 03 §5.3 (field numbers).
 * @module
 */
import { bytesType, repeatedMessage, textType, uint64Type } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import { type Coin, coinCodec } from "./tx.ts";

export interface MsgInstantiateContract {
  readonly sender: Uint8Array;
  readonly callbackCodeHash: string;
  readonly codeId: bigint;
  readonly label: string;
  readonly initMsg: Uint8Array;
  readonly initFunds: readonly Coin[];
  readonly callbackSig: Uint8Array;
  readonly admin: string;
}

export interface MsgExecuteContract {
  readonly sender: Uint8Array;
  readonly contract: Uint8Array;
  readonly msg: Uint8Array;
  readonly callbackCodeHash: string;
  readonly sentFunds: readonly Coin[];
  readonly callbackSig: Uint8Array;
}

export interface MsgMigrateContract {
  readonly sender: string;
  readonly contract: string;
  readonly codeId: bigint;
  readonly msg: Uint8Array;
  readonly callbackSig: Uint8Array;
  readonly callbackCodeHash: string;
}

export interface MsgUpdateAdmin {
  readonly sender: string;
  readonly newAdmin: string;
  readonly contract: string;
  readonly callbackSig: Uint8Array;
}

export interface MsgClearAdmin {
  readonly sender: string;
  readonly contract: string;
  readonly callbackSig: Uint8Array;
}

const instantiate = messageCodec<MsgInstantiateContract>("MsgInstantiateContract", {
  sender: [1, bytesType],
  callbackCodeHash: [2, textType],
  codeId: [3, uint64Type],
  label: [4, textType],
  initMsg: [5, bytesType],
  initFunds: [6, repeatedMessage(() => coinCodec)],
  callbackSig: [7, bytesType],
  admin: [8, textType],
});

const execute = messageCodec<MsgExecuteContract>("MsgExecuteContract", {
  sender: [1, bytesType],
  contract: [2, bytesType],
  msg: [3, bytesType],
  callbackCodeHash: [4, textType],
  sentFunds: [5, repeatedMessage(() => coinCodec)],
  callbackSig: [6, bytesType],
});

const migrate = messageCodec<MsgMigrateContract>("MsgMigrateContract", {
  sender: [1, textType],
  contract: [2, textType],
  codeId: [3, uint64Type],
  msg: [4, bytesType],
  callbackSig: [7, bytesType],
  callbackCodeHash: [8, textType],
});

const updateAdmin = messageCodec<MsgUpdateAdmin>("MsgUpdateAdmin", {
  sender: [1, textType],
  newAdmin: [2, textType],
  contract: [3, textType],
  callbackSig: [7, bytesType],
});

const clearAdmin = messageCodec<MsgClearAdmin>("MsgClearAdmin", {
  sender: [1, textType],
  contract: [3, textType],
  callbackSig: [7, bytesType],
});

export const decodeMsgInstantiateContract = instantiate.decode;
export const encodeMsgInstantiateContract = instantiate.encode;
export const decodeMsgExecuteContract = execute.decode;
export const encodeMsgExecuteContract = execute.encode;
export const decodeMsgMigrateContract = migrate.decode;
export const encodeMsgMigrateContract = migrate.encode;
export const decodeMsgUpdateAdmin = updateAdmin.decode;
export const encodeMsgUpdateAdmin = updateAdmin.encode;
export const decodeMsgClearAdmin = clearAdmin.decode;
export const encodeMsgClearAdmin = clearAdmin.encode;
