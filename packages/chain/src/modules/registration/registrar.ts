/**
 * The life of a node: pending when it got the seeds, registered when it has shown that it holds them, revoked for good.
 *
 * Spec: 01 §3.3 (order of the registration), §8 (the states of the 2020 design).
 * @module
 */
import { certifiedPublicKey } from "@enclavenet/attestation";
import {
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  EnclaveError,
  type OcallHandlers,
} from "@enclavenet/enclave-api";
import { create, enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { ErrUnauthorized } from "../../support/sdk-errors.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import type { ProveRecords } from "../compute/keeper.ts";
import type { Approval } from "./approval.ts";
import { ErrAuthenticateFailed, ErrInvalidRegistration, ErrNotFound } from "./errors.ts";
import { admitMachine, MACHINE_ID_BYTES, updateMachines } from "./machines.ts";
import { RegistrationStore } from "./store.ts";

const { ApprovedProgramSchema, NodeStatus, NodeSchema } = own;

/** Refusals of the message itself; every other failure is this machine's and is thrown on. */
const REFUSALS: ReadonlySet<string> = new Set([
  "RegistrationInput",
  "InvalidCert",
  "MrEnclaveMismatch",
  "SeedEncryptionFailed",
  "PossessionNotProven",
  "PositionRejected",
  "RotationRejected",
  "NodeNotAllowed",
  "UpgradeRejected",
]);

/** Calls about a message that anybody may send, and about one that is the authority's. */
type OpenCall = Extract<EcallName, "authenticateNode" | "confirmNode">;
type AuthorityCall = Extract<EcallName, "revokeNode" | "rotateSeed" | "approveUpgrade">;

export interface RegistrationTools {
  readonly enclave: Enclave;
  readonly approval: Approval;
  readonly auth: AuthKeeper;
  readonly proveRecords: ProveRecords;
}

export class Registrar {
  readonly #tools: RegistrationTools;

  constructor(tools: RegistrationTools) {
    this.#tools = tools;
  }

  /** Lets the enclave judge the certificate of the running message and stores what it gave; returns that. */
  authenticate(ctx: Context, certificate: Uint8Array, replaced: Uint8Array): EcallResponse<"authenticateNode"> {
    const store = new RegistrationStore(ctx);
    const isRevoked = store.node(certifiedPublicKey(certificate))?.status === NodeStatus.REVOKED;
    if (isRevoked) throw ErrAuthenticateFailed.wrap("the node was revoked");
    const answer = this.#call(ctx, "authenticateNode");
    const { publicKey, encryptedSeeds, seedExchangePublicKey, owner, machineId } = answer;
    admitMachine(ctx, { machineId, owner, replaced });
    if (machineId.length === MACHINE_ID_BYTES) store.addMachine(owner, machineId, replaced);
    store.setInfo(publicKey, certificate, encryptedSeeds);
    const registeredHeight = ctx.block.height;
    const status = NodeStatus.PENDING;
    const node = { publicKey, status, owner, machineId, registeredHeight, seedExchangePublicKey };
    store.setNode(create(NodeSchema, node));
    store.markChange(ctx);
    return answer;
  }

  /** A pending node whose proof holds is registered; a registered one stays so. */
  confirm(ctx: Context): void {
    const { publicKey } = this.#call(ctx, "confirmNode");
    const store = new RegistrationStore(ctx);
    const node = demandNode(store, publicKey);
    if (node.status === NodeStatus.REVOKED) throw ErrInvalidRegistration.wrap("the node was revoked");
    if (node.status === NodeStatus.REGISTERED) return;
    store.setNode({ ...node, status: NodeStatus.REGISTERED, confirmedHeight: ctx.block.height });
  }

  /** Ends a node. The seeds that it got cannot be taken back: it is kept from registering again and from later seeds. */
  revoke(ctx: Context, sender: Uint8Array, publicKey: Uint8Array): void {
    this.#demandApproval(ctx, sender, "only the registration's authority may revoke a node");
    const store = new RegistrationStore(ctx);
    const node = demandNode(store, publicKey);
    if (ctx.mode === "finalize") {
      this.#authorityCall(ctx, "revokeNode", sender);
      store.markChange(ctx);
    }
    store.setNode({ ...node, status: NodeStatus.REVOKED, revokedHeight: ctx.block.height });
  }

  /** Gives the network the keys of the seed in the running message, with the evidence for them. Returns the io key. */
  rotate(ctx: Context, { sender, networkCertificate }: own.MsgRotateSeed): Uint8Array {
    this.#demandApproval(ctx, sender, "only the registration's authority may rotate the network's seed");
    const store = new RegistrationStore(ctx);
    const { evidence } = store;
    if (evidence === undefined) throw ErrInvalidRegistration.wrap("the network was born without evidence");
    if (ctx.mode !== "finalize") return store.ioKey;
    if (store.hasRotated) throw ErrInvalidRegistration.wrap("the seed was rotated in this block");
    const { ioPublicKey, seedExchangePublicKey } = this.#authorityCall(ctx, "rotateSeed", sender);
    const masterKey = (bytes: Uint8Array) => create(secretRegistration.MasterKeySchema, { bytes });
    store.setMasterKeys(masterKey(seedExchangePublicKey), masterKey(ioPublicKey));
    store.setEvidence({ ...evidence, certificate: networkCertificate });
    store.markChange(ctx, { isRotation: true });
    return ioPublicKey;
  }

  /** Lets the network's enclaves hand over to the program of the running message. */
  approveUpgrade(ctx: Context, { sender, measurement, rtmrs }: own.MsgApproveUpgrade): void {
    this.#demandApproval(ctx, sender, "only the registration's authority may approve a program");
    const store = new RegistrationStore(ctx);
    if (ctx.mode === "finalize") {
      this.#authorityCall(ctx, "approveUpgrade", sender);
      store.markChange(ctx);
    }
    store.addProgram(create(ApprovedProgramSchema, { measurement, rtmrs, approvedHeight: ctx.block.height }));
  }

  /** Changes the list of the machines that may register. */
  updateMachines(ctx: Context, message: own.MsgUpdateMachines): void {
    this.#demandApproval(ctx, message.sender, "only the registration's authority may change the list of machines");
    updateMachines(ctx, message);
  }

  /** Tells the enclave which registrations of the block went through. */
  settle(ctx: Context): void {
    const positions = new RegistrationStore(ctx).takeChanges();
    if (positions.length > 0) this.#tools.enclave.call("settleRegistrations", { positions });
  }

  #demandApproval(ctx: Context, sender: Uint8Array, refusal: string): void {
    if (!this.#tools.approval.approves(ctx, sender)) throw ErrUnauthorized.wrap(refusal);
  }

  #call<N extends OpenCall>(ctx: Context, name: N): EcallResponse<N> {
    const position = { txIndex: ctx.txIndex, msgIndex: ctx.msgIndex } as EcallRequest<N>;
    return refusedAsRegister(() => this.#tools.enclave.call(name, position, this.#handlers));
  }

  /** The enclave judges the sender too, by the birth of its network: it wants the account's number, and proof of its sequence. */
  #authorityCall<N extends AuthorityCall>(ctx: Context, name: N, sender: Uint8Array): EcallResponse<N> {
    const { enclave, auth } = this.#tools;
    const { txIndex, msgIndex } = ctx;
    const accountNumber = auth.getAccount(ctx.unmetered(), sender)?.accountNumber ?? 0n;
    const position = { txIndex, msgIndex, accountNumber } as EcallRequest<N>;
    return refusedAsRegister(() => enclave.call(name, position, this.#handlers));
  }

  get #handlers(): Partial<OcallHandlers> {
    const { proveRecords } = this.#tools;
    return { proveState: ({ store, keys, version, withStore }) => proveRecords(store, keys, version, withStore) };
  }
}

function refusedAsRegister<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (EnclaveError.is(error) && REFUSALS.has(error.status)) throw ErrAuthenticateFailed.wrap(error.message);
    throw error;
  }
}

function demandNode(store: RegistrationStore, publicKey: Uint8Array): own.Node {
  const node = store.node(publicKey);
  if (node === undefined) throw ErrNotFound.wrap("node");
  return node;
}
