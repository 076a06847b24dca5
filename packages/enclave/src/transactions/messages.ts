/**
 * Contract messages as the enclave reads them out of a transaction or out of a callback.
 *
 * Spec: 02 §3.4 (what has to match), 03 §5.3 (field numbers; decoded by `wire`).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { type Coin, decodeMsgExecuteContract, decodeMsgInstantiateContract } from "@enclavenet/wire";

const EXECUTE = "/secret.compute.v1beta1.MsgExecuteContract";
const INSTANTIATE = "/secret.compute.v1beta1.MsgInstantiateContract";

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

export type ContractMessage = ExecuteMessage | InstantiateMessage;

/** Reads one message. Throws `ValidationFailure` for a message that is not for the enclave or is malformed. */
export function parseContractMessage({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): ContractMessage {
  try {
    if (typeUrl === EXECUTE) {
      const { sender, contract, msg, sentFunds, callbackSig } = decodeMsgExecuteContract(value);
      return { kind: "execute", sender, contract, msg, funds: sentFunds, callbackSig };
    }
    if (typeUrl === INSTANTIATE) {
      const { sender, codeId, label, initMsg, initFunds, callbackSig, admin } = decodeMsgInstantiateContract(value);
      return { kind: "instantiate", sender, codeId, label, msg: initMsg, funds: initFunds, callbackSig, admin };
    }
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
  }
  throw new EnclaveError("ValidationFailure", { check: "message type" });
}
