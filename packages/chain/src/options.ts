/**
 * What the application is built from. Everything that touches the outside (disk, enclave, engine) is handed in, so that
 * the application itself does no I/O.
 * @module
 */
import type { FinalityProvider } from "@enclavenet/abci";
import type { Logger } from "@enclavenet/common";
import type { Ed25519Primitives, HashPrimitives, Secp256k1Primitives } from "@enclavenet/crypto";
import type { Enclave } from "@enclavenet/enclave-api";
import type { RootMultiStore } from "@enclavenet/store";
import type { CodeStorage } from "./modules/compute/code-storage.ts";

/** Result of the static validation of a contract's wasm. */
export interface CheckedCode {
  /** Features the contract asks for, for example `stargate`. */
  readonly requiredFeatures: readonly string[];
  /** Whether it exports the IBC entry points. */
  readonly ibcEnabled: boolean;
}

/** Static validation of wasm at MsgStoreCode. Deterministic. */
export interface CodeChecker {
  /** Throws `LocalError` whose message is the text upstream prints (spec 03 §2). */
  check(wasm: Uint8Array): CheckedCode;
}

/** The primitives that the chain needs: hashes, and verification of users' signatures. */
export type ChainPrimitives = HashPrimitives &
  Pick<Secp256k1Primitives, "secp256k1Verify" | "secp256k1IsPublicKey"> &
  Pick<Ed25519Primitives, "ed25519Verify">;

export interface ApplicationOptions {
  readonly store: RootMultiStore;
  readonly enclave: Enclave;
  readonly finality: FinalityProvider;
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
  readonly logger?: Logger;
  /** Prices that CheckTx demands, for example `0.0125uscrt`; empty: none (spec 04 §3.4). */
  readonly minGasPrices?: string;
  /** SDK gas of one contract query from outside (spec 03 §3.1). Default 10 000 000. */
  readonly contractQueryGasLimit?: bigint;
  /** `data` of Info. Default `secret`. */
  readonly name?: string;
  /** `version` of Info. */
  readonly version?: string;
  /** Blocks that the engine may keep; 0: all. */
  readonly minRetainBlocks?: bigint;
}
