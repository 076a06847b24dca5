/**
 * Random values of every type of the codec.
 * @module
 */
import type {
  Any,
  AuthInfo,
  BaseAccount,
  BlockId,
  Coin,
  Commit,
  CommitSig,
  ContractInfo,
  Fee,
  Header,
  LegacyAminoPubKey,
  ListedMachine,
  ModeInfo,
  MsgApproveUpgrade,
  MsgClearAdmin,
  MsgConfirmNode,
  MsgExecuteContract,
  MsgInstantiateContract,
  MsgMigrateContract,
  MsgRevokeNode,
  MsgRotateSeed,
  MsgUpdateAdmin,
  RaAuthenticate,
  SeedRotation,
  SignDoc,
  SignerInfo,
  TxBody,
  TxRaw,
  ValidatorSet,
} from "@enclavenet/wire";
import fc from "fast-check";

export const bytes = fc.uint8Array({ maxLength: 40 });
export const text = fc.string({ unit: "grapheme", maxLength: 12 });
export const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
export const int64 = fc.oneof(
  fc.bigInt({ min: -9n, max: 300n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const uint32 = fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const few = { maxLength: 3 };
const or = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

export const any: fc.Arbitrary<Any> = fc.record({ typeUrl: text, value: bytes });
export const coin: fc.Arbitrary<Coin> = fc.record({
  denom: text,
  amount: fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
});

export const txRaw: fc.Arbitrary<TxRaw> = fc.record({
  bodyBytes: bytes,
  authInfoBytes: bytes,
  signatures: fc.array(bytes, few),
});

export const txBody: fc.Arbitrary<TxBody> = fc.record({
  messages: fc.array(any, few),
  memo: text,
  timeoutHeight: uint64,
  extensionOptions: fc.array(any, few),
  nonCriticalExtensionOptions: fc.array(any, few),
});

const { modeInfo } = fc.letrec<{ modeInfo: ModeInfo }>((tie) => ({
  modeInfo: fc.oneof(
    { maxDepth: 3 },
    fc.record({ single: fc.record({ mode: fc.nat(200) }), multi: fc.constant(undefined) }),
    fc.record({
      single: fc.constant(undefined),
      multi: fc.record({
        bitarray: or(fc.record({ extraBitsStored: uint32, elems: bytes })),
        modeInfos: fc.array(tie("modeInfo"), few),
      }),
    }),
  ),
}));

const signerInfo: fc.Arbitrary<SignerInfo> = fc.record({
  publicKey: or(any),
  modeInfo: or(modeInfo),
  sequence: uint64,
});

export const fee: fc.Arbitrary<Fee> = fc.record({
  amount: fc.array(coin, few),
  gasLimit: uint64,
  payer: text,
  granter: text,
});

export const authInfo: fc.Arbitrary<AuthInfo> = fc.record({
  signerInfos: fc.array(signerInfo, few),
  fee: or(fee),
  tip: or(fc.record({ amount: fc.array(coin, few), tipper: text })),
});

export const signDoc: fc.Arbitrary<SignDoc> = fc.record({
  bodyBytes: bytes,
  authInfoBytes: bytes,
  chainId: text,
  accountNumber: uint64,
});

export const pubKey = fc.record({ key: bytes });
export const multiSignature = fc.record({ signatures: fc.array(bytes, few) });
export const legacyAminoPubKey: fc.Arbitrary<LegacyAminoPubKey> = fc.record({
  threshold: uint32,
  publicKeys: fc.array(any, few),
});

export const msgInstantiateContract: fc.Arbitrary<MsgInstantiateContract> = fc.record({
  sender: bytes,
  callbackCodeHash: text,
  codeId: uint64,
  label: text,
  initMsg: bytes,
  initFunds: fc.array(coin, few),
  callbackSig: bytes,
  admin: text,
});

export const msgExecuteContract: fc.Arbitrary<MsgExecuteContract> = fc.record({
  sender: bytes,
  contract: bytes,
  msg: bytes,
  callbackCodeHash: text,
  sentFunds: fc.array(coin, few),
  callbackSig: bytes,
});

export const msgMigrateContract: fc.Arbitrary<MsgMigrateContract> = fc.record({
  sender: text,
  contract: text,
  codeId: uint64,
  msg: bytes,
  callbackSig: bytes,
  callbackCodeHash: text,
});

export const msgUpdateAdmin: fc.Arbitrary<MsgUpdateAdmin> = fc.record({
  sender: text,
  newAdmin: text,
  contract: text,
  callbackSig: bytes,
});

export const msgClearAdmin: fc.Arbitrary<MsgClearAdmin> = fc.record({
  sender: text,
  contract: text,
  callbackSig: bytes,
});

export const baseAccount: fc.Arbitrary<BaseAccount> = fc.record({
  address: text,
  publicKey: fc.option(any, { nil: undefined }),
  accountNumber: uint64,
  sequence: uint64,
});

export const contractInfo: fc.Arbitrary<ContractInfo> = fc.record({
  codeId: uint64,
  creator: bytes,
  label: text,
  created: fc.option(fc.record({ blockHeight: int64, txIndex: uint64 }), { nil: undefined }),
  ibcPortId: text,
  admin: text,
  adminProof: bytes,
  requireGovernance: fc.boolean(),
});

export const raAuthenticate: fc.Arbitrary<RaAuthenticate> = fc.record({
  sender: bytes,
  certificate: bytes,
  replaceMachineId: text,
});

export const msgConfirmNode: fc.Arbitrary<MsgConfirmNode> = fc.record({
  sender: bytes,
  publicKey: bytes,
  proof: bytes,
});

export const listedMachine: fc.Arbitrary<ListedMachine> = fc.record({ machineId: bytes, owner: bytes });

export const msgRevokeNode: fc.Arbitrary<MsgRevokeNode> = fc.record({ sender: bytes, publicKey: bytes });

export const msgRotateSeed: fc.Arbitrary<MsgRotateSeed> = fc.record({
  sender: bytes,
  rotation: bytes,
  certificate: bytes,
  networkCertificate: bytes,
});

export const msgApproveUpgrade: fc.Arbitrary<MsgApproveUpgrade> = fc.record({
  sender: bytes,
  measurement: bytes,
  rtmrs: fc.array(bytes, { maxLength: 4 }),
});

export const seedRotation: fc.Arbitrary<SeedRotation> = fc.record({
  seeds: uint32,
  ioPublicKey: bytes,
  seedExchangePublicKey: bytes,
  senderPublicKey: bytes,
  shares: fc.array(fc.record({ nodePublicKey: bytes, encryptedSeed: bytes }), { maxLength: 4 }),
});

/** Any time that a Timestamp can hold, but the first nanosecond, which stands for none. */
export const time = fc.bigInt({ min: -62_135_596_799_999_999_999n, max: 253_402_300_799_999_999_999n });

export const blockId: fc.Arbitrary<BlockId> = fc.record({
  hash: bytes,
  partSetHeader: fc.record({ total: uint32, hash: bytes }),
});

export const header: fc.Arbitrary<Header> = fc.record({
  version: fc.record({ block: uint64, app: uint64 }),
  chainId: text,
  height: int64,
  timeNs: time,
  lastBlockId: blockId,
  lastCommitHash: bytes,
  dataHash: bytes,
  validatorsHash: bytes,
  nextValidatorsHash: bytes,
  consensusHash: bytes,
  appHash: bytes,
  lastResultsHash: bytes,
  evidenceHash: bytes,
  proposerAddress: bytes,
  encryptedRandom: or(fc.record({ random: bytes, proof: bytes })),
});

export const commitSig: fc.Arbitrary<CommitSig> = fc.record({
  blockIdFlag: fc.nat(3),
  validatorAddress: bytes,
  timestampNs: or(time),
  signature: bytes,
});

export const commit: fc.Arbitrary<Commit> = fc.record({
  height: int64,
  round: int32,
  blockId,
  signatures: fc.array(commitSig, few),
});

export const validatorSet: fc.Arbitrary<ValidatorSet> = fc.record({
  validators: fc.array(
    fc.record({
      address: fc.uint8Array({ minLength: 20, maxLength: 20 }),
      publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      votingPower: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
      proposerPriority: int64,
    }),
    few,
  ),
});
