/** The registration module over a scripted enclave: evidence in genesis, order of the checks, states of a node. Spec 01 §2.3, §3. */
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { encodeCombinedEvidence, networkKeysReportData, registrationReportData } from "@enclavenet/attestation";
import { developmentAuthority, writeSgxQuote } from "@enclavenet/attestation/development";
import { encodeValidatorSet } from "@enclavenet/chain";
import { toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import { EnclaveError, type EnclaveStatusName } from "@enclavenet/enclave-api";
import { enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { CHAIN_ID, message, primitives, testAccount } from "./support/accounts.ts";
import { appState, IO_KEY, NODE_KEY, shown, TestNetwork, VALIDATOR } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const authority = developmentAuthority(primitives, CHAIN_ID);
const evidenceTerms = { trustedRoots: () => [authority.rootKey] };
const NOBODY = new Uint8Array(32);
const KEY = primitives.sha256(utf8ToBytes("node"));
const MACHINE = new Uint8Array(20).fill(4);
const FOUNDER = { publicKey: KEY, owner: primitives.sha256(utf8ToBytes("founder's validator")) };
const SEEDS = new Uint8Array(96).fill(5);

function certificate(reportData: Uint8Array): Uint8Array {
  const report = {
    cpuSvn: new Uint8Array(16),
    attributes: Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? 5 : 0)),
    mrEnclave: new Uint8Array(32).fill(8),
    mrSigner: NOBODY,
    isvProdId: 0,
    isvSvn: 1,
    reportData,
  };
  const quote = writeSgxQuote(report, authority.quotingPlatform("machine"));
  return encodeCombinedEvidence({ quote, collateral: authority.collateral(), owner: NOBODY });
}

const CERTIFICATE = certificate(
  registrationReportData(primitives, { chainId: CHAIN_ID, publicKey: KEY, owner: NOBODY }),
);

interface Founder {
  readonly publicKey: Uint8Array;
  readonly owner: Uint8Array;
}

interface Stated {
  readonly policy?: string;
  readonly ioPublicKey?: Uint8Array;
  /** What the quote says of the founder. */
  readonly founder?: Founder;
  /** What the document says of it; default: the same. */
  readonly shownFounder?: Founder | null;
  readonly nodes?: readonly { readonly public_key: string }[];
  readonly validators?: readonly (typeof VALIDATOR)[];
}

/** A network whose genesis carries evidence about these facts. */
function bornWith(stated: Stated = {}): TestNetwork {
  const { policy = "", ioPublicKey = IO_KEY, validators = [VALIDATOR], founder, nodes: listed = [] } = stated;
  const { shownFounder = founder } = stated;
  const validatorSet = encodeValidatorSet(primitives, validators);
  const facts = { chainId: CHAIN_ID, validatorSet, policy, ioPublicKey, seedExchangePublicKey: NODE_KEY, founder };
  const evidence = {
    certificate: toBase64(certificate(networkKeysReportData(primitives, facts))),
    validator_set: toBase64(validatorSet),
    policy,
    ...(shownFounder ? { founder: shownJson(shownFounder) } : {}),
  };
  const accounts = [testAccount(1), testAccount(2), testAccount(3)];
  const nodes = { evidence, authority: a.text, nodes: listed };
  return new TestNetwork({ accounts, appState: { ...appState(accounts), nodes }, app: { evidenceTerms } });
}

const shownJson = ({ publicKey, owner }: Founder) => ({ public_key: toBase64(publicKey), owner: toBase64(owner) });

describe("evidence in genesis", () => {
  it("is accepted about the keys and validators of the document, shown, and exported again", () => {
    const network = bornWith();
    network.block();
    const exported = network.app.exportGenesis() as { nodes: { evidence: object; authority: string } };
    expect(exported.nodes).toMatchObject({ evidence: { policy: "" }, authority: a.text });
  });

  it("registers the founder before the first block", () => {
    const network = bornWith({ founder: FOUNDER });
    network.block();
    const status = own.NodeStatus.REGISTERED;
    const founder = { ...FOUNDER, status, registeredHeight: 0n, confirmedHeight: 0n };
    expect(nodeOf(network)).toMatchObject(founder);
    expect(nodeOf(network)?.machineId).toHaveLength(20);
    const { nodes } = network.app.exportGenesis() as { nodes: { nodes: object[]; evidence: object } };
    expect([nodes.nodes.length, nodes.evidence]).toEqual([1, expect.objectContaining({ founder: shownJson(FOUNDER) })]);
  });

  it("is accepted about the authority of the document", () => {
    const network = bornWith({ policy: JSON.stringify({ authority: a.text }) });
    expect(() => network.block()).not.toThrow();
  });

  it.each<[string, Stated]>([
    ["another io key", { ioPublicKey: new Uint8Array(32).fill(3) }],
    ["another founder", { founder: FOUNDER, shownFounder: { ...FOUNDER, publicKey: NOBODY } }],
    ["another validator of the founder", { founder: FOUNDER, shownFounder: { ...FOUNDER, owner: KEY } }],
    ["a founder that the document leaves out", { founder: FOUNDER, shownFounder: null }],
    ["no founder, where the document has one", { shownFounder: FOUNDER }],
    ["a key of the founder that is none", { founder: { ...FOUNDER, publicKey: MACHINE } }],
    ["one node, where the document has another", { founder: FOUNDER, nodes: [{ public_key: toBase64(NOBODY) }] }],
    ["other validators", { validators: [{ ...VALIDATOR, power: 11n }] }],
    ["another authority", { policy: JSON.stringify({ authority: b.text }) }],
    ["no authority", { policy: '{"authority":""}' }],
  ])("is refused about %s", (_, stated) => {
    expect(() => bornWith(stated)).toThrowError(expect.objectContaining({ code: "CHAIN_GENESIS" }));
  });
});

const register = (cert = CERTIFICATE, replaceMachineId = "") =>
  message(secretRegistration.RaAuthenticateSchema, { sender: a.address, certificate: cert, replaceMachineId });

const admitted = () => ({
  publicKey: KEY,
  encryptedSeeds: SEEDS,
  seedExchangePublicKey: NODE_KEY,
  owner: NOBODY,
  machineId: MACHINE,
});

function nodeOf(network: TestNetwork): own.Node | undefined {
  const path = "/enclavenet.registration.v1.Query/Node";
  return network.query(path, own.QueryNodeRequestSchema, { publicKey: KEY }, own.QueryNodeResponseSchema).node;
}

describe("a registration", () => {
  it("stores what the enclave gave, with upstream's event and response", () => {
    const network = bornWith();
    network.enclave.script.push(admitted);
    const result = network.deliver(a, [register(CERTIFICATE, toHex(MACHINE))]);
    const seeds = toHex(SEEDS);
    expect(result.log).toBe("");
    expect(shown(result)).toContainEqual(
      expect.stringContaining(
        `message{module=register,signer=${a.text},encrypted_seed=0x${seeds},node_id=0x${toHex(KEY)}`,
      ),
    );
    expect(nodeOf(network)).toMatchObject({ status: own.NodeStatus.PENDING, machineId: MACHINE, registeredHeight: 1n });
  });

  it.each<EnclaveStatusName>(["InvalidCert", "MrEnclaveMismatch", "SeedEncryptionFailed"])(
    "that the enclave refuses with %s is register 2, and stores nothing",
    (status) => {
      const network = bornWith();
      network.enclave.script.push(() => {
        throw new EnclaveError(status);
      });
      const result = network.deliver(a, [register()]);
      expect([result.codespace, result.code]).toEqual(["register", 2]);
      expect(() => nodeOf(network)).toThrowError();
    },
  );

  it("with a certificate that is none does not reach the enclave", () => {
    const network = bornWith();
    const calls = network.enclave.calls.length;
    for (const bytes of [new Uint8Array(0), Uint8Array.of(1, 2, 3)]) {
      expect(network.deliver(a, [register(bytes)])).toMatchObject({ codespace: "sdk", code: 18 });
    }
    expect(network.enclave.calls.slice(calls).filter(({ name }) => name === "authenticateNode")).toEqual([]);
  });

  it("ends with its revocation by the authority alone", () => {
    const network = bornWith();
    const revoke = (sender: Uint8Array) => message(own.MsgRevokeNodeSchema, { sender, publicKey: KEY });
    expect(network.deliver(a, [revoke(a.address)])).toMatchObject({ codespace: "register", code: 7 });
    network.enclave.script.push(admitted);
    network.deliver(a, [register()]);
    expect(network.deliver(b, [revoke(b.address)])).toMatchObject({ codespace: "sdk", code: 4 });
    expect(network.deliver(a, [revoke(a.address)]).code).toBe(0);
    // The enclave judges the signature itself, for the account's number.
    expect(network.enclave.callsOf("revokeNode")).toEqual([{ txIndex: 0, msgIndex: 0, accountNumber: 0n }]);
    network.enclave.script.push(admitted);
    expect(network.deliver(a, [register()])).toMatchObject({ codespace: "register", code: 2 });
    network.enclave.script.push(() => ({ publicKey: KEY }));
    const confirm = message(own.MsgConfirmNodeSchema, { sender: a.address, publicKey: KEY, proof: NOBODY });
    expect(network.deliver(a, [confirm])).toMatchObject({ codespace: "register", code: 8 });
    expect(nodeOf(network)?.status).toBe(own.NodeStatus.REVOKED);
  });
});

describe("a rotation of the seed", () => {
  const NEW_KEYS = { ioPublicKey: new Uint8Array(32).fill(21), seedExchangePublicKey: new Uint8Array(32).fill(22) };
  const rotate = (sender: Uint8Array, networkCertificate = CERTIFICATE) =>
    message(own.MsgRotateSeedSchema, { sender, rotation: KEY, certificate: CERTIFICATE, networkCertificate });
  const accepted = () => NEW_KEYS;
  const txKey = (network: TestNetwork) =>
    network.query("/secret.registration.v1beta1.Query/TxKey", EmptySchema, {}, secretRegistration.KeySchema).key;
  const settled = (network: TestNetwork) =>
    network.enclave.callsOf("settleRegistrations").map(({ positions }) => positions);

  it("gives the network new keys and the evidence for them, and tells the enclave at the end of the block", () => {
    const network = bornWith();
    network.block();
    expect(txKey(network)).toEqual(IO_KEY);
    network.enclave.script.push(accepted);
    const result = network.deliver(a, [rotate(a.address)], { gas: 2_000_000n });
    expect(result.log).toBe("");
    expect(shown(result)).toContainEqual(
      expect.stringContaining(`seed_rotation{module=register,signer=${a.text},io_public_key=`),
    );
    expect(txKey(network)).toEqual(NEW_KEYS.ioPublicKey);
    const answer = network.query(
      "/enclavenet.registration.v1.Query/Evidence",
      EmptySchema,
      {},
      own.QueryEvidenceResponseSchema,
    );
    expect(answer).toMatchObject({ ...NEW_KEYS, evidence: { certificate: CERTIFICATE } });
    expect(settled(network)).toEqual([[{ txIndex: 0, msgIndex: 0 }]]);
    network.block();
    expect(settled(network)).toHaveLength(1);
  });

  it("is the authority's to ask for, and of what the enclave accepts", () => {
    const network = bornWith();
    expect(network.deliver(b, [rotate(b.address)])).toMatchObject({ codespace: "sdk", code: 4 });
    network.enclave.script.push(() => {
      throw new EnclaveError("RotationRejected");
    });
    expect(network.deliver(a, [rotate(a.address)], { gas: 2_000_000n })).toMatchObject({
      codespace: "register",
      code: 2,
    });
    expect([txKey(network), settled(network)]).toEqual([IO_KEY, []]);
  });

  it("happens once per block, and not at all when a later message of its transaction fails", () => {
    const network = bornWith();
    network.enclave.script.push(accepted, accepted);
    expect(network.deliver(a, [rotate(a.address), rotate(a.address)], { gas: 2_000_000n })).toMatchObject({
      codespace: "register",
      code: 8,
    });
    expect([txKey(network), settled(network)]).toEqual([IO_KEY, []]);
  });
});

describe("an approval of the next program", () => {
  const measurement = new Uint8Array(32).fill(0xb1);
  const approve = (sender: Uint8Array) => message(own.MsgApproveUpgradeSchema, { sender, measurement, rtmrs: [] });
  const programs = (network: TestNetwork) => {
    const path = "/enclavenet.registration.v1.Query/Programs";
    return network.query(path, own.QueryProgramsRequestSchema, {}, own.QueryProgramsResponseSchema).programs;
  };
  const settled = (network: TestNetwork) =>
    network.enclave.callsOf("settleRegistrations").map(({ positions }) => positions);

  it("is kept in order, shown, and told to the enclave at the end of the block", () => {
    const network = bornWith();
    const result = network.deliver(a, [approve(a.address), approve(a.address)]);
    expect(result.log).toBe("");
    expect(shown(result)).toContainEqual(
      expect.stringContaining(`upgrade{module=register,signer=${a.text},measurement=0x${toHex(measurement)}`),
    );
    const program = { measurement, rtmrs: [], approvedHeight: 1n };
    expect(programs(network)).toMatchObject([program, program]);
    expect(settled(network)).toEqual([
      [
        { txIndex: 0, msgIndex: 0 },
        { txIndex: 0, msgIndex: 1 },
      ],
    ]);
    network.deliver(a, [approve(a.address)]);
    expect(programs(network)).toMatchObject([program, program, { ...program, approvedHeight: 2n }]);
  });

  it("is the authority's to give, and of what the enclave accepts", () => {
    const network = bornWith();
    expect(network.deliver(b, [approve(b.address)])).toMatchObject({ codespace: "sdk", code: 4 });
    network.enclave.script.push(() => {
      throw new EnclaveError("UpgradeRejected");
    });
    expect(network.deliver(a, [approve(a.address)])).toMatchObject({ codespace: "register", code: 2 });
    expect([programs(network), settled(network)]).toEqual([[], []]);
  });
});

describe("registrations of a block", () => {
  it("are settled by their positions, without those whose transactions failed", () => {
    const network = bornWith();
    network.enclave.script.push(admitted);
    network.deliver(a, [register()]);
    network.deliver(a, [message(own.MsgRevokeNodeSchema, { sender: a.address, publicKey: KEY })]);
    network.enclave.script.push(admitted);
    network.deliver(a, [register()]);
    const first = [{ txIndex: 0, msgIndex: 0 }];
    expect(network.enclave.callsOf("settleRegistrations").map(({ positions }) => positions)).toEqual([first, first]);
  });
});

describe("the list of machines", () => {
  const OTHER = new Uint8Array(20).fill(6);
  const OWNER = primitives.sha256(utf8ToBytes("owner"));

  const update = (allow: readonly Uint8Array[], forbid: readonly Uint8Array[] = [], sender = a.address) =>
    message(own.MsgUpdateMachinesSchema, { sender, allow: [...allow], forbid: [...forbid], restricted: true });

  /** A registration from this machine in place of another one, as the enclave judged it. */
  function arrive(network: TestNetwork, machineId: Uint8Array, owner: Uint8Array = NOBODY, replaced = "") {
    network.enclave.script.push(() => ({ publicKey: KEY, encryptedSeeds: SEEDS, owner, machineId }));
    return network.deliver(a, [register(CERTIFICATE, replaced)]);
  }

  function listOf(network: TestNetwork) {
    const path = "/enclavenet.registration.v1.Query/Machines";
    const answer = network.query(path, own.QueryMachinesRequestSchema, {}, own.QueryMachinesResponseSchema);
    return {
      restricted: answer.restricted,
      machines: answer.machines.map(({ machineId, owner }) => [toHex(machineId), toHex(owner)]),
    };
  }

  const refused = (detail: string) => ({
    codespace: "register",
    code: 2,
    log: expect.stringContaining(`${detail}: Failed to authenticate node`),
  });

  it("lets in its machines alone, and stores nothing of others; without it everybody may register", () => {
    const network = bornWith();
    expect(arrive(network, OTHER).code).toBe(0);
    expect(network.deliver(a, [update([MACHINE])]).log).toBe("");
    expect(listOf(network)).toEqual({ restricted: true, machines: [[toHex(MACHINE), ""]] });
    expect(arrive(network, OTHER)).toMatchObject(refused("the machine is not on the list"));
    expect(arrive(network, new Uint8Array(0))).toMatchObject(refused("the platform has no machine id"));
    expect(arrive(network, MACHINE, OWNER).code).toBe(0);
    expect(listOf(network).machines).toEqual([[toHex(MACHINE), toHex(OWNER)]]);
    expect(network.deliver(a, [update([], [MACHINE])]).code).toBe(0);
    expect(arrive(network, MACHINE, OWNER)).toMatchObject(refused("the machine is not on the list"));
  });

  it("gives a machine's place to another one of its owner, and to nobody else", () => {
    const network = bornWith();
    network.deliver(a, [update([MACHINE])]);
    const replaced = toHex(MACHINE);
    // Bound to nobody yet: whoever names no owner either must not take it.
    expect(arrive(network, OTHER, NOBODY, replaced)).toMatchObject(
      refused("the machine to replace is not one of this owner"),
    );
    expect(arrive(network, MACHINE, OWNER).code).toBe(0);
    expect(arrive(network, OTHER, KEY, replaced)).toMatchObject(
      refused("the machine to replace is not one of this owner"),
    );
    expect(arrive(network, OTHER, OWNER, replaced).code).toBe(0);
    expect(listOf(network).machines).toEqual([[toHex(OTHER), toHex(OWNER)]]);
    expect(arrive(network, MACHINE, OWNER)).toMatchObject(refused("the machine is not on the list"));
    network.deliver(a, [update([MACHINE])]);
    expect(arrive(network, MACHINE, OWNER, toHex(OTHER))).toMatchObject(refused("the machine is on the list already"));
  });

  it("is changed by the authority alone, by ids alone, and stands in genesis", () => {
    const network = bornWith();
    expect(network.deliver(b, [update([MACHINE], [], b.address)])).toMatchObject({ codespace: "sdk", code: 4 });
    expect(network.deliver(a, [update([MACHINE])]).log).toBe("");
    expect(listOf(network).restricted).toBe(true);
    expect(network.deliver(a, [update([NOBODY])])).toMatchObject({ codespace: "register", code: 8 });
    const many = Array.from({ length: 65 }, (_, index) => new Uint8Array(20).fill(index));
    expect(network.deliver(a, [update(many)])).toMatchObject({ codespace: "register", code: 8 });
    const machines = { restricted: true, machines: [{ machine_id: toBase64(MACHINE), owner: "" }] };
    expect((network.app.exportGenesis() as { nodes: object }).nodes).toMatchObject({ machines: { restricted: true } });
    const accounts = [testAccount(1), testAccount(2), testAccount(3)];
    const next = new TestNetwork({ accounts, appState: { ...appState(accounts), nodes: { machines } } });
    next.block();
    expect(arrive(next, OTHER)).toMatchObject(refused("the machine is not on the list"));
    expect(arrive(next, MACHINE).code).toBe(0);
  });
});
