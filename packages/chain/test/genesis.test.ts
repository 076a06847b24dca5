/**
 * Genesis: in, out, refused. Spec 03 §5.6, 01 §2.3.
 * @module
 */
import { iavlSpec, ics23, tendermintSpec, verifyMembership } from "@confio/ics23";
import { createApplication, type JsonValue } from "@enclavenet/chain";
import { concatBytes, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import { a, b, execMsg, FIRST, FIRST_TEXT, initMsg, WASM, withContract } from "./support/contracts.ts";
import { executed } from "./support/fake-enclave.ts";
import { appState, IO_KEY, NODE_KEY, START_NS, TestNetwork, textOf, VALIDATOR } from "./support/network.ts";
import { memoryStore } from "./support/store.ts";

interface ComputeState {
  readonly codes: { readonly code_info: object }[];
  readonly contracts: {
    readonly contract_info: object;
    readonly contract_custom_info: { readonly enclave_key: object };
  }[];
}

/** Key of the record 01 of the first contract in the compute store. */
const RECORD = concatBytes(Uint8Array.of(3), FIRST, Uint8Array.of(1));

/** A network that begins with what another one ended with: a contract whose record 01 is 02. */
function withContractInGenesis(): TestNetwork {
  const network = withContract();
  network.enclave.script.push(() => executed({ writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }));
  network.deliver(a, [execMsg()]);
  const again = new TestNetwork({ appState: network.app.exportGenesis() as { [module: string]: JsonValue } });
  again.setSequence(a, network.account(a.text).sequence);
  return again;
}

/** Whether the proofs show that the record is `value` under the app hash, as an independent verifier sees it. */
function proves(appHash: Uint8Array, [store, record]: readonly [Uint8Array, Uint8Array], value: Uint8Array): boolean {
  const stores = ics23.CommitmentProof.decode(store);
  const root = stores.exist?.value ?? new Uint8Array(0);
  const isStore = verifyMembership(stores, tendermintSpec, appHash, utf8ToBytes("compute"), root);
  return isStore && verifyMembership(ics23.CommitmentProof.decode(record), iavlSpec, root, RECORD, value);
}

describe("genesis", () => {
  it("comes back when it is exported", () => {
    const network = new TestNetwork();
    network.block();
    const exported = network.app.exportGenesis() as { [module: string]: JsonValue };
    const given = appState(network.accounts);
    expect(exported.register).toEqual(given.register);
    expect((exported.bank as { supply: JsonValue }).supply).toEqual((given.bank as { supply: JsonValue }).supply);
    expect(exported.auth).toMatchObject({ params: (given.auth as { params: JsonValue }).params as object });
    const again = new TestNetwork({ appState: exported });
    again.block();
    expect(again.app.exportGenesis()).toEqual(exported);
  });

  it("carries codes, contracts, their state and sequences; drops when and how they came", () => {
    const network = withContract({ admin: b.text });
    network.enclave.script.push(() => executed({ writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }));
    network.deliver(a, [execMsg()]);
    const exported = network.app.exportGenesis() as { [module: string]: JsonValue };
    const compute = exported.compute as { codes: object[]; contracts: { contract_info: object }[] };
    expect(compute.codes).toHaveLength(1);
    expect(compute.contracts[0]).toMatchObject({
      contract_address: FIRST_TEXT,
      contract_info: { created: null, label: "one", admin: b.text },
      contract_state: [{ Key: "AQ==", Value: "Ag==" }],
    });
    const again = new TestNetwork({ appState: exported });
    again.block();
    expect(again.codes.get(primitives.sha256(WASM))).toEqual(WASM);
    expect(again.app.exportGenesis()).toEqual(exported);
    // It runs on: the next contract gets the next number, the label stays taken.
    again.setSequence(a, network.account(a.text).sequence);
    expect(again.deliver(a, [execMsg()]).log).toBe("");
    expect(again.deliver(a, [initMsg()])).toMatchObject({ code: 6 });
    expect(again.deliver(a, [initMsg({ label: "two" })]).code).toBe(0);
    expect(again.enclave.callsOf("instantiate").map(({ instanceId }) => instanceId)).toEqual([2n]);
  });

  it("with contracts is proven by the header of the first block; without them that is over nothing", () => {
    expect(new TestNetwork().genesisAppHash).toEqual(primitives.sha256(new Uint8Array(0)));
    const network = withContractInGenesis();
    const { genesisAppHash } = network;
    expect(withContractInGenesis().genesisAppHash).toEqual(genesisAppHash);
    const shown: (readonly [Uint8Array, Uint8Array])[] = [];
    network.enclave.script.push((_call, { proveState }) => {
      const answer = proveState({ store: "compute", keys: [RECORD], version: 0n, withStore: true });
      shown.push([answer.storeProof, answer.proofs[0] as Uint8Array]);
      return executed({ writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(3) }] });
    });
    expect(network.deliver(a, [execMsg()]).log).toBe("");
    const [proofs] = shown;
    expect(proves(genesisAppHash, proofs!, Uint8Array.of(2))).toBe(true);
    expect(proves(genesisAppHash, proofs!, Uint8Array.of(3))).toBe(false);
  });

  it("is proven for as long as a query may be answered from it, and no longer", () => {
    const network = withContractInGenesis();
    const ask = (): unknown => {
      let answer: unknown;
      network.enclave.script.push((_call, { proveState }) => {
        try {
          answer = proveState({ store: "compute", keys: [RECORD], version: 0n, withStore: false }).proofs.length;
        } catch (error) {
          answer = (error as LocalError).code;
        }
        return executed();
      });
      network.deliver(a, [execMsg()]);
      return answer;
    };
    // 16 blocks that may come between, the first one, and the one in which its header is forgotten.
    const answers = Array.from({ length: 18 }, ask);
    expect(answers).toEqual([...Array(17).fill(1), "STORE_VERSION_UNKNOWN"]);
  });

  it.each<[string, (compute: ComputeState) => void]>([
    ["a code whose hash is another", (state) => Object.assign(state.codes[0]!.code_info, { code_hash: "AAAA" })],
    ["a contract of an unknown code", (state) => Object.assign(state.contracts[0]!.contract_info, { code_id: "9" })],
    ["a contract that says when it came", (state) => Object.assign(state.contracts[0]!.contract_info, { created: {} })],
    [
      "a malformed contract key",
      (state) => Object.assign(state.contracts[0]!.contract_custom_info.enclave_key, { og_contract_key: "AQ==" }),
    ],
    ["a contract twice", (state) => state.contracts.push(state.contracts[0]!)],
  ])("refuses %s", (_name, change) => {
    const exported = withContract().app.exportGenesis() as { [module: string]: JsonValue };
    const compute = structuredClone(exported.compute) as unknown as ComputeState;
    change(compute);
    const state = { ...exported, compute: compute as unknown as JsonValue };
    expect(() => new TestNetwork({ appState: state })).toThrow(
      expect.objectContaining({ code: "CHAIN_GENESIS" }) as Error,
    );
  });

  it("takes the names of upstream's Go structure for the registration keys", () => {
    const state = appState([a, b]);
    const keys = state.register as { node_exch_master_key: JsonValue; io_master_key: JsonValue };
    const register = { reg_info: [], node_exch_key: keys.node_exch_master_key, io_exch_key: keys.io_master_key };
    const network = new TestNetwork({ accounts: [a, b], appState: { ...state, register } });
    network.block();
    const answer = network.rawQuery("/secret.registration.v1beta1.Query/TxKey");
    expect(toHex(answer.value)).toBe(`0a20${toHex(IO_KEY)}`);
  });

  it("serves the registration key document, and no seed of an unknown node", () => {
    const network = new TestNetwork();
    network.block();
    const answer = network.rawQuery("/secret.registration.v1beta1.Query/RegistrationKey");
    const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    expect(textOf(answer.value.slice(3 - (answer.value[1]! < 128 ? 1 : 0)))).toBe(
      `{"reg_info":null,"node_exch_key":{"bytes":"${b64(NODE_KEY)}"},"io_exch_key":{"bytes":"${b64(IO_KEY)}"}}`,
    );
    const seed = network.rawQuery("/secret.registration.v1beta1.Query/EncryptedSeed", Uint8Array.of(0x0a, 1, 7));
    expect(seed.grpcStatus).toEqual({
      code: 2,
      message: "codespace sdk code 9: unknown address: Node has not been authenticated yet",
    });
  });

  it.each<[string, object]>([
    ["an unknown field", { bank: { nothing: 1 } }],
    [
      "a supply that is no sum",
      { bank: { ...(appState([a]).bank as object), supply: [{ denom: "uscrt", amount: "1" }] } },
    ],
    ["missing registration keys", { register: {} }],
    ["a bad address", { bank: { balances: [{ address: "x", coins: [] }] } }],
    [
      "a sequence below the codes",
      { compute: { ...(appState([a]).compute as object), sequences: [{ id_key: "BGxhc3RDb2RlSWQ=", value: "0" }] } },
    ],
  ])("refuses %s", (_name, change) => {
    const state = { ...appState([a]), ...(change as { [module: string]: JsonValue }) };
    expect(() => new TestNetwork({ accounts: [a], appState: state })).toThrow(
      expect.objectContaining({ code: "CHAIN_GENESIS" }) as Error,
    );
  });

  it("refuses app_state that is no object, a second start, and a first height other than 1", () => {
    const network = new TestNetwork();
    const start = (change: object) =>
      network.app.initChain({
        timeNs: START_NS,
        chainId: "x",
        consensusParams: { blockMaxBytes: 1n, blockMaxGas: -1n },
        validators: [VALIDATOR],
        appState: utf8ToBytes("{}"),
        initialHeight: 1n,
        genesisHash: new Uint8Array(32),
        ...change,
      });
    expect(() => start({ appState: utf8ToBytes("[]") })).toThrow(LocalError);
    expect(() => start({ appState: Uint8Array.of(0xff) })).toThrow(LocalError);
    expect(() => start({ initialHeight: 5n })).toThrow(LocalError);
    network.block();
    expect(() => start({})).toThrow(expect.objectContaining({ code: "CHAIN_STARTED" }) as Error);
  });

  it("may be given again before the first block, as after a crash", () => {
    const network = new TestNetwork();
    const expected = toHex(new TestNetwork().block().appHash);
    network.app = createApplication({ ...network.options, store: memoryStore() });
    network.app.initChain({
      timeNs: START_NS,
      chainId: "secretdev-1",
      consensusParams: { blockMaxBytes: 22_020_096n, blockMaxGas: -1n },
      validators: [VALIDATOR],
      appState: utf8ToBytes(JSON.stringify(appState(network.accounts))),
      initialHeight: 1n,
      genesisHash: new Uint8Array(32).fill(5),
    });
    expect(toHex(network.block().appHash)).toBe(expected);
  });

  it("tells height 0 without hash before the first block, then height and app hash", () => {
    const network = new TestNetwork();
    expect(network.app.info()).toMatchObject({
      lastBlockHeight: 0n,
      lastBlockAppHash: primitives.sha256(new Uint8Array(0)),
      version: "1.0.0",
      data: "secret",
    });
    const { appHash } = network.block();
    expect(network.app.info()).toMatchObject({ lastBlockHeight: 1n, lastBlockAppHash: appHash });
  });

  it("refuses to work before it is started", () => {
    const app = createApplication({ ...new TestNetwork().options, store: memoryStore() });
    expect(() => app.checkTx({ tx: new Uint8Array(1), recheck: false })).toThrow(LocalError);
    expect(
      app.query({ path: "/cosmos.bank.v1beta1.Query/Params", data: new Uint8Array(0), height: 0n, prove: false }).code,
    ).not.toBe(0);
  });
});
