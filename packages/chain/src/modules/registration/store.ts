/**
 * The register store: the network's keys, what nodes registered, and, under keys of our own, how far each of them has come.
 *
 * Spec: 01 §2.4. Keys from 0x10 on are ours.
 * @module
 */
import { be32, concatBytes, utf8ToBytes } from "@enclavenet/common";
import { create, decode, encode, enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { prefixed } from "../../support/keys.ts";
import { ErrUnknownAddress } from "../../support/sdk-errors.ts";

const REGISTER_STORE = "register";
const NODE_EXCHANGE_KEY = prefixed(0x02, utf8ToBytes("NodeExchMasterKey"));
const IO_EXCHANGE_KEY = prefixed(0x02, utf8ToBytes("IoExchMasterKey"));
const MACHINE_PREFIX = 0x03;
const LAST_MACHINE_KEY = Uint8Array.of(0x04);
/** Nodes by registration key. */
export const NODE_PREFIX = Uint8Array.of(0x10);
const EVIDENCE_KEY = Uint8Array.of(0x11);
const AUTHORITY_KEY = Uint8Array.of(0x12);

/** Registrations of the running block, until its end: a transaction that fails takes its own back. */
const CHANGE_PREFIX = Uint8Array.of(0x13);
/** Present while one of them is a rotation. */
const ROTATION_KEY = Uint8Array.of(0x14);

/** Programs that the network approved, by the order of it. */
export const PROGRAM_PREFIX = Uint8Array.of(0x15);

const INFO_PREFIX = Uint8Array.of(0x01);
const infoKey = (publicKey: Uint8Array): Uint8Array => concatBytes(INFO_PREFIX, publicKey);
const nodeKey = (publicKey: Uint8Array): Uint8Array => concatBytes(NODE_PREFIX, publicKey);

const PRESENT = Uint8Array.of(1);

/** Where a message stands in the block. */
interface Position {
  readonly txIndex: number;
  readonly msgIndex: number;
}

/** The index behind the last one that was used; 0 when none was. */
function indexAfter(stored: Uint8Array | undefined): number {
  return stored === undefined ? 0 : new DataView(stored.buffer, stored.byteOffset).getUint32(0) + 1;
}

export class RegistrationStore {
  readonly kv: KVStore;

  constructor(ctx: Context) {
    this.kv = ctx.kvStore(REGISTER_STORE);
  }

  get ioKey(): Uint8Array {
    return this.#masterKey(IO_EXCHANGE_KEY);
  }

  get nodeExchangeKey(): Uint8Array {
    return this.#masterKey(NODE_EXCHANGE_KEY);
  }

  setMasterKeys(nodeExchange: secretRegistration.MasterKey, io: secretRegistration.MasterKey): void {
    this.kv.set(NODE_EXCHANGE_KEY, encode(secretRegistration.MasterKeySchema, nodeExchange));
    this.kv.set(IO_EXCHANGE_KEY, encode(secretRegistration.MasterKeySchema, io));
  }

  #masterKey(key: Uint8Array): Uint8Array {
    const stored = this.kv.get(key);
    if (stored === undefined) throw ErrUnknownAddress.wrap("Chain has not been initialized yet");
    return decode(secretRegistration.MasterKeySchema, stored).bytes;
  }

  info(publicKey: Uint8Array): secretRegistration.RegistrationNodeInfo | undefined {
    const stored = this.kv.get(infoKey(publicKey));
    return stored && decode(secretRegistration.RegistrationNodeInfoSchema, stored);
  }

  /** Every registration, by its key. */
  get infos(): readonly secretRegistration.RegistrationNodeInfo[] {
    return [...this.kv.iterator(INFO_PREFIX, prefixEnd(INFO_PREFIX))].map(([, value]) =>
      decode(secretRegistration.RegistrationNodeInfoSchema, value),
    );
  }

  setInfo(publicKey: Uint8Array, certificate: Uint8Array, encryptedSeed: Uint8Array): void {
    const info = create(secretRegistration.RegistrationNodeInfoSchema, { certificate, encryptedSeed });
    this.kv.set(infoKey(publicKey), encode(secretRegistration.RegistrationNodeInfoSchema, info));
  }

  /** Appends a machine: owner ‖ machine id ‖ the id that it replaces, or zeros. */
  addMachine(owner: Uint8Array, machineId: Uint8Array, replaced: Uint8Array): void {
    const index = be32(indexAfter(this.kv.get(LAST_MACHINE_KEY)));
    this.kv.set(LAST_MACHINE_KEY, index);
    this.kv.set(prefixed(MACHINE_PREFIX, index), concatBytes(owner, machineId, replaced));
  }

  node(publicKey: Uint8Array): own.Node | undefined {
    const stored = this.kv.get(nodeKey(publicKey));
    return stored && decode(own.NodeSchema, stored);
  }

  get nodes(): readonly own.Node[] {
    return [...this.kv.iterator(NODE_PREFIX, prefixEnd(NODE_PREFIX))].map(([, value]) => decode(own.NodeSchema, value));
  }

  setNode(node: own.Node): void {
    this.kv.set(nodeKey(node.publicKey), encode(own.NodeSchema, node));
  }

  /** Notes that the running message takes effect in the enclave at the end of the block, if its transaction goes through. */
  markChange({ txIndex, msgIndex }: Context, { isRotation = false } = {}): void {
    this.kv.set(concatBytes(CHANGE_PREFIX, be32(txIndex), be32(msgIndex)), PRESENT);
    if (isRotation) this.kv.set(ROTATION_KEY, PRESENT);
  }

  /** Whether an earlier message of this block rotated the seed. */
  get hasRotated(): boolean {
    return this.kv.get(ROTATION_KEY) !== undefined;
  }

  /** Positions of the messages that were noted, in order; the notes end with the block. */
  takeChanges(): readonly Position[] {
    const keys = [...this.kv.iterator(CHANGE_PREFIX, prefixEnd(CHANGE_PREFIX))].map(([key]) => key);
    for (const key of keys) this.kv.delete(key);
    if (this.hasRotated) this.kv.delete(ROTATION_KEY);
    return keys.map((key) => {
      const view = new DataView(key.buffer, key.byteOffset + CHANGE_PREFIX.length);
      return { txIndex: view.getUint32(0), msgIndex: view.getUint32(4) };
    });
  }

  get evidence(): own.NetworkEvidence | undefined {
    const stored = this.kv.get(EVIDENCE_KEY);
    return stored && decode(own.NetworkEvidenceSchema, stored);
  }

  setEvidence(evidence: own.NetworkEvidence): void {
    this.kv.set(EVIDENCE_KEY, encode(own.NetworkEvidenceSchema, evidence));
  }

  /** Appends a program to those that were approved. */
  addProgram(program: own.ApprovedProgram): void {
    const [last] = this.kv.reverseIterator(PROGRAM_PREFIX, prefixEnd(PROGRAM_PREFIX));
    const index = be32(indexAfter(last?.[0].slice(PROGRAM_PREFIX.length)));
    this.kv.set(concatBytes(PROGRAM_PREFIX, index), encode(own.ApprovedProgramSchema, program));
  }

  /** Address of the account that may revoke nodes. */
  get authority(): Uint8Array | undefined {
    return this.kv.get(AUTHORITY_KEY);
  }

  setAuthority(address: Uint8Array): void {
    this.kv.set(AUTHORITY_KEY, address);
  }
}
