/**
 * The enclave: its parts wired together behind the ecalls of the boundary.
 * @module
 */
import { demandFor, INTEL_SGX_ROOT_KEY, isPublicNetwork, type Program } from "@enclavenet/attestation";
import type { Primitives } from "@enclavenet/crypto";
import {
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  EnclaveError,
  EnclaveStatus,
  ecalls,
  encode,
  KeychainState,
  PROTOCOL_VERSION,
  type Schema,
  StateProofs,
  struct,
  u32,
  u64,
} from "@enclavenet/enclave-api";
import type { InstanceMode } from "@enclavenet/wasm-engine";
import { BlockVerifier } from "./block-verifier/block-verifier.ts";
import { MessageCounter } from "./block-verifier/message-counter.ts";
import type { OpenBlock } from "./block-verifier/open-block.ts";
import { ProgressStore } from "./block-verifier/progress.ts";
import { clearAdmin, updateAdmin } from "./contract-engine/administration.ts";
import { ContractEngine } from "./contract-engine/engine.ts";
import type { CallBlock } from "./contract-engine/env.ts";
import { HostAbort, type HostCalls } from "./host-calls.ts";
import type { KeyGuard } from "./key-guard/key-guard.ts";
import { LiveKeys } from "./key-guard/live-keys.ts";
import { seedKeyGuard } from "./key-guard/seed-key-guard.ts";
import { type Keychain, KeychainStore, type NetworkClass } from "./keychain/keychain.ts";
import { createProgram, type EnclaveProgram } from "./program.ts";
import { type AdmissionParts, authenticateNode, confirmNode, revokeNode } from "./registration/admission.ts";
import { createKeychain } from "./registration/birth.ts";
import { createRegistration, importSeeds, type JoiningParts, judgeNetwork } from "./registration/joining.ts";
import { authorityOf, readPolicy } from "./registration/policy.ts";
import { createRotation, rotateSeed } from "./registration/rotation.ts";
import { settleRegistrations } from "./registration/settlement.ts";
import { evidence, registrationKey, type StatementParts } from "./registration/statements.ts";
import { approveUpgrade, exportKeychain, importKeychain } from "./registration/upgrade.ts";
import type { SealedStorage } from "./sealing/sealing.ts";
import { type AttestationParts, teeName } from "./tee/tee.ts";

/** What an enclave is built from. */
export interface EnclaveOptions {
  readonly primitives: Primitives;
  readonly storage: SealedStorage;
  /** Fixed by the bundle; nothing that the host says changes it. */
  readonly networkClass: NetworkClass;
  /** What evidence names this program by, see {@link ProgramIdentity}. */
  readonly measurement: Uint8Array;
  readonly rtmrs?: readonly Uint8Array[];
  /** Programs from which this one takes over, and whose networks its nodes join. Default: none. */
  readonly predecessors?: readonly Program[];
  /** Default: no TEE and no roots. Such an enclave gives no evidence and lets no node in. */
  readonly attestation?: AttestationParts;
  /** For tests of determinism: results are the same. The bundles do not set it, so that they pool instances. */
  readonly instances?: InstanceMode;
}

/** What exists only once the keychain is bound to a network. */
interface Running {
  readonly keys: LiveKeys;
  readonly blocks: BlockVerifier;
  readonly engine: ContractEngine;
  readonly admission: AdmissionParts;
  /** Of the birth, see {@link authorityOf}. */
  readonly authority: Uint8Array | undefined;
}

/** Calls that run a message of the open block. */
type BlockCall =
  | "instantiate"
  | "execute"
  | "reply"
  | "migrate"
  | "updateAdmin"
  | "clearAdmin"
  | "authenticateNode"
  | "confirmNode"
  | "revokeNode"
  | "rotateSeed"
  | "approveUpgrade";

const NO_ATTESTATION: AttestationParts = { tee: undefined, trustedRoots: () => [] };

const ZERO_HASH = new Uint8Array(32);

const failureSchema = struct({ status: u32, usedGas: u64 });

/** Builds the enclave over its sealed storage. Throws `SealingFailed` or `KeychainConflict` for what lies there. */
export function createEnclave(options: EnclaveOptions): EnclaveProgram {
  const enclave = new EnclaveState(options);
  return createProgram(
    {
      hello: ({ protocolVersion }: EcallRequest<"hello">) => enclave.hello(protocolVersion),
      status: () => enclave.status(),
      createKeychain: (request: EcallRequest<"createKeychain">) => enclave.createKeychain(request),
      bindNetwork: (request: EcallRequest<"bindNetwork">) => enclave.bindNetwork(request),
      beginBlock: (request: EcallRequest<"beginBlock">) => {
        enclave.running().blocks.begin(request);
        return {};
      },
      endBlock: ({ height }: EcallRequest<"endBlock">) => {
        enclave.running().blocks.end(height);
        return {};
      },
      instantiate: (request: EcallRequest<"instantiate">, host: HostCalls) =>
        enclave.inBlock("instantiate", ({ engine }, block) => engine.instantiate(request, block, host)),
      execute: (request: EcallRequest<"execute">, host: HostCalls) =>
        enclave.inBlock("execute", ({ engine }, block) => engine.execute(request, block, host)),
      reply: (request: EcallRequest<"reply">, host: HostCalls) =>
        enclave.inBlock("reply", ({ engine }, block) => engine.reply(request, block, host)),
      migrate: (request: EcallRequest<"migrate">, host: HostCalls) =>
        enclave.inBlock("migrate", ({ engine }, block) => engine.migrate(request, block, host)),
      updateAdmin: (request: EcallRequest<"updateAdmin">, host: HostCalls) =>
        enclave.inBlock("updateAdmin", ({ keys }, block) => updateAdmin(keys.guard, request, block, host)),
      clearAdmin: (request: EcallRequest<"clearAdmin">, host: HostCalls) =>
        enclave.inBlock("clearAdmin", ({ keys }, block) => clearAdmin(keys.guard, request, block, host)),
      query: (request: EcallRequest<"query">, host: HostCalls) => enclave.query(request, host),
      authenticateNode: (request: EcallRequest<"authenticateNode">, host: HostCalls) =>
        enclave.inBlock("authenticateNode", ({ admission }, block) =>
          authenticateNode(admission, request, block, host),
        ),
      confirmNode: (request: EcallRequest<"confirmNode">) =>
        enclave.inBlock("confirmNode", ({ admission }, block) => confirmNode(admission, request, block)),
      revokeNode: (position: EcallRequest<"revokeNode">, host: HostCalls) =>
        enclave.inBlock("revokeNode", ({ authority }, block) => revokeNode({ position, block, host, authority })),
      rotateSeed: (position: EcallRequest<"rotateSeed">, host: HostCalls) =>
        enclave.inBlock("rotateSeed", ({ admission, authority }, block) =>
          rotateSeed(admission, { position, block, host, authority }),
        ),
      approveUpgrade: (position: EcallRequest<"approveUpgrade">, host: HostCalls) =>
        enclave.inBlock("approveUpgrade", ({ admission, authority }, block) =>
          approveUpgrade(admission, { position, block, host, authority }),
        ),
      exportKeychain: (request: EcallRequest<"exportKeychain">) => enclave.exportKeychain(request),
      importKeychain: (request: EcallRequest<"importKeychain">) => enclave.importKeychain(request),
      settleRegistrations: (request: EcallRequest<"settleRegistrations">) => enclave.settleRegistrations(request),
      createRotation: () => createRotation(enclave.statementParts),
      createRegistration: ({ chainId }: EcallRequest<"createRegistration">) => enclave.createRegistration(chainId),
      importSeeds: (request: EcallRequest<"importSeeds">) => enclave.importSeeds(request),
      evidence: (request: EcallRequest<"evidence">) => ({ quote: evidence(enclave.statementParts, request) }),
      possessionProof: () => enclave.possessionProof(),
      judgeNetwork: (request: EcallRequest<"judgeNetwork">) => enclave.judgeNetwork(request),
    },
    { verbose: options.networkClass === "development", prepare: () => enclave.prepare() },
  );
}

function stateOf(keychain: Keychain | undefined): keyof typeof KeychainState {
  if (keychain === undefined) return "empty";
  if (keychain.seeds.length === 0) return "registering";
  return keychain.binding === undefined ? "unbound" : "bound";
}

class EnclaveState {
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
    const { keychain, binding } = this.#keychain.bound();
    const { primitives, instances, measurement, rtmrs } = this.#options;
    const keys = this.#liveKeys();
    const { chainId } = binding;
    const policy = readPolicy(keychain.birth?.policy ?? "");
    // PERF: the roots of a development network are reckoned, and few blocks hold a registration.
    const terms = (certificate: Uint8Array, height: bigint) => {
      const demand = demandFor(certificate, this.#keychain.approvedPrograms(height));
      const trustedRoots = this.#trustedRoots(chainId);
      return { chainId, policy: { ...policy, ...demand }, measurement, rtmrs, trustedRoots };
    };
    const counter = new MessageCounter();
    this.#running = {
      keys,
      admission: { primitives, keys, terms, keychain: this.#keychain },
      authority: authorityOf(policy),
      blocks: new BlockVerifier({
        primitives,
        keys,
        counter,
        binding,
        progress: this.#progress,
        queryBlocks: policy.query_blocks ?? 1,
      }),
      engine: new ContractEngine({ primitives, keys, counter, ...(instances === undefined ? {} : { instances }) }),
    };
    return this.#running;
  }

  /** Work of the open block that can be done while the host is busy. */
  prepare(): void {
    this.#running?.blocks.openBlock?.prepare();
  }

  /** Runs a call of the open block and logs the digest of its outcome, success or failure. */
  inBlock<N extends BlockCall>(
    name: N,
    run: (running: Running, block: OpenBlock) => EcallResponse<N>,
  ): EcallResponse<N> {
    const running = this.running();
    const block = running.blocks.current;
    try {
      const response = run(running, block);
      // Hints are the host's affair: with others, or none, a second execution must come to the same outcome.
      const outcome = "result" in response ? { ...response, result: { ...response.result, usedHints: [] } } : response;
      this.#log(block, name, encode(ecalls[name].response as Schema<unknown>, outcome));
      return response;
    } catch (error) {
      // What the host broke off has no outcome of its own: the host's gas decided, and it decides the same again.
      if (EnclaveError.is(error) && error.status !== "OutputDiffers" && !(error instanceof HostAbort)) {
        const { status, usedGas } = error;
        this.#log(block, name, encode(failureSchema, { status: EnclaveStatus[status][0], usedGas }));
      }
      throw error;
    }
  }

  #log(block: OpenBlock, name: EcallName, outcome: Uint8Array): void {
    const tagged = new Uint8Array(1 + outcome.length);
    tagged[0] = ecalls[name].id;
    tagged.set(outcome, 1);
    block.outputs.add(this.#options.primitives.sha256(tagged));
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
