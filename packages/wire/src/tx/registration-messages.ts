/**
 * Messages of node registration that the enclave reads.
 *
 * Spec: 01 §3.2 (RaAuthenticate), §8 (the confirmation of the 2020 design; its fields are our own).
 * @module
 */
import { bytesType, textType } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";

export interface RaAuthenticate {
  readonly sender: Uint8Array;
  /** Quote and collateral. */
  readonly certificate: Uint8Array;
  readonly replaceMachineId: string;
}

export interface MsgConfirmNode {
  readonly sender: Uint8Array;
  /** Registration key of the node. */
  readonly publicKey: Uint8Array;
  readonly proof: Uint8Array;
}

const authenticate = messageCodec<RaAuthenticate>("RaAuthenticate", {
  sender: [1, bytesType],
  certificate: [2, bytesType],
  replaceMachineId: [3, textType],
});

const confirm = messageCodec<MsgConfirmNode>("MsgConfirmNode", {
  sender: [1, bytesType],
  publicKey: [2, bytesType],
  proof: [3, bytesType],
});

export const decodeRaAuthenticate = authenticate.decode;
export const encodeRaAuthenticate = authenticate.encode;
export const decodeMsgConfirmNode = confirm.decode;
export const encodeMsgConfirmNode = confirm.encode;
