/**
 * The steps of a registration over one home, its enclave and a node of the network. Each of them may be repeated.
 *
 * Spec: 01 §3.1–3.5, §8.
 * @module
 */
import { type Admission, demandFor, judgeNode } from "@enclavenet/attestation";
import { equalBytes, LocalError, toHex, toUpperHex } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import type { NetworkDescription } from "@enclavenet/enclave-api";
import { type EcallResponse, EnclaveError, EvidencePurpose, KeychainState } from "@enclavenet/enclave-api";
import { type Any, create, encodeAny, enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import { type EnclaveSession, evidenceCertificate } from "../executor/evidence-certificate.ts";
import { evidenceTerms } from "../executor/network-birth.ts";
import { demandGoodNetwork } from "../network/network-of-genesis.ts";
import { handIn } from "./hand-in.ts";
import type { RegistrationFacts, Step } from "./next-step.ts";
import type { Payer } from "./payer.ts";
import type { ProgressFile, RegistrationProgress, SentTx } from "./progress-file.ts";
import { notAdmitted, txRefused } from "./refusals.ts";
import type { RemoteNode } from "./remote-node.ts";

/** What a registration works with. */
export interface RegistrationParts {
  readonly primitives: Primitives & Parameters<typeof judgeNode>[1]["primitives"];
  readonly session: EnclaveSession;
  readonly network: NetworkDescription;
  readonly node: RemoteNode;
  readonly file: ProgressFile;
  /** Asked only when there is something to pay. */
  readonly payer: () => Payer;
  /** Ed25519 key of the home's validator. */
  readonly owner: Uint8Array;
  readonly replaceMachineId: string;
  readonly waitMs: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

/** The store writes of a certificate cost most of it. */
const GAS = { base: 150_000n, perByte: 60n, confirm: 150_000n } as const;

const ENCLAVE: Readonly<Record<number, RegistrationFacts["enclave"]>> = {
  [KeychainState.empty]: "new",
  [KeychainState.registering]: "registering",
};

const NODE: Readonly<Record<number, RegistrationFacts["node"]>> = {
  [own.NodeStatus.PENDING]: "pending",
  [own.NodeStatus.REGISTERED]: "registered",
  [own.NodeStatus.REVOKED]: "revoked",
};

function isSameKey(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && equalBytes(one, other);
}

type Details = Readonly<Record<string, string>>;

/** One registration in progress. */
export class Registration {
  readonly #parts: RegistrationParts;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
  }

  get #status(): EcallResponse<"status"> {
    return this.#parts.session.enclave.call("status", {});
  }

  /** Key under which the node registers. Throws LocalError `REGISTRATION_KEY` before there is one. */
  get publicKey(): Uint8Array {
    const { registrationPublicKey } = this.#status;
    if (registrationPublicKey === undefined) {
      throw new LocalError("REGISTRATION_KEY", "the enclave has no key for its registration");
    }
    return registrationPublicKey;
  }

  get #progress(): RegistrationProgress {
    return this.#parts.file.of(this.publicKey);
  }

  #save(changes: Partial<RegistrationProgress>): void {
    this.#parts.file.save({ ...this.#progress, ...changes });
  }

  /** What the chain says of this node. */
  chainRecord(): Promise<own.Node | undefined> {
    return this.#parts.node.node(this.publicKey);
  }

  async facts(): Promise<RegistrationFacts> {
    const { keychain, registrationPublicKey } = this.#status;
    const { founder } = this.#parts.network.birth;
    // Founders of before have no key of a registration.
    const isFounder = registrationPublicKey === undefined || isSameKey(founder?.publicKey, registrationPublicKey);
    if (isFounder) {
      const enclave = keychain === KeychainState.empty ? "new" : "founder";
      return { enclave, node: "unknown", hasCertificate: false, sent: undefined };
    }
    const { certificate, sent } = this.#progress;
    const record = await this.chainRecord();
    const enclave = ENCLAVE[keychain] ?? "seeded";
    const node = (record && NODE[record.status]) ?? "unknown";
    const isNeeded = enclave === "registering" && node === "unknown";
    // What was kept of an earlier run may have run out: its collateral lasts a month.
    const hasCertificate = certificate !== undefined && isNeeded && "node" in (await this.#judge(certificate));
    return { enclave, node, hasCertificate, sent: sent?.kind };
  }

  /** Runs one step; answers with what is worth knowing of it. */
  run(step: Step): Details | Promise<Details> {
    switch (step) {
      case "evidence":
        return this.#evidence();
      case "transaction":
        return this.#sign("register");
      case "confirm":
        return this.#sign("confirm");
      case "wait":
      case "wait-confirm":
        return this.#wait();
      case "seal":
        return this.#seal();
      default:
        return {};
    }
  }

  async #evidence(): Promise<Details> {
    const { session, primitives, network, owner } = this.#parts;
    const { chainId } = network.birth;
    // Whom this node asks for seeds is settled before it shows anything of itself.
    demandGoodNetwork(primitives, session, network);
    session.enclave.call("createRegistration", { chainId });
    const purpose = EvidencePurpose.registration;
    const certificate = await evidenceCertificate(session, { purpose, chainId, owner });
    const machine = await this.#demandAdmission(certificate);
    this.#save({ certificate, sent: undefined });
    return { node_id: toHex(this.publicKey), machine_id: machine };
  }

  /** The network's own rules, before anybody pays. */
  async #judge(certificate: Uint8Array): Promise<Admission> {
    const { session, primitives, network, node, now } = this.#parts;
    const { chainId, policy } = network.birth;
    return judgeNode(certificate, {
      chainId,
      time: now(),
      trustedRoots: evidenceTerms(session.hello, primitives).trustedRoots(chainId),
      policy: { ...(policy === "" ? {} : JSON.parse(policy)), ...demandFor(certificate, await node.programs()) },
      measurement: session.hello.measurement,
      primitives,
    });
  }

  /** Returns the machine's id. Throws LocalError `REGISTRATION_REFUSED`. */
  async #demandAdmission(certificate: Uint8Array): Promise<string> {
    const judged = await this.#judge(certificate);
    if ("refusal" in judged) throw notAdmitted(judged.detail);
    return judged.node.machineId ?? "";
  }

  #message(kind: SentTx["kind"]): { readonly message: Any; readonly gasLimit: bigint } {
    const { payer, session, replaceMachineId } = this.#parts;
    const { sender } = payer();
    if (kind === "confirm") {
      const { publicKey, proof } = session.enclave.call("possessionProof", {});
      const confirm = create(own.MsgConfirmNodeSchema, { sender, publicKey, proof });
      return { message: encodeAny(own.MsgConfirmNodeSchema, confirm), gasLimit: GAS.confirm };
    }
    const certificate = this.#progress.certificate ?? new Uint8Array(0);
    const schema = secretRegistration.RaAuthenticateSchema;
    const message = encodeAny(schema, create(schema, { sender, certificate, replaceMachineId }));
    return { message, gasLimit: GAS.base + GAS.perByte * BigInt(certificate.length) };
  }

  async #sign(kind: SentTx["kind"]): Promise<Details> {
    const { node, network } = this.#parts;
    const payer = this.#parts.payer();
    const { message, gasLimit } = this.#message(kind);
    const bytes = await payer.sign(node, network.birth.chainId, [message], gasLimit);
    this.#save({ sent: { kind, bytes } });
    return { sender: payer.address, hash: toUpperHex(this.#parts.primitives.sha256(bytes)) };
  }

  async #wait(): Promise<Details> {
    const { node, primitives, payer, waitMs } = this.#parts;
    const bytes = this.#progress.sent?.bytes ?? new Uint8Array(0);
    const hash = primitives.sha256(bytes);
    const handed = await handIn(node, { bytes, hash }, waitMs);
    // In a block or refused: what is signed next is another transaction.
    this.#save({ sent: undefined });
    if (handed.kind === "stale") return { hash: toUpperHex(hash), outcome: "signed anew" };
    const outcome = handed.kind === "included" ? handed.tx : handed.outcome;
    if (outcome.code !== 0) throw txRefused(outcome, payer().address);
    const { height, gasUsed } = handed.kind === "included" ? handed.tx : { height: "", gasUsed: "" };
    return { hash: toUpperHex(hash), height, gas_used: gasUsed };
  }

  /** The enclave judges the network once more, opens the seeds, and seals them if they give the network's keys. */
  async #seal(): Promise<Details> {
    const { session, node, network, primitives } = this.#parts;
    const encryptedSeeds = await node.encryptedSeeds(this.publicKey);
    const exchangeKey = (await this.chainRecord())?.seedExchangePublicKey ?? network.seedExchangePublicKey;
    demandGoodNetwork(primitives, session, network);
    try {
      session.enclave.call("importSeeds", { network, encryptedSeeds, exchangeKey });
    } catch (error) {
      if (!EnclaveError.is(error, "DecryptionError")) throw error;
      throw new LocalError("REGISTRATION_SEEDS", "what the node says are this node's seeds is not", {
        fix: "give --node the RPC of another node of this network",
      });
    }
    return { io_public_key: toHex(network.ioPublicKey) };
  }
}
