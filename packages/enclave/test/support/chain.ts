/**
 * A chain made of nothing but what the enclave sees: signed blocks of signed transactions, and records in a map. The
 * validator key, the user keys and the transactions are real; only the host is a test.
 * @module
 */
import { be64, concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { encryptMessage, openData, type Primitives, SecretBytes, txEncryptionKey } from "@enclavenet/crypto";
import {
  type ContractKey,
  type EcallRequest,
  type Enclave,
  type NetworkBirth,
  type OcallHandlers,
  StateProofs,
} from "@enclavenet/enclave-api";
import {
  consensusHash,
  dataHash,
  headerHash,
  merkleRoot,
  validatorAddress,
  validatorSetHash,
} from "@enclavenet/light-client";
import {
  type BlockId,
  type Commit,
  type ContractInfo,
  directSignBytes,
  encodeAuthInfo,
  encodeBech32,
  encodeCommit,
  encodeContractInfo,
  encodeHeader,
  encodeMsgExecuteContract,
  encodeMsgInstantiateContract,
  encodeSecp256k1PubKey,
  encodeTxBody,
  encodeTxRaw,
  encodeValidatorSet,
  type Header,
  type MsgExecuteContract,
  type ValidatorSet,
  VoteType,
  voteSignBytes,
} from "@enclavenet/wire";
import { storedKey } from "../../src/state-proofs/chain-records.ts";
import { ProvenRecordStore } from "./proven-records.ts";

export const CHAIN_ID = "enclave-test-1";
export const GENESIS_HASH = new Uint8Array(32).fill(7);
const EMPTY = new Uint8Array(0);
const SECOND = 1_000_000_000n;

/** A user: signing key, encryption key, address. */
export class User {
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly signingKey: SecretBytes;
  readonly encryptionKey: SecretBytes;
  readonly primitives: Primitives;
  #nonce = 0;

  constructor(primitives: Primitives, name: string) {
    this.primitives = primitives;
    this.signingKey = SecretBytes.take(primitives.sha256(utf8ToBytes(`sign ${name}`)));
    this.encryptionKey = SecretBytes.take(primitives.sha256(utf8ToBytes(`encrypt ${name}`)));
    this.publicKey = primitives.secp256k1PublicKey(this.signingKey) as Uint8Array;
    this.address = primitives.ripemd160(primitives.sha256(this.publicKey));
  }

  /** Encrypts a contract message; remembers the nonce for the answer. */
  encrypt(ioPublicKey: Uint8Array, codeHash: Uint8Array, msg: unknown): Uint8Array {
    this.#nonce++;
    const nonce = this.primitives.sha256(utf8ToBytes(`${toHex(this.address)} ${this.#nonce}`));
    const keys = { clientPrivateKey: this.encryptionKey, ioPublicKey, nonce };
    return encryptMessage(this.primitives, keys, { codeHash: toHex(codeHash), json: JSON.stringify(msg) });
  }

  /** Opens an encrypted data field that answers the message with `nonce` in front of `message`. */
  open(ioPublicKey: Uint8Array, message: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const key = txEncryptionKey(this.primitives, this.encryptionKey, ioPublicKey, message.slice(0, 32));
    return openData(this.primitives, key, sealed);
  }
}

export interface AnyMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export function executeMsg(
  fields: Pick<MsgExecuteContract, "sender" | "contract" | "msg"> & Partial<MsgExecuteContract>,
): AnyMessage {
  const message = { callbackCodeHash: "", sentFunds: [], callbackSig: EMPTY, ...fields };
  return { typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value: encodeMsgExecuteContract(message) };
}

export function instantiateMsg(sender: Uint8Array, initMsg: Uint8Array, label = "one", admin = ""): AnyMessage {
  const message = {
    sender,
    initMsg,
    label,
    codeId: 1n,
    callbackCodeHash: "",
    initFunds: [],
    callbackSig: EMPTY,
    admin,
  };
  return { typeUrl: "/secret.compute.v1beta1.MsgInstantiateContract", value: encodeMsgInstantiateContract(message) };
}

export interface TxOptions {
  readonly gasLimit?: bigint;
  readonly accountNumber?: bigint;
  readonly sequence?: bigint;
  readonly chainId?: string;
  readonly signer?: User;
  /** Sign mode that the transaction claims; the signature is always over the direct document. */
  readonly mode?: number;
  /** Changes the finished signature. */
  readonly tamper?: (signature: Uint8Array) => Uint8Array;
}

/** A transaction in direct mode. */
export function signTx(user: User, messages: readonly AnyMessage[], options: TxOptions = {}): Uint8Array {
  const {
    gasLimit = 10_000_000n,
    accountNumber = 5n,
    sequence = 0n,
    chainId = CHAIN_ID,
    signer = user,
    mode = 1,
  } = options;
  const bodyBytes = encodeTxBody({
    messages,
    memo: "",
    timeoutHeight: 0n,
    extensionOptions: [],
    nonCriticalExtensionOptions: [],
  });
  const authInfoBytes = encodeAuthInfo({
    signerInfos: [
      {
        publicKey: {
          typeUrl: "/cosmos.crypto.secp256k1.PubKey",
          value: encodeSecp256k1PubKey({ key: user.publicKey }),
        },
        modeInfo: { single: { mode }, multi: undefined },
        sequence,
      },
    ],
    fee: { amount: [], gasLimit, payer: "", granter: "" },
    tip: undefined,
  });
  const document = directSignBytes({ bodyBytes, authInfoBytes, chainId, accountNumber });
  const { primitives } = user;
  const signature = primitives.secp256k1Sign(primitives.sha256(document), signer.signingKey) as Uint8Array;
  return encodeTxRaw({ bodyBytes, authInfoBytes, signatures: [options.tamper?.(signature) ?? signature] });
}

export interface Block {
  readonly header: Header;
  readonly commit: Commit;
  readonly hash: Uint8Array;
  readonly request: EcallRequest<"beginBlock">;
  /** Who signs the block after this one. */
  readonly next: Signers;
}

/** Keys of validators, in the order of their set. */
export interface Signers {
  readonly set: ValidatorSet;
  readonly seeds: readonly SecretBytes[];
}

/** Validators of equal power, drawn from a name. */
export function signers(primitives: Primitives, count: number, name = "validator"): Signers {
  const keys = Array.from({ length: count }, (_, i) => {
    const seed = SecretBytes.take(primitives.sha256(utf8ToBytes(`${name} ${i}`)));
    const publicKey = primitives.ed25519PublicKey(seed);
    return { seed, publicKey, address: validatorAddress(primitives, publicKey) };
  }).sort((a, b) => (toHex(a.address) < toHex(b.address) ? -1 : 1));
  const validators = keys.map(({ publicKey, address }) => ({
    publicKey,
    address,
    votingPower: 10n,
    proposerPriority: 0n,
  }));
  return { set: { validators }, seeds: keys.map(({ seed }) => seed) };
}

export interface BlockOptions {
  /** Who signs the next block; without it who signs this one. */
  readonly next?: Signers;
  readonly header?: Partial<Header>;
  /** Changes the commit after it was signed. */
  readonly commit?: (commit: Commit) => Commit;
  /** Transactions that the host hands over instead of those in the header. */
  readonly handedOver?: readonly Uint8Array[];
  readonly signChainId?: string;
  /** Validators that do not sign, by index. */
  readonly absent?: readonly number[];
}

/** Validators and the blocks they sign. */
export class TestChain {
  readonly primitives: Primitives;
  #signers: Signers;
  #last: Block | undefined;

  constructor(primitives: Primitives, count = 4) {
    this.primitives = primitives;
    this.#signers = signers(primitives, count);
  }

  /** Who signs the next block. */
  get validators(): ValidatorSet {
    return this.#signers.set;
  }

  get height(): bigint {
    return this.#last?.header.height ?? 0n;
  }

  get last(): Block | undefined {
    return this.#last;
  }

  /** Builds the next block without making it the tip. */
  build(txs: readonly Uint8Array[], options: BlockOptions = {}): Block {
    const { primitives } = this;
    const height = this.height + 1n;
    const nothing = merkleRoot(primitives, []);
    const { next = this.#signers } = options;
    const header: Header = {
      version: { block: 11n, app: 0n },
      chainId: CHAIN_ID,
      height,
      timeNs: 1_700_000_000n * SECOND + height * SECOND + 123n,
      lastBlockId: this.#last?.commit.blockId ?? { hash: EMPTY, partSetHeader: { total: 0, hash: EMPTY } },
      lastCommitHash: nothing,
      dataHash: dataHash(primitives, txs),
      validatorsHash: validatorSetHash(primitives, this.validators),
      nextValidatorsHash: validatorSetHash(primitives, next.set),
      consensusHash: consensusHash(primitives, { blockMaxBytes: 22_020_096n, blockMaxGas: -1n }),
      appHash: nothing,
      lastResultsHash: nothing,
      evidenceHash: nothing,
      proposerAddress: this.validators.validators[0]?.address ?? EMPTY,
      encryptedRandom: undefined,
      ...options.header,
    };
    const hash = headerHash(primitives, header);
    const signed = this.#sign(header, hash, options);
    const commit = options.commit?.(signed) ?? signed;
    const request = {
      header: encodeHeader(header),
      commit: encodeCommit(commit),
      nextValidatorSet: encodeValidatorSet(next.set),
      transactions: options.handedOver ?? txs,
    };
    return { header, commit, hash, request, next };
  }

  /** Makes a block the tip. */
  adopt(block: Block): Block {
    this.#last = block;
    this.#signers = block.next;
    return block;
  }

  #sign(header: Header, hash: Uint8Array, options: BlockOptions): Commit {
    const { primitives } = this;
    const blockId: BlockId = { hash, partSetHeader: { total: 1, hash: primitives.sha256(hash) } };
    const timestampNs = header.timeNs + 1n;
    const message = voteSignBytes({
      type: VoteType.precommit,
      height: header.height,
      round: 0n,
      blockId,
      timestampNs,
      chainId: options.signChainId ?? CHAIN_ID,
    });
    const signatures = this.validators.validators.map(({ address }, i) =>
      options.absent?.includes(i)
        ? { blockIdFlag: 1, validatorAddress: EMPTY, timestampNs: undefined, signature: EMPTY }
        : {
            blockIdFlag: 2,
            validatorAddress: address,
            timestampNs,
            signature: primitives.ed25519Sign(message, this.#signers.seeds[i] as SecretBytes),
          },
    );
    return { height: header.height, round: 0, blockId, signatures };
  }
}

const INFO: ContractInfo = {
  codeId: 1n,
  creator: new Uint8Array(20).fill(1),
  label: "one",
  created: { blockHeight: 1n, txIndex: 0n },
  ibcPortId: "",
  admin: "",
  adminProof: EMPTY,
  requireGovernance: false,
};

/** The host's side of state and code; attacks override single handlers. */
export class TestHost {
  /** Hex of the address → hex of the record's name → value. */
  readonly state = new Map<string, Map<string, Uint8Array>>();
  /** Hex of the key in the compute store → value: what the chain notes of contracts. */
  readonly notes = new Map<string, Uint8Array>();
  /** Hex of an address → sequence of its next transaction, where the chain knows the account. */
  readonly sequences = new Map<string, bigint>();
  /** Hex of the key in the register store → value. */
  readonly registrations = new Map<string, Uint8Array>();
  readonly codes = new Map<string, Uint8Array>();
  readonly proofs = new ProvenRecordStore();

  recordsOf(contract: Uint8Array): Map<string, Uint8Array> {
    const hex = toHex(contract);
    const records = this.state.get(hex) ?? new Map<string, Uint8Array>();
    this.state.set(hex, records);
    return records;
  }

  handlers(contract: Uint8Array, overrides: Partial<OcallHandlers> = {}): Partial<OcallHandlers> {
    const records = this.recordsOf(contract);
    return {
      readState: ({ key }) => ({ value: records.get(toHex(key)), legacyValue: undefined, sdkGas: 100n }),
      removeState: ({ key }) => {
        records.delete(toHex(key));
        return { sdkGas: 200n };
      },
      settleReads: () => ({}),
      proveState: (request) => this.proofs.prove(request),
      readCode: ({ codeHash }) => ({ wasm: this.codes.get(toHex(codeHash)) ?? EMPTY }),
      ...overrides,
    };
  }

  /** What the chain stores of a contract that was made or changed. */
  note(contract: Uint8Array, key: ContractKey, adminProof: Uint8Array, nextInstance?: bigint): void {
    const prefixed = (prefix: number) => toHex(concatBytes(Uint8Array.of(prefix), contract));
    this.notes.set(prefixed(0x06), storedKey(key));
    this.notes.set(prefixed(0x02), encodeContractInfo({ ...INFO, adminProof }));
    if (nextInstance !== undefined) this.notes.set(`04${toHex(utf8ToBytes("lastContractId"))}`, be64(nextInstance));
  }

  apply(contract: Uint8Array, writes: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]): void {
    const records = this.recordsOf(contract);
    for (const { key, value } of writes) records.set(toHex(key), value);
  }
}

/** How the test chain's network is bound. */
export function bindRequest(validatorSet: Uint8Array, proofs: boolean): EcallRequest<"bindNetwork"> {
  const stateProofs = proofs ? StateProofs.all : StateProofs.off;
  return { chainId: CHAIN_ID, genesisHash: GENESIS_HASH, initialHeight: 1n, validatorSet, stateProofs };
}

/** Alice decides about the nodes of test networks. */
export function testPolicy({ primitives }: TestChain): string {
  return JSON.stringify({ authority: encodeBech32("secret", new User(primitives, "alice").address) });
}

/** What the founder of the test network says at its birth. */
export function birthOf(chain: TestChain, policy = testPolicy(chain)): EcallRequest<"createKeychain"> {
  const owner = new Uint8Array(32);
  return { chainId: CHAIN_ID, validatorSet: encodeValidatorSet(chain.validators), policy, owner };
}

/** What the test network is from birth, as this enclave drew its keys. */
export function bornOf(enclave: Enclave, chain: TestChain, policy?: string): NetworkBirth {
  const { owner, ...plan } = birthOf(chain, policy);
  const { registrationPublicKey: publicKey } = enclave.call("status", {});
  return { ...plan, founder: publicKey && { publicKey, owner } };
}

/** Binds a fresh enclave to the test chain; returns the key to which users encrypt. */
export function bindEnclave(enclave: Enclave, chain: TestChain, proofs = false, policy?: string): Uint8Array {
  const birth = birthOf(chain, policy);
  const { ioPublicKey } = enclave.call("createKeychain", birth);
  enclave.call("bindNetwork", bindRequest(birth.validatorSet, proofs));
  return ioPublicKey;
}
