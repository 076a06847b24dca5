/**
 * A network of production enclaves by the documented commands (docs/operators.md, "On hardware"): its birth with evidence, a second
 * machine that joins, registers and executes. Over emulated machines, whose authority stands in the place of Intel's root; not run on
 * hardware.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCombinedEvidence, verifyQuote } from "@enclavenet/attestation";
import { fromBase64 } from "@enclavenet/common";
import { Wallet } from "secretjs";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startRecordedService } from "../../packages/attestation/test/support/recorded-service.ts";
import { EmulatedMachines, type Machine } from "../../packages/enclave/test/support/emulated-machines.ts";
import { emulatedRecording } from "../support/emulated-collateral.ts";
import { emulatedAuthority } from "../support/emulated-root.ts";
import { heightOf, historyOf, untilSynced } from "../support/follower.ts";
import { type HardwareCommand, HardwareCommands, trustingEmulator } from "../support/hardware-command.ts";
import {
  ANY_PORTS_BUT_FAUCET,
  clientOf,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  startNode,
} from "../support/localnet.ts";
import { temporaryFolder } from "../support/processes.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const machines = new EmulatedMachines([trustingEmulator]);
const untouched = new EmulatedMachines();
const commands = new HardwareCommands();
const folder = temporaryFolder("hardware-network");
const at = (name: string): string => join(folder, name);
const running: Localnet[] = [];
const authority = new Wallet(MNEMONICS.b).address;
/** Of the machine that joined, by its kind. */
const joiners = new Map<string, HardwareCommand>();

afterAll(async () => {
  for (const node of running) await node.stop("SIGKILL");
  for (const made of [machines, untouched, commands]) made.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command to its good end; what it printed, as lines of JSON. */
async function must({ run, enclave }: HardwareCommand, ...args: readonly string[]): Promise<Record<string, string>[]> {
  const { code, stdout, stderr } = await run([...args, "--json", ...enclave]);
  if (code !== 0) throw new Error(`${args.join(" ")}\n${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
}

async function start({ checkout, enclave }: HardwareCommand, ...args: readonly string[]): Promise<Localnet> {
  const node = await startNode(["start", "--json", ...ANY_PORTS_BUT_FAUCET, ...enclave, ...args], { checkout });
  running.push(node);
  return node;
}

interface Document {
  readonly genesis_time: string;
  readonly app_state: {
    readonly nodes: { readonly evidence: { readonly certificate: string; readonly policy: string } };
  };
}

describe.each<[string, "sgx" | "tdx", (all: EmulatedMachines, name: string) => Promise<Machine>]>([
  ["SGX under Gramine", "sgx", (all, name) => all.gramine(name)],
  ["TDX domains", "tdx", (all, name) => all.domain(name)],
])("a network on %s", (_, tee, make) => {
  const chainId = `${tee}net-1`;
  const [first, second] = [at(`${tee}-first`), at(`${tee}-second`)];
  const genesis = join(first, "config/genesis.json");
  const collateralFile = at(`${tee}-collateral.json`);
  let founder: HardwareCommand;
  let joiner: HardwareCommand;
  let leader: Localnet;
  let follower: Localnet;

  it("is born with evidence, whose collateral comes from a service and stays in the home", async () => {
    founder = await commands.build(`${tee}-first`, await make(machines, `${tee}-first`));
    const service = await startRecordedService(emulatedRecording(tee));
    const init = ["init", "--home", first, "--chain-id", chainId, "--test-accounts", "--authority", authority];
    const [done] = await must(founder, ...init, "--collateral", service.url);
    await service.stop();
    expect(done).toMatchObject({ event: "initialized", chain_id: chainId });
    const { genesis_time, app_state } = JSON.parse(readFileSync(genesis, "utf8")) as Document;
    const { certificate, policy } = app_state.nodes.evidence;
    expect(JSON.parse(policy)).toMatchObject({ state_proofs: "all" });
    const { quote, collateral } = parseCombinedEvidence(fromBase64(certificate));
    const time = Math.floor(Date.parse(genesis_time) / 1000);
    const verdict = verifyQuote(quote, collateral, { time, trustedRoots: [emulatedAuthority.rootKey] });
    expect(verdict).toMatchObject({ accepted: true, tee });
    // The same words to everybody else: not under Intel's root.
    expect(verifyQuote(quote, collateral, { time }).checks.find(({ ok }) => !ok)?.name).toBe("chain");
    const kept = JSON.parse(
      readFileSync(join(first, "data/collateral", `${tee}-6465766E6574-platform-v4.json`), "utf8"),
    );
    expect(kept).toEqual(emulatedRecording(tee).collateral);
  });

  it("runs, and says what it runs on", async () => {
    leader = await start(founder, "--home", first);
    const { result } = (await (await fetch(`${leader.ready.rpc}/status`)).json()) as ReturnType<typeof JSON.parse>;
    expect(result.node_info.other).toMatchObject({ enclave_network_class: "production" });
  });

  it("lets in a second machine, whose collateral comes from a file that was fetched elsewhere", async () => {
    joiner = await commands.build(`${tee}-second`, await make(machines, `${tee}-second`));
    joiners.set(tee, joiner);
    const { rpc } = leader.ready;
    const service = await startRecordedService(emulatedRecording(tee));
    const fetched = await joiner.run([
      ...["fetch-collateral", "--platform", `${tee}:6465766E6574:platform`],
      ...["--pccs", service.url, "--out", collateralFile],
    ]);
    await service.stop();
    expect([fetched.code, fetched.stderr]).toEqual([0, ""]);
    writeFileSync(at("mnemonic"), MNEMONICS.b);
    await must(joiner, "init", "--home", second, "--join", rpc);
    const pays = ["--node", rpc, "--mnemonic-file", at("mnemonic")];
    const lines = await must(joiner, "register", "--home", second, ...pays, "--collateral", collateralFile);
    expect(lines.map(({ step }) => step)).toEqual([
      ...["evidence", "transaction", "wait", "seal", "confirm", "wait-confirm"],
      undefined,
    ]);
    expect(lines.at(-1)).toMatchObject({ event: "registered", machine_id: expect.stringMatching(/^[0-9a-f]{40}$/) });
  });

  it("executes contracts on both machines alike", async () => {
    const counter = await deploy(clientOf(leader.ready, MNEMONICS.b), "counter", { count: 41 });
    follower = await start(joiner, "--home", second, "--follow", leader.ready.rpc);
    expect((await execute(clientOf(leader.ready, MNEMONICS.b), counter, { increment: {} })).code).toBe(0);
    const height = await heightOf(leader.ready.rpc);
    await untilSynced(follower.ready.rpc, height);
    expect(await historyOf(follower.ready.rpc, height)).toEqual(await historyOf(leader.ready.rpc, height));
    const { address: contract_address, codeHash: code_hash } = counter;
    const query = { contract_address, code_hash, query: { get_count: {} } };
    const client = clientOf({ ...follower.ready, chain_id: chainId }, MNEMONICS.c);
    expect(await client.query.compute.queryContract(query)).toMatchObject({ count: 42 });
  });

  it("gets a new seed, drawn by the enclave of the second machine", async () => {
    await follower.stop();
    const file = at(`${tee}-rotation.json`);
    await must(joiner, "rotate", "prepare", "--home", second, "--out", file, "--collateral", collateralFile);
    follower = await start(joiner, "--home", second, "--follow", leader.ready.rpc);
    const { rpc } = leader.ready;
    const send = ["rotate", "send", file, "--node", rpc, "--mnemonic-file", at("mnemonic"), "--json"];
    const sent = await founder.run(send);
    expect([sent.stderr, JSON.parse(sent.stdout)]).toMatchObject(["", { event: "rotated" }]);
    const counter = await deploy(clientOf(leader.ready, MNEMONICS.b), "counter", { count: 1 });
    expect((await execute(clientOf(leader.ready, MNEMONICS.b), counter, { increment: {} })).code).toBe(0);
    const height = await heightOf(rpc);
    await untilSynced(follower.ready.rpc, height);
    expect(await historyOf(follower.ready.rpc, height)).toEqual(await historyOf(rpc, height));
  });

  it("is refused by a program that trusts Intel's root alone", async () => {
    const shipped = await commands.build(`${tee}-shipped`, await make(untouched, `${tee}-shipped`), false);
    const { code, stderr } = await shipped.run([
      ...["init", "--home", at(`${tee}-shipped`), "--join", genesis],
      ...shipped.enclave,
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("not a trusted root")]);
  });
});

describe("a domain", () => {
  it("does not join a network of enclaves: it knows their program as little as any other one", async () => {
    const domain = joiners.get("tdx") as HardwareCommand;
    const genesis = join(at("sgx-first"), "config/genesis.json");
    const { code, stderr } = await domain.run(["init", "--home", at("stranger"), "--join", genesis, ...domain.enclave]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/evidence of the network sgxnet-1 does not hold: measurement/),
    ]);
  });
});
