/**
 * What the application is built from. Everything that touches the outside (disk, enclave, engine) is handed in, so that
 * the application itself does no I/O.
 * @module
 */
import type { FinalityProvider } from "@enclavenet/abci";
import type { Logger } from "@enclavenet/common";
import type { Enclave } from "@enclavenet/enclave-api";
import type { RootMultiStore } from "@enclavenet/store";
import type { CodeChecker } from "./modules/compute/code-checker.ts";
import type { CodeStorage } from "./modules/compute/code-storage.ts";
import type { EvidenceTerms } from "./modules/registration/evidence.ts";
import type { ChainPrimitives } from "./support/primitives.ts";

export interface ApplicationOptions {
  readonly store: RootMultiStore;
  readonly enclave: Enclave;
  readonly finality: FinalityProvider;
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
  /** Under which the evidence of a genesis document is judged; absent: it is not. */
  readonly evidenceTerms?: EvidenceTerms;
  /**
   * Whether the enclave believes state only with a proof. Bound with the network, for good: it has no effect on a chain that was
   * started. Default `all`; `off` is for development networks.
   */
  readonly stateProofs?: "off" | "all";
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
  /**
   * Called before each transaction of a block that executes: no transaction is half done and the enclave is free, so
   * queries of the committed state may run. Nothing that runs here changes what the block does.
   */
  readonly betweenTransactions?: () => void;
}
