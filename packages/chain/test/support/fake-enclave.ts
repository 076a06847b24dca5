/**
 * A SCRIPTED FAKE of the enclave, for tests of gas, events and dispatch only. It has no keys and checks nothing: each
 * contract call takes the next answer of the script. The real enclave is tested in its own room and end to end.
 * @module
 */
import type {
  ContractResult,
  EcallName,
  EcallRequest,
  EcallResponse,
  Enclave,
  OcallHandlers,
} from "@enclavenet/enclave-api";

export type ScriptedCall = { [N in EcallName]: { readonly name: N; readonly request: EcallRequest<N> } }[EcallName];
export type Script = (call: ScriptedCall, handlers: OcallHandlers) => unknown;

const KEY = Uint8Array.from({ length: 64 }, (_, i) => i);
const PROOF = new Uint8Array(32).fill(7);

/** A response without effects; override what matters. */
function contractResult(overrides: Partial<ContractResult> = {}): ContractResult {
  return {
    usedGas: 1_000_000n,
    usedHints: [],
    legacyDeletes: [],
    writes: [],
    apiVersion: 1,
    error: undefined,
    data: undefined,
    attributes: [],
    events: [],
    messages: [],
    internalReplyEnclaveSig: undefined,
    internalMsgId: undefined,
    ...overrides,
  };
}

export const instantiated = (overrides: Partial<ContractResult> = {}): EcallResponse<"instantiate"> => ({
  contractKey: KEY,
  adminProof: PROOF,
  result: contractResult(overrides),
});

export const executed = (overrides: Partial<ContractResult> = {}): EcallResponse<"execute"> => ({
  result: contractResult(overrides),
});

export const NEW_KEY = KEY.map((byte) => byte + 100);

export const migrated = (overrides: Partial<ContractResult> = {}): EcallResponse<"migrate"> => ({
  contractKey: NEW_KEY,
  proof: PROOF,
  result: contractResult(overrides),
});

export const replied = (overrides: Partial<ContractResult> = {}): EcallResponse<"reply"> => executed(overrides);

/** Answers when the script is empty. */
const PLAIN: Partial<Record<EcallName, () => unknown>> = {
  instantiate: () => instantiated(),
  execute: () => executed(),
  query: () => ({ usedGas: 1_000_000n, error: undefined, data: new Uint8Array(0) }),
  reply: () => replied(),
  migrate: () => migrated(),
  updateAdmin: () => ({ adminProof: new Uint8Array(32).fill(8) }),
  clearAdmin: () => ({ adminProof: new Uint8Array(32).fill(9) }),
  authenticateNode: () => ({
    publicKey: PROOF,
    encryptedSeeds: KEY,
    seedExchangePublicKey: PROOF,
    owner: PROOF,
    machineId: PROOF.subarray(0, 20),
  }),
  confirmNode: () => ({ publicKey: PROOF }),
  revokeNode: () => ({ publicKey: PROOF }),
  approveUpgrade: () => ({ measurement: PROOF, rtmrs: [] }),
  rotateSeed: () => ({ ioPublicKey: PROOF, seedExchangePublicKey: PROOF }),
};

export class FakeEnclave implements Enclave {
  readonly calls: ScriptedCall[] = [];
  /** Answers of calls in a block, first in first out; when empty, an empty response. */
  readonly script: Script[] = [];

  call<N extends EcallName>(name: N, request: EcallRequest<N>, handlers?: Partial<OcallHandlers>): EcallResponse<N> {
    const call = { name, request } as ScriptedCall;
    this.calls.push(call);
    return this.#answer(call, handlers as OcallHandlers) as EcallResponse<N>;
  }

  callsOf<N extends EcallName>(name: N): EcallRequest<N>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.request as EcallRequest<N>);
  }

  #answer(call: ScriptedCall, handlers: OcallHandlers): unknown {
    const plain = PLAIN[call.name];
    if (plain === undefined) return {};
    const next = this.script.shift();
    return next === undefined ? plain() : next(call, handlers);
  }
}
