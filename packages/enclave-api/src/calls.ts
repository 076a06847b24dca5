/**
 * THE table of the enclave boundary: every ecall and ocall with its number, request and response. Dispatcher, proxies,
 * the documentation page and the fuzzers read this table; nothing else defines a message.
 *
 * A message of a block crosses as a position into the verified block, never as fields that the host parsed.
 * Gas is wasm gas in ecalls and SDK gas in the answers of ocalls; 1 SDK gas = 1000 wasm gas (spec 03 §2).
 * @module
 */
import { bool, bytes, fixedBytes, type Infer, list, option, type Schema, struct, text, u8, u32, u64 } from "./codec.ts";

/** Both sides must speak the same version; it changes with any change of this file. */
export const PROTOCOL_VERSION = 14;

const hash = fixedBytes(32);
const publicKey = fixedBytes(32);
const address = bytes;
const nothing = struct({});

/**
 * A record that the host expects the call to read: the answer to a `readState` that was not asked yet. Hints save
 * crossings and change nothing else: the enclave reports which ones it used, in order, before the host charges anything
 * that comes after, and asks for real whenever the gas of a hint might not be there.
 */
export const ReadHintSchema = struct({ key: bytes, value: option(bytes), sdkGas: u64 });

/** Indices of the hints that were used since the last report, in order, repeated when used again. */
const usedHints = list(u32);

/** Contract key as the chain stores it (spec 02 §7.1): 64 bytes each, proof 32 bytes; the last two after a migration. */
export const ContractKeySchema = struct({
  og: fixedBytes(64),
  current: option(fixedBytes(64)),
  proof: option(fixedBytes(32)),
});

/**
 * Where the message comes from. `txIndex` and `msgIndex` are positions in the open block and in that transaction.
 * Without `callback` the message is the one at this position, signed by a user. With it, the message was emitted by a
 * contract earlier in the same transaction: its type URL and protobuf bytes, callback signature included, and how many
 * contract responses are being handled above it.
 */
export const MessageOriginSchema = struct({
  txIndex: u32,
  msgIndex: u32,
  callback: option(struct({ typeUrl: text, value: bytes, nesting: u32 })),
  /** Account number for the sign document; a wrong one makes the signature fail. */
  accountNumber: u64,
});

/** The message that runs, and how many contract responses are being handled above the reply. */
export const ReplyOriginSchema = struct({ txIndex: u32, msgIndex: u32, nesting: u32 });

export const AttributeSchema = struct({ key: text, value: text });

/** Values of `SubMessage.replyOn`. */
export const ReplyOn = { never: 0, always: 1, error: 2, success: 3 } as const;

/** A message that the contract wants the chain to dispatch. */
export const SubMessageSchema = struct({
  id: u64,
  /** JSON text of the CosmosMsg in the contract's ABI version; Wasm messages are encrypted and callback-signed. */
  message: text,
  gasLimit: option(u64),
  replyOn: u8,
  wasMsgEncrypted: bool,
});

/** What a contract call came to. A contract's own error is data; failures of the call itself are error frames. */
export const ContractResultSchema = struct({
  /** Wasm gas to charge (spec 03 §2.4). */
  usedGas: u64,
  /** Hints that were used since the last ocall; their reads are charged before everything below. */
  usedHints,
  /** Keys whose legacy form is deleted, ordered by their bytes, all before the first set. */
  legacyDeletes: list(bytes),
  /** Records to set, ordered by their keys' bytes. Applied also when `error` is present; the caller's cache discards them. */
  writes: list(struct({ key: bytes, value: bytes })),
  /** 0: v0.10, 1: v1. */
  apiVersion: u8,
  /** Text after "encrypted: " when the contract returned an error; all below is then empty. */
  error: option(text),
  data: option(bytes),
  attributes: list(AttributeSchema),
  events: list(struct({ type: text, attributes: list(AttributeSchema) })),
  messages: list(SubMessageSchema),
  /** Present when the caller asked for a reply (spec 02 §5.6). */
  internalReplyEnclaveSig: option(bytes),
  internalMsgId: option(bytes),
});

/** Which contract, running which code, a change of admin is about; contract and admin themselves stand in the message. */
const administration = struct({
  origin: MessageOriginSchema,
  codeHash: hash,
  contractKey: ContractKeySchema,
  adminProof: hash,
});

interface Call<Q, S> {
  readonly id: number;
  readonly request: Schema<Q>;
  readonly response: Schema<S>;
}

function call<Q, S>(id: number, request: Schema<Q>, response: Schema<S>): Call<Q, S> {
  return { id, request, response };
}

/** Whether the state that a host answers with has to be proven, in `bindNetwork` and `status`. */
export const StateProofs = { off: 0, all: 1 } as const;

/** Values of the keychain state in `status`. `registering`: the node has a key for its registration, and no seeds. */
export const KeychainState = { empty: 0, unbound: 1, bound: 2, registering: 3 } as const;

/** What vouches for an enclave, as people read it. */
export const TeeName = {
  software: "software (development)",
  gramine: "gramine-sgx",
  tdx: "tdx",
  none: "none",
} as const;

/** What a quote is to say: values of `evidence`'s `purpose`. */
export const EvidencePurpose = { registration: 0, networkKeys: 1, freshness: 2, upgrade: 3 } as const;

/** What a network is from birth: its evidence says so to every node that joins. */
export const BirthSchema = struct({
  chainId: text,
  /** Protobuf tendermint.types.ValidatorSet that signs the first block. */
  validatorSet: bytes,
  /** JSON of the policy under which nodes register; empty: the default, the program that judges and nothing else. */
  policy: text,
  /**
   * The node whose enclave drew the seeds, which is registered from the first block: its key, and the validator that it belongs to
   * (zeros: none). Networks of before have none.
   */
  founder: option(struct({ publicKey, owner: hash })),
});

/** What a network says of itself to nodes that join: its birth, its public keys, and the evidence for all of it. */
export const NetworkSchema = struct({
  /** Quote and collateral about the rest. */
  certificate: bytes,
  birth: BirthSchema,
  ioPublicKey: publicKey,
  seedExchangePublicKey: publicKey,
  /** Seconds since the epoch at which the evidence is judged. */
  time: u64,
});

/** A message of the registration module stands at this position of the open block. */
const PositionSchema = struct({ txIndex: u32, msgIndex: u32 });

/**
 * The same for a message that only the network's authority may send. `accountNumber` is for the sign document; a wrong one makes the
 * signature fail.
 */
const AuthorityPositionSchema = struct({ txIndex: u32, msgIndex: u32, accountNumber: u64 });

/** Calls into the enclave. */
export const ecalls = {
  /**
   * First call on every channel; any other version is refused. `networkClass`: "development" or "production". `measurement` is
   * what quotes name the program by: SHA-256 of the bundle, MRENCLAVE, or the 48 bytes of MRTD, to which a trust domain adds its
   * `rtmrs`. `tee`: a value of {@link TeeName}.
   */
  hello: call(
    1,
    struct({ protocolVersion: u32 }),
    struct({ protocolVersion: u32, networkClass: text, measurement: bytes, rtmrs: list(bytes), tee: text }),
  ),
  /** What the keychain holds. `height` and `blockHash` are those of the last executed block, 0 and zeros before it. */
  status: call(
    2,
    nothing,
    struct({
      keychain: u8,
      chainId: text,
      genesisHash: hash,
      height: u64,
      blockHash: hash,
      ioPublicKey: option(publicKey),
      seedExchangePublicKey: option(publicKey),
      /** Key under which this node registers; keychains of the first formats have none. */
      registrationPublicKey: option(publicKey),
      /** A value of {@link StateProofs}; 0 while the keychain is not bound. */
      stateProofs: u8,
    }),
  ),
  /**
   * Draws the two seeds of a new network, and the key under which this node is registered in it from birth, for the validator `owner`
   * (zeros: none), and seals them. Refused (KeychainConflict) when any keychain exists.
   */
  createKeychain: call(
    3,
    struct({ chainId: text, validatorSet: bytes, policy: text, owner: hash }),
    struct({ ioPublicKey: publicKey, seedExchangePublicKey: publicKey, registrationPublicKey: publicKey }),
  ),
  /** Binds the keychain for good to one network, the one that it was born for. Repeating it with equal values is allowed, other values are refused. */
  bindNetwork: call(
    4,
    struct({
      chainId: text,
      genesisHash: hash,
      initialHeight: u64,
      /** Protobuf tendermint.types.ValidatorSet that signs the first block. */
      validatorSet: bytes,
      /** A value of {@link StateProofs}, sealed with the rest. Only development networks may do without (`DevelopmentOnly`). */
      stateProofs: u8,
    }),
    nothing,
  ),
  /** Verifies and opens a block: header, commit and next validators in protobuf, all transactions in order. */
  beginBlock: call(
    5,
    struct({ header: bytes, commit: bytes, nextValidatorSet: bytes, transactions: list(bytes) }),
    nothing,
  ),
  /** Closes the open block and seals its height, hash and output digests. */
  endBlock: call(6, struct({ height: u64 }), nothing),
  /** Makes the contract with the number `instanceId`, from which and from the message its address follows (spec 03 §5.2). */
  instantiate: call(
    7,
    struct({ origin: MessageOriginSchema, instanceId: u64, codeHash: hash, gasLimit: u64 }),
    struct({ contractKey: fixedBytes(64), adminProof: hash, result: ContractResultSchema }),
  ),
  execute: call(
    8,
    struct({
      origin: MessageOriginSchema,
      codeHash: hash,
      contractKey: ContractKeySchema,
      gasLimit: u64,
      hints: list(ReadHintSchema),
      /** What is left on the caller's meter, for reads by hint. */
      sdkGasRemaining: u64,
    }),
    struct({ result: ContractResultSchema }),
  ),
  /** `query` is nonce ‖ public key ‖ ciphertext; `data` is the ciphertext of the answer's base64 text. */
  query: call(
    9,
    struct({
      contractAddress: address,
      codeHash: hash,
      contractKey: ContractKeySchema,
      query: bytes,
      height: u64,
      timeNs: u64,
      depth: u32,
      gasLimit: u64,
    }),
    struct({ usedGas: u64, error: option(text), data: option(bytes) }),
  ),
  /**
   * Tells a contract what became of a message that it emitted, in the transaction that is at `txIndex` and `msgIndex`.
   * `sealed` is there for a Wasm message: id and signature as the callee's result had them, and then `data` is the callee's
   * encrypted data, `error` its encrypted error. Without it `id` is the id that the contract gave its message.
   */
  reply: call(
    10,
    struct({
      origin: ReplyOriginSchema,
      contractAddress: address,
      codeHash: hash,
      contractKey: ContractKeySchema,
      gasLimit: u64,
      id: u64,
      sealed: option(struct({ internalMsgId: bytes, signature: bytes })),
      error: option(text),
      data: option(bytes),
      events: list(struct({ type: text, attributes: list(AttributeSchema) })),
    }),
    struct({ result: ContractResultSchema }),
  ),
  /**
   * Runs `migrate` of the code `codeHash` on the contract that runs `currentCodeHash` now; the sender must be the admin that
   * `adminProof` names. The answer is the contract's next current key and its proof; state stays under the original key.
   */
  migrate: call(
    11,
    struct({
      origin: MessageOriginSchema,
      currentCodeHash: hash,
      codeHash: hash,
      contractKey: ContractKeySchema,
      adminProof: hash,
      gasLimit: u64,
    }),
    struct({ contractKey: fixedBytes(64), proof: hash, result: ContractResultSchema }),
  ),
  /** Gives the contract the admin that the message names; the sender must be the admin that `adminProof` names. */
  updateAdmin: call(12, administration, struct({ adminProof: hash })),
  /** Leaves the contract without admin, for ever. */
  clearAdmin: call(13, administration, struct({ adminProof: hash })),
  /** Draws the key with which this node asks for the seeds of a network. Repeating it gives the same key. */
  createRegistration: call(14, struct({ chainId: text }), struct({ publicKey })),
  /**
   * A quote of the TEE. `registration` is about this node's key and the validator `owner` (zeros: none), `networkKeys` about the
   * network's public keys, `freshness` also about the last executed block and `nonce`, `upgrade` about this enclave's key, to which the
   * enclave before it is to encrypt what it holds. Fields of other purposes are ignored.
   */
  evidence: call(15, struct({ purpose: u8, owner: hash, nonce: hash }), struct({ quote: bytes })),
  /**
   * Judges the certificate of the RaAuthenticate at this position and encrypts the seeds to the node that it is about. The
   * machine id has 20 bytes, or none. A node that was revoked is refused, and one whose machine is not on the list in the chain's
   * proven state (`NodeNotAllowed`).
   */
  authenticateNode: call(
    16,
    PositionSchema,
    struct({ publicKey, encryptedSeeds: bytes, seedExchangePublicKey: publicKey, owner: hash, machineId: bytes }),
  ),
  /** Checks the proof of the MsgConfirmNode at this position: only who holds the seeds can make it. */
  confirmNode: call(17, PositionSchema, struct({ publicKey })),
  /**
   * Takes over the seeds of the network that `network` describes, on evidence of an enclave that drew exactly the keys given here,
   * of a network born so. The seeds of the birth must give those keys; later ones count when a verified block says so.
   * `exchangeKey` is the key of the network under which the seeds were encrypted. The binding follows with `bindNetwork`.
   */
  importSeeds: call(18, struct({ network: NetworkSchema, encryptedSeeds: bytes, exchangeKey: publicKey }), nothing),
  /** Proof that this node holds the seeds, for its MsgConfirmNode. */
  possessionProof: call(19, nothing, struct({ publicKey, proof: hash })),
  /** Judges the evidence of a network that this node may join, as `importSeeds` does, and changes nothing. */
  judgeNetwork: call(20, NetworkSchema, nothing),
  /**
   * Judges the MsgRevokeNode at this position: the node gets no share of a later rotation. Where the birth names an authority, that
   * account must have sent and signed it (`NotAuthority`, `FailedTxVerification`).
   */
  revokeNode: call(21, AuthorityPositionSchema, struct({ publicKey })),
  /**
   * Draws a new seed and encrypts it to every node that is registered at the end of the last block and was not revoked, with quotes
   * about the rotation and about the network's keys after it. Changes nothing: the seed comes back with a MsgRotateSeed.
   */
  createRotation: call(22, nothing, struct({ rotation: bytes, quote: bytes, networkQuote: bytes })),
  /** Judges the MsgRotateSeed at this position, and its sender as above. The answer is the network's keys from the next block on. */
  rotateSeed: call(23, AuthorityPositionSchema, struct({ ioPublicKey: publicKey, seedExchangePublicKey: publicKey })),
  /**
   * Positions of the open block whose authenticateNode, revokeNode, rotateSeed and approveUpgrade take effect, because their transactions went
   * through. Comes before `endBlock`; nothing takes effect without.
   */
  settleRegistrations: call(24, struct({ positions: list(PositionSchema) }), nothing),
  /**
   * Judges the MsgApproveUpgrade at this position, and its sender as above: from the next block on this network's enclaves hand over to
   * that program.
   */
  approveUpgrade: call(25, AuthorityPositionSchema, struct({ measurement: bytes, rtmrs: list(bytes) })),
  /**
   * Encrypts all that this enclave has sealed to the enclave that the certificate is about, with a quote over the package. That enclave
   * must run a program which verified blocks approved behind this one. Evidence is judged at the time of the last block.
   */
  exportKeychain: call(26, struct({ certificate: bytes }), struct({ package: bytes, quote: bytes })),
  /**
   * Takes over a package that was encrypted to this enclave's registration key, on the certificate of an enclave of a program that
   * this one names as a predecessor. `time`: seconds since the epoch at which the certificate is judged.
   */
  importKeychain: call(27, struct({ certificate: bytes, package: bytes, time: u64 }), nothing),
} as const;

/** Calls out of the enclave, served by the host while an ecall waits. */
export const ocalls = {
  /** One record under its current and its legacy name; the legacy name is looked up only when the first is absent. */
  readState: call(
    1,
    struct({ key: bytes, legacyKey: bytes, usedHints }),
    struct({ value: option(bytes), legacyValue: option(bytes), sdkGas: u64 }),
  ),
  /** Deletes the legacy name, then the current name, at once. */
  removeState: call(2, struct({ key: bytes, legacyKey: bytes, usedHints }), struct({ sdkGas: u64 })),
  /** Wasm bytes of a code; the enclave checks the hash. */
  readCode: call(3, struct({ codeHash: hash }), struct({ wasm: bytes })),
  /**
   * A query to the chain, JSON of the QueryRequest (spec 03 §4.6), already encrypted when it is a smart query.
   * `response` is the JSON of the SystemResult.
   */
  queryChain: call(
    4,
    struct({ request: bytes, depth: u32, gasLimit: u64, usedHints }),
    struct({ response: bytes, sdkGas: u64 }),
  ),
  /** Reports hints that a call used before it failed. */
  settleReads: call(5, struct({ usedHints }), nothing),
  /**
   * ICS-23 proofs of keys of a store, `compute` or `acc`, after block `version`: for each key that it has the value that is proven, or that
   * it has none. `storeProof` is the proof of the store's root under the app hash, empty unless `withStore` asks for it. Costs no gas.
   */
  proveState: call(
    6,
    struct({ store: text, version: u64, keys: list(bytes), withStore: bool }),
    struct({ storeProof: bytes, proofs: list(bytes) }),
  ),
} as const;

export type Ecalls = typeof ecalls;
export type Ocalls = typeof ocalls;
export type EcallName = keyof Ecalls;
export type OcallName = keyof Ocalls;
export type EcallRequest<N extends EcallName> = Infer<Ecalls[N]["request"]>;
export type EcallResponse<N extends EcallName> = Infer<Ecalls[N]["response"]>;
export type OcallRequest<N extends OcallName> = Infer<Ocalls[N]["request"]>;
export type OcallResponse<N extends OcallName> = Infer<Ocalls[N]["response"]>;

export type NetworkBirth = Infer<typeof BirthSchema>;
export type NetworkDescription = Infer<typeof NetworkSchema>;
export type ContractKey = Infer<typeof ContractKeySchema>;
export type ContractResult = Infer<typeof ContractResultSchema>;
export type MessageOrigin = Infer<typeof MessageOriginSchema>;
export type SubMessage = Infer<typeof SubMessageSchema>;
export type Attribute = Infer<typeof AttributeSchema>;
export type ReadHint = Infer<typeof ReadHintSchema>;

/** The host's side of an ecall: answers its ocalls. A handler that throws ends the ecall, and `call` rethrows it. */
export type OcallHandlers = {
  readonly [N in OcallName]: (request: OcallRequest<N>) => OcallResponse<N>;
};

/**
 * An enclave as the chain sees it. Synchronous: the call returns when the enclave has answered. Handlers may call
 * again (nested queries), strictly last in, first out. Throws {@link EnclaveError} for refusals, and whatever a handler
 * threw.
 */
export interface Enclave {
  call<N extends EcallName>(name: N, request: EcallRequest<N>, handlers?: Partial<OcallHandlers>): EcallResponse<N>;
}
