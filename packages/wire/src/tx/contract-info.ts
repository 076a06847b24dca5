/**
 * The chain's record of a contract: secret.compute.v1beta1.ContractInfo.
 *
 * Spec: 03 §5.1.
 * @module
 */
import { boolType, bytesType, int64Type, optionalMessage, textType, uint64Type } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";

/** When something happened: height and the block gas consumed before it. */
export interface TxPosition {
  readonly blockHeight: bigint;
  readonly txIndex: bigint;
}

export interface ContractInfo {
  readonly codeId: bigint;
  readonly creator: Uint8Array;
  readonly label: string;
  readonly created: TxPosition | undefined;
  readonly ibcPortId: string;
  readonly admin: string;
  readonly adminProof: Uint8Array;
  readonly requireGovernance: boolean;
}

const position = messageCodec<TxPosition>("AbsoluteTxPosition", {
  blockHeight: [1, int64Type],
  txIndex: [2, uint64Type],
});

const info = messageCodec<ContractInfo>("ContractInfo", {
  codeId: [1, uint64Type],
  creator: [2, bytesType],
  label: [4, textType],
  created: [5, optionalMessage(() => position)],
  ibcPortId: [6, textType],
  admin: [7, textType],
  adminProof: [8, bytesType],
  requireGovernance: [9, boolType],
});

export const decodeContractInfo = info.decode;
export const encodeContractInfo = info.encode;
