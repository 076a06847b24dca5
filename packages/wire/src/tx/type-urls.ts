/**
 * Type URLs of the messages and keys that this room knows.
 *
 * Spec: 04 §4.1 (compute), 01 §3.2 (registration), 02 §3.4 (keys).
 * @module
 */

export const TypeUrl = {
  msgSend: "/cosmos.bank.v1beta1.MsgSend",
  msgMultiSend: "/cosmos.bank.v1beta1.MsgMultiSend",
  msgStoreCode: "/secret.compute.v1beta1.MsgStoreCode",
  msgInstantiateContract: "/secret.compute.v1beta1.MsgInstantiateContract",
  msgExecuteContract: "/secret.compute.v1beta1.MsgExecuteContract",
  msgMigrateContract: "/secret.compute.v1beta1.MsgMigrateContract",
  msgUpdateAdmin: "/secret.compute.v1beta1.MsgUpdateAdmin",
  msgClearAdmin: "/secret.compute.v1beta1.MsgClearAdmin",
  raAuthenticate: "/secret.registration.v1beta1.RaAuthenticate",
  msgConfirmNode: "/enclavenet.registration.v1.MsgConfirmNode",
  msgRevokeNode: "/enclavenet.registration.v1.MsgRevokeNode",
  msgRotateSeed: "/enclavenet.registration.v1.MsgRotateSeed",
  msgApproveUpgrade: "/enclavenet.registration.v1.MsgApproveUpgrade",
  baseAccount: "/cosmos.auth.v1beta1.BaseAccount",
  secp256k1PubKey: "/cosmos.crypto.secp256k1.PubKey",
  legacyAminoPubKey: "/cosmos.crypto.multisig.LegacyAminoPubKey",
} as const;

/** Values of `ModeInfo.Single.mode` that have a sign document here (spec 04 §2.9). */
export const SignMode = { direct: 1, legacyAminoJson: 127, eip191: 191 } as const;
