/**
 * Messages of node registration that the enclave reads.
 *
 * Spec: 01 §3.2 (RaAuthenticate), §8 (the confirmation of the 2020 design; its fields are our own,
 * and so are revocation, rotation and the approval of a program).
 * @module
 */
import { bytesType, repeatedBytes, repeatedMessage, textType, uint32Type } from "../protobuf/fields.ts";
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

export interface MsgRevokeNode {
  readonly sender: Uint8Array;
  /** Registration key of the node. */
  readonly publicKey: Uint8Array;
}

export interface MsgRotateSeed {
  readonly sender: Uint8Array;
  /** A {@link SeedRotation}, the bytes that the certificate is about. */
  readonly rotation: Uint8Array;
  readonly certificate: Uint8Array;
  /** About the network's keys after the rotation. */
  readonly networkCertificate: Uint8Array;
}

export interface MsgApproveUpgrade {
  readonly sender: Uint8Array;
  /** MRENCLAVE or MRTD of the program, or the hash of its bundle. */
  readonly measurement: Uint8Array;
  /** RTMR 0 to 3 of a trust domain; none of an enclave. */
  readonly rtmrs: readonly Uint8Array[];
}

/** The new seed, encrypted to one node. */
export interface SeedShare {
  readonly nodePublicKey: Uint8Array;
  readonly encryptedSeed: Uint8Array;
}

export interface SeedRotation {
  /** Seeds that the network had before. */
  readonly seeds: number;
  readonly ioPublicKey: Uint8Array;
  readonly seedExchangePublicKey: Uint8Array;
  readonly senderPublicKey: Uint8Array;
  readonly shares: readonly SeedShare[];
}

/** A machine on the chain's list of those that may register, as its store has it. */
export interface ListedMachine {
  readonly machineId: Uint8Array;
  /** Key of the validator whose node registered from it last; empty before. */
  readonly owner: Uint8Array;
}

const machine = messageCodec<ListedMachine>("Machine", {
  machineId: [1, bytesType],
  owner: [2, bytesType],
});

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

const revoke = messageCodec<MsgRevokeNode>("MsgRevokeNode", {
  sender: [1, bytesType],
  publicKey: [2, bytesType],
});

const rotate = messageCodec<MsgRotateSeed>("MsgRotateSeed", {
  sender: [1, bytesType],
  rotation: [2, bytesType],
  certificate: [3, bytesType],
  networkCertificate: [4, bytesType],
});

const approveUpgrade = messageCodec<MsgApproveUpgrade>("MsgApproveUpgrade", {
  sender: [1, bytesType],
  measurement: [2, bytesType],
  rtmrs: [3, repeatedBytes],
});

const share = messageCodec<SeedShare>("SeedShare", {
  nodePublicKey: [1, bytesType],
  encryptedSeed: [2, bytesType],
});

const rotation = messageCodec<SeedRotation>("SeedRotation", {
  seeds: [1, uint32Type],
  ioPublicKey: [2, bytesType],
  seedExchangePublicKey: [3, bytesType],
  senderPublicKey: [4, bytesType],
  shares: [5, repeatedMessage(() => share)],
});

export const decodeRaAuthenticate = authenticate.decode;
export const encodeRaAuthenticate = authenticate.encode;
export const decodeMsgConfirmNode = confirm.decode;
export const encodeMsgConfirmNode = confirm.encode;
export const decodeMsgRevokeNode = revoke.decode;
export const encodeMsgRevokeNode = revoke.encode;
export const decodeMsgRotateSeed = rotate.decode;
export const encodeMsgRotateSeed = rotate.encode;
export const decodeSeedRotation = rotation.decode;
export const encodeSeedRotation = rotation.encode;
export const decodeMsgApproveUpgrade = approveUpgrade.decode;
export const encodeMsgApproveUpgrade = approveUpgrade.encode;
export const decodeListedMachine = machine.decode;
export const encodeListedMachine = machine.encode;
