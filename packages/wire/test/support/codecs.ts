/**
 * Every pair of decoder and encoder at the door, with random values for it.
 * @module
 */
import * as wire from "@enclavenet/wire";
import type fc from "fast-check";
import * as arbitrary from "./arbitraries.ts";

interface Codec {
  readonly name: string;
  readonly values: fc.Arbitrary<unknown>;
  decode(bytes: Uint8Array): unknown;
  encode(value: unknown): Uint8Array;
}

function codec<T>(
  name: string,
  values: fc.Arbitrary<T>,
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): Codec {
  return { name, values, decode, encode: encode as (value: unknown) => Uint8Array };
}

export const codecs: readonly Codec[] = [
  codec("TxRaw", arbitrary.txRaw, wire.decodeTxRaw, wire.encodeTxRaw),
  codec("TxBody", arbitrary.txBody, wire.decodeTxBody, wire.encodeTxBody),
  codec("AuthInfo", arbitrary.authInfo, wire.decodeAuthInfo, wire.encodeAuthInfo),
  codec("SignDoc", arbitrary.signDoc, wire.decodeSignDoc, wire.directSignBytes),
  codec("PubKey", arbitrary.pubKey, wire.decodeSecp256k1PubKey, wire.encodeSecp256k1PubKey),
  codec("LegacyAminoPubKey", arbitrary.legacyAminoPubKey, wire.decodeLegacyAminoPubKey, wire.encodeLegacyAminoPubKey),
  codec("MultiSignature", arbitrary.multiSignature, wire.decodeMultiSignature, wire.encodeMultiSignature),
  codec(
    "MsgInstantiateContract",
    arbitrary.msgInstantiateContract,
    wire.decodeMsgInstantiateContract,
    wire.encodeMsgInstantiateContract,
  ),
  codec("BaseAccount", arbitrary.baseAccount, wire.decodeBaseAccount, wire.encodeBaseAccount),
  codec("ContractInfo", arbitrary.contractInfo, wire.decodeContractInfo, wire.encodeContractInfo),
  codec(
    "MsgExecuteContract",
    arbitrary.msgExecuteContract,
    wire.decodeMsgExecuteContract,
    wire.encodeMsgExecuteContract,
  ),
  codec(
    "MsgMigrateContract",
    arbitrary.msgMigrateContract,
    wire.decodeMsgMigrateContract,
    wire.encodeMsgMigrateContract,
  ),
  codec("MsgUpdateAdmin", arbitrary.msgUpdateAdmin, wire.decodeMsgUpdateAdmin, wire.encodeMsgUpdateAdmin),
  codec("MsgClearAdmin", arbitrary.msgClearAdmin, wire.decodeMsgClearAdmin, wire.encodeMsgClearAdmin),
  codec("RaAuthenticate", arbitrary.raAuthenticate, wire.decodeRaAuthenticate, wire.encodeRaAuthenticate),
  codec("MsgConfirmNode", arbitrary.msgConfirmNode, wire.decodeMsgConfirmNode, wire.encodeMsgConfirmNode),
  codec("Machine", arbitrary.listedMachine, wire.decodeListedMachine, wire.encodeListedMachine),
  codec("MsgRevokeNode", arbitrary.msgRevokeNode, wire.decodeMsgRevokeNode, wire.encodeMsgRevokeNode),
  codec("MsgRotateSeed", arbitrary.msgRotateSeed, wire.decodeMsgRotateSeed, wire.encodeMsgRotateSeed),
  codec("MsgApproveUpgrade", arbitrary.msgApproveUpgrade, wire.decodeMsgApproveUpgrade, wire.encodeMsgApproveUpgrade),
  codec("SeedRotation", arbitrary.seedRotation, wire.decodeSeedRotation, wire.encodeSeedRotation),
  codec("BlockID", arbitrary.blockId, wire.decodeBlockId, wire.encodeBlockId),
  codec("Header", arbitrary.header, wire.decodeHeader, wire.encodeHeader),
  codec("CommitSig", arbitrary.commitSig, wire.decodeCommitSig, wire.encodeCommitSig),
  codec("Commit", arbitrary.commit, wire.decodeCommit, wire.encodeCommit),
  codec("ValidatorSet", arbitrary.validatorSet, wire.decodeValidatorSet, wire.encodeValidatorSet),
];
