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

export interface MigrateRequest {
  readonly caller: Uint8Array;
  readonly contract: Uint8Array;
  readonly codeId: bigint;
  readonly msg: Uint8Array;
  readonly callbackSig: Uint8Array;
}

export interface AdminChangeRequest {
  readonly caller: Uint8Array;
  readonly contract: Uint8Array;
  /** Bech32 text; empty for nobody. */
  readonly newAdmin: string;
  readonly callbackSig: Uint8Array;
}

export interface ExecuteRequest {
  readonly caller: Uint8Array;
  readonly contract: Uint8Array;
  readonly funds: readonly Coin[];
  readonly callbackSig: Uint8Array;
}
