/**
 * What an enclave holds: its parts wired together, as the ecalls use them.
 * @module
 */
import { INTEL_SGX_ROOT_KEY, isPublicNetwork, type Program } from "@enclavenet/attestation";
import {
  type EcallRequest,
  type EcallResponse,
  EnclaveError,
  KeychainState,
  PROTOCOL_VERSION,
  StateProofs,
} from "@enclavenet/enclave-api";
import { type BlockCall, inBlock } from "./block-calls.ts";
import type { OpenBlock } from "./block-verifier/open-block.ts";
import { ProgressStore } from "./block-verifier/progress.ts";
import type { CallBlock } from "./contract-engine/env.ts";
import type { EnclaveOptions } from "./enclave-options.ts";
import type { HostCalls } from "./host-calls.ts";
import type { KeyGuard } from "./key-guard/key-guard.ts";
import { LiveKeys } from "./key-guard/live-keys.ts";
import { seedKeyGuard } from "./key-guard/seed-key-guard.ts";
import { type Keychain, KeychainStore } from "./keychain/keychain.ts";
import { createKeychain } from "./registration/birth.ts";
import { createRegistration, importSeeds, type JoiningParts, judgeNetwork } from "./registration/joining.ts";
import { readPolicy } from "./registration/policy.ts";
import { settleRegistrations } from "./registration/settlement.ts";
import { registrationKey, type StatementParts } from "./registration/statements.ts";
import { exportKeychain, importKeychain } from "./registration/upgrade.ts";
import { assembleRunning, type Running } from "./running.ts";
import { type AttestationParts, teeName } from "./tee/tee.ts";

const NO_ATTESTATION: AttestationParts = { tee: undefined, trustedRoots: () => [] };

const ZERO_HASH = new Uint8Array(32);

function stateOf(keychain: Keychain | undefined): keyof typeof KeychainState {
  if (keychain === undefined) return "empty";
  if (keychain.seeds.length === 0) return "registering";
  return keychain.binding === undefined ? "unbound" : "bound";
}

/** Keychain, progress, and, once the network is known, what executes its blocks. */
export class EnclaveState {
  readonly #options: EnclaveOptions;
  readonly #attestation: AttestationParts;
  readonly #keychain: KeychainStore;
  readonly #progress: ProgressStore;
  #running: Running | undefined;

  constructor(options: EnclaveOptions) {
    this.#options = options;
    this.#attestation = options.attestation ?? NO_ATTESTATION;
    this.#keychain = new KeychainStore(options.storage, options.networkClass);
    this.#progress = new ProgressStore(options.storage);
  }

  /** Roots under which others are judged. SECURITY: Intel's alone for production keys and for public networks, whatever runs here. */
  readonly #trustedRoots = (chainId: string): readonly Uint8Array[] => {
    // check: production-root
    if (this.#options.networkClass === "production") return [INTEL_SGX_ROOT_KEY];
    // check: public-root
    if (isPublicNetwork(chainId)) return [INTEL_SGX_ROOT_KEY];
    return this.#attestation.trustedRoots(chainId);
  };

  hello(protocolVersion: number): EcallResponse<"hello"> {
    // check: protocol-version
    if (protocolVersion !== PROTOCOL_VERSION) throw new EnclaveError("BadRequest", { check: "protocol version" });
    const { networkClass } = this.#options;
    const tee = teeName(this.#attestation.tee);
    return { protocolVersion: PROTOCOL_VERSION, networkClass, ...this.#program, tee };
  }

  status(): EcallResponse<"status"> {
    const keychain = this.#keychain.current;
    const progress = this.#progress.current;
    const guard = keychain === undefined || keychain.seeds.length === 0 ? undefined : this.#guard();
    const registration = keychain?.registration;
    return {
      keychain: KeychainState[stateOf(keychain)],
      chainId: keychain?.binding?.chainId ?? "",
      genesisHash: keychain?.binding?.genesisHash ?? ZERO_HASH,
      height: progress?.height ?? 0n,
      blockHash: progress?.blockHash ?? ZERO_HASH,
      ioPublicKey: guard?.ioPublicKey,
      seedExchangePublicKey: guard?.seedExchangePublicKey,
      registrationPublicKey: registration && registrationKey(this.#options.primitives, registration),
      stateProofs: keychain?.binding?.stateProofs ?? StateProofs.off,
    };
  }

  createKeychain(request: EcallRequest<"createKeychain">): EcallResponse<"createKeychain"> {
    return createKeychain(this.#options.primitives, this.#keychain, request);
  }

  createRegistration(chainId: string): EcallResponse<"createRegistration"> {
    return { publicKey: createRegistration(this.#joining, chainId) };
  }

  importSeeds(request: EcallRequest<"importSeeds">): Record<string, never> {
    importSeeds(this.#joining, request);
    return {};
  }

  settleRegistrations(request: EcallRequest<"settleRegistrations">): Record<string, never> {
    settleRegistrations(this.#keychain, request, this.running().blocks.current);
    return {};
  }

  judgeNetwork(request: EcallRequest<"judgeNetwork">): Record<string, never> {
    judgeNetwork(this.#joining, request);
    return {};
  }

  possessionProof(): EcallResponse<"possessionProof"> {
    const publicKey = registrationKey(this.#options.primitives, this.#keychain.registered());
    // A node that got seeds ahead of its blocks has to show the newest, whichever are live where it stands.
    const { seeds } = this.#keychain.seeded();
    return { publicKey, proof: seedKeyGuard(this.#options.primitives, seeds).possessionProof(publicKey) };
  }

  exportKeychain(request: EcallRequest<"exportKeychain">): EcallResponse<"exportKeychain"> {
    const { terms } = this.running().admission;
    const parts = { ...this.statementParts, terms, program: this.#program, progressStore: this.#progress };
    return exportKeychain(parts, request);
  }

  importKeychain(request: EcallRequest<"importKeychain">): Record<string, never> {
    importKeychain({ ...this.#joining, progress: this.#progress }, request);
    return {};
  }

  get #program(): Program {
    const { measurement, rtmrs = [] } = this.#options;
    return { measurement, rtmrs };
  }

  get #joining(): JoiningParts {
    const { primitives, measurement, rtmrs, predecessors = [] } = this.#options;
    const [keychain, trustedRoots] = [this.#keychain, this.#trustedRoots];
    return { primitives, program: { measurement, rtmrs }, predecessors, keychain, trustedRoots };
  }

  get statementParts(): StatementParts {
    const { primitives } = this.#options;
    const progress = this.#progress.current;
    return { primitives, keychain: this.#keychain, tee: this.#attestation.tee, guard: () => this.#guard(), progress };
  }

  /** Guard of the seeds that are live where this enclave stands, bound or not. Throws `NotReady`. */
  #guard(): KeyGuard {
    return (this.#running?.keys ?? this.#liveKeys()).guard;
  }

  #liveKeys(): LiveKeys {
    const height = (this.#progress.current?.height ?? 0n) + 1n;
    return new LiveKeys(this.#options.primitives, this.#keychain, height);
  }

  bindNetwork(request: EcallRequest<"bindNetwork">): Record<string, never> {
    // SECURITY: the evidence tells clients, and nodes that join, whether state is proven.
    const { state_proofs: born } = readPolicy(this.#keychain.current?.birth?.policy ?? "");
    // check: born-state-proofs
    if (born !== undefined && StateProofs[born] !== request.stateProofs) {
      throw new EnclaveError("KeychainConflict", { check: "born with another setting of state proofs" });
    }
    this.#keychain.bind(request);
    return {};
  }

  /** Everything that needs a bound keychain. Throws `NotReady`. */
  running(): Running {
    if (this.#running !== undefined) return this.#running;
    const [keychain, progress, keys] = [this.#keychain, this.#progress, this.#liveKeys()];
    this.#running = assembleRunning(this.#options, { keychain, progress, keys, trustedRoots: this.#trustedRoots });
    return this.#running;
  }

  /** Work of the open block that can be done while the host is busy. */
  prepare(): void {
    this.#running?.blocks.openBlock?.prepare();
  }

  /** Runs a call of the open block. Throws `NotReady`, `PositionRejected`, and what the call throws. */
  inBlock<N extends BlockCall>(
    name: N,
    run: (running: Running, block: OpenBlock) => EcallResponse<N>,
  ): EcallResponse<N> {
    return inBlock(this.#options.primitives, name, this.running(), run);
  }

  query(request: EcallRequest<"query">, host: HostCalls): EcallResponse<"query"> {
    const { engine } = this.running();
    return engine.query(request, this.#queryBlock(request), host);
  }

  /**
   * Nested queries see the open block. Others see the block that ended last, which is the one before while a block is open; where
   * the host is believed, that is on development networks only, also older ones.
   */
  #queryBlock({ height, timeNs }: EcallRequest<"query">): CallBlock {
    const { binding } = this.#keychain.bound();
    const { chainId } = binding;
    const progress = this.#progress.current;
    if (binding.stateProofs === StateProofs.all) {
      const state = this.running().blocks.provenState({ height, timeNs });
      // check: query-state
      if (state === undefined) throw new EnclaveError("StateUnproven", { check: "query height" });
      return { chainId, height, timeNs, state };
    }
    // check: query-height
    if (height > (progress?.height ?? 0n)) throw new EnclaveError("HeightRejected", { check: "query height" });
    return { chainId, height, timeNs };
  }
}
