/**
 * What a message asks of the keeper, decoded.
 * @module
 */
import type { Coin } from "../../support/coins.ts";

export interface InstantiateRequest {
  readonly creator: Uint8Array;
  readonly codeId: bigint;
  readonly label: string;
  readonly initMsg: Uint8Array;
  readonly funds: readonly Coin[];
  readonly admin: string;
  readonly callbackSig: Uint8Array;
}

export interface ExecuteRequest {
  readonly caller: Uint8Array;
  readonly contract: Uint8Array;
  readonly funds: readonly Coin[];
  readonly callbackSig: Uint8Array;
}
