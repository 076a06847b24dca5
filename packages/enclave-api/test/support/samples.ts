/** A plausible request and response of every call of the boundary. */
import {
  type ContractResult,
  type EcallName,
  type EcallRequest,
  type EcallResponse,
  type OcallName,
  type OcallRequest,
  type OcallResponse,
  PROTOCOL_VERSION,
} from "@enclavenet/enclave-api";

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);
const hash = bytes(32, 2);

const origin: EcallRequest<"execute">["origin"] = {
  txIndex: 0,
  msgIndex: 1,
  callback: { typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value: bytes(5), nesting: 2 },
  accountNumber: 3n,
};

const contractKey: EcallRequest<"execute">["contractKey"] = { og: bytes(64), current: bytes(64), proof: hash };

const administration = { origin, codeHash: hash, contractKey, adminProof: hash };

const attributes = [{ key: "k", value: "v" }];

/** A result with something in every field. */
export const resultSample: ContractResult = {
  usedGas: 9n,
  usedHints: [0, 0, 1],
  legacyDeletes: [bytes(3)],
  writes: [{ key: bytes(4), value: bytes(6) }],
  apiVersion: 1,
  error: undefined,
  data: bytes(7),
  attributes,
  events: [{ type: "wasm", attributes }],
  messages: [{ id: 1n, message: '{"bank":{}}', gasLimit: 5n, replyOn: 1, wasMsgEncrypted: false }],
  internalReplyEnclaveSig: bytes(32),
  internalMsgId: bytes(8),
};

const plan = { chainId: "secretdev-1", validatorSet: bytes(20), policy: "{}" };
const birth = { ...plan, founder: { publicKey: hash, owner: hash } };
const network = {
  certificate: bytes(50),
  birth,
  ioPublicKey: hash,
  seedExchangePublicKey: hash,
  time: 1_800_000_000n,
};

export const ecallSamples: {
  readonly [N in EcallName]: { readonly request: EcallRequest<N>; readonly response: EcallResponse<N> };
} = {
  hello: {
    request: { protocolVersion: PROTOCOL_VERSION },
    response: {
      protocolVersion: PROTOCOL_VERSION,
      networkClass: "development",
      measurement: hash,
      rtmrs: [bytes(48)],
      tee: "tdx",
    },
  },
  status: {
    request: {},
    response: {
      keychain: 2,
      chainId: "secretdev-1",
      genesisHash: hash,
      height: 5n,
      blockHash: hash,
      ioPublicKey: hash,
      seedExchangePublicKey: undefined,
      registrationPublicKey: hash,
      stateProofs: 1,
    },
  },
  createKeychain: {
    request: { ...plan, owner: hash },
    response: { ioPublicKey: hash, seedExchangePublicKey: hash, registrationPublicKey: hash },
  },
  bindNetwork: {
    request: { chainId: "secretdev-1", genesisHash: hash, initialHeight: 1n, validatorSet: bytes(20), stateProofs: 1 },
    response: {},
  },
  beginBlock: {
    request: { header: bytes(30), commit: bytes(20), nextValidatorSet: bytes(10), transactions: [bytes(3), bytes(0)] },
    response: {},
  },
  endBlock: { request: { height: 5n }, response: {} },
  instantiate: {
    request: { origin, instanceId: 3n, codeHash: hash, gasLimit: 7n },
    response: { contractKey: bytes(64), adminProof: hash, result: resultSample },
  },
  execute: {
    request: {
      origin,
      codeHash: hash,
      contractKey,
      gasLimit: 7n,
      hints: [{ key: bytes(3), value: bytes(4), sdkGas: 100n }],
      sdkGasRemaining: 9n,
    },
    response: { result: resultSample },
  },
  query: {
    request: {
      contractAddress: bytes(20),
      codeHash: hash,
      contractKey,
      query: bytes(70),
      height: 5n,
      timeNs: 6n,
      depth: 1,
      gasLimit: 7n,
    },
    response: { usedGas: 5n, error: "encrypted: x", data: bytes(3) },
  },
  reply: {
    request: {
      origin: { txIndex: 0, msgIndex: 1, nesting: 2 },
      contractAddress: bytes(20),
      codeHash: hash,
      contractKey,
      gasLimit: 7n,
      id: 3n,
      sealed: { internalMsgId: bytes(90), signature: bytes(32) },
      error: undefined,
      data: bytes(7),
      events: [{ type: "wasm", attributes }],
    },
    response: { result: resultSample },
  },
  migrate: {
    request: { origin, currentCodeHash: hash, codeHash: bytes(32), contractKey, adminProof: hash, gasLimit: 7n },
    response: { contractKey: bytes(64), proof: hash, result: resultSample },
  },
  updateAdmin: { request: administration, response: { adminProof: hash } },
  clearAdmin: { request: administration, response: { adminProof: hash } },
  createRegistration: { request: { chainId: "secretdev-1" }, response: { publicKey: hash } },
  evidence: { request: { purpose: 1, owner: hash, nonce: hash }, response: { quote: bytes(100) } },
  authenticateNode: {
    request: { txIndex: 1, msgIndex: 0 },
    response: {
      publicKey: hash,
      encryptedSeeds: bytes(96),
      seedExchangePublicKey: hash,
      owner: hash,
      machineId: bytes(20),
    },
  },
  confirmNode: { request: { txIndex: 1, msgIndex: 0 }, response: { publicKey: hash } },
  importSeeds: { request: { network, encryptedSeeds: bytes(96), exchangeKey: hash }, response: {} },
  possessionProof: { request: {}, response: { publicKey: hash, proof: hash } },
  judgeNetwork: { request: network, response: {} },
  revokeNode: { request: { txIndex: 1, msgIndex: 0, accountNumber: 7n }, response: { publicKey: hash } },
  createRotation: { request: {}, response: { rotation: bytes(90), quote: bytes(100), networkQuote: bytes(101) } },
  rotateSeed: {
    request: { txIndex: 1, msgIndex: 0, accountNumber: 7n },
    response: { ioPublicKey: hash, seedExchangePublicKey: hash },
  },
  settleRegistrations: { request: { positions: [{ txIndex: 1, msgIndex: 0 }] }, response: {} },
  approveUpgrade: {
    request: { txIndex: 1, msgIndex: 0, accountNumber: 3n },
    response: { measurement: bytes(48), rtmrs: Array.from({ length: 4 }, () => bytes(48, 3)) },
  },
  exportKeychain: { request: { certificate: bytes(50) }, response: { package: bytes(200), quote: bytes(100) } },
  importKeychain: {
    request: { certificate: bytes(50), package: bytes(200), time: 1_800_000_000n },
    response: {},
  },
};

export const ocallSamples: {
  readonly [N in OcallName]: { readonly request: OcallRequest<N>; readonly response: OcallResponse<N> };
} = {
  readState: {
    request: { key: bytes(3), legacyKey: bytes(4), usedHints: [1] },
    response: { value: bytes(5), legacyValue: undefined, sdkGas: 1n },
  },
  removeState: { request: { key: bytes(3), legacyKey: bytes(4), usedHints: [] }, response: { sdkGas: 1n } },
  readCode: { request: { codeHash: hash }, response: { wasm: bytes(40) } },
  queryChain: {
    request: { request: bytes(9), depth: 2, gasLimit: 3n, usedHints: [0] },
    response: { response: bytes(9), sdkGas: 4n },
  },
  settleReads: { request: { usedHints: [0, 1] }, response: {} },
  proveState: {
    request: { store: "compute", version: 6n, keys: [bytes(53), bytes(54)], withStore: true },
    response: { storeProof: bytes(90), proofs: [bytes(300), bytes(600)] },
  },
};
