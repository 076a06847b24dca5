/**
 * Whole nodes with the production enclave: on a machine without a TEE the command says what it looked for, and over emulated
 * machines a network runs and its status names the TEE. Not run on hardware.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startNode } from "../../bench/lib/nodes.mjs";
import { EmulatedMachines, type Machine } from "../../packages/enclave/test/support/emulated-machines.ts";
import { ANY_PORTS, clientOf, deploy, execute, MNEMONICS, type ReadyLine } from "../support/localnet.ts";
import { runCommand, temporaryFolder } from "../support/processes.ts";

const machines = new EmulatedMachines();
const folder = temporaryFolder("production-enclave");
afterAll(() => machines.remove());

describe("the production enclave on a machine without a TEE", () => {
  it("ends the command with what was looked for and what to do", async () => {
    const { code, stderr, stdout } = await runCommand(
      ["localnet", "--enclave", "production", "--home", join(folder, "laptop"), ...ANY_PORTS],
      { HOME: folder },
    );
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("/dev/attestation");
    expect(stderr).toContain("/sys/kernel/config/tsm/report");
    expect(stderr).toContain("use the development enclave");
  });

  it("begins no network whose state is not proven", async () => {
    const policy = join(folder, "policy.json");
    writeFileSync(policy, JSON.stringify({ state_proofs: "off" }));
    const begin = [
      "init",
      "--chain-id",
      "mine-1",
      "--test-accounts",
      "--policy",
      policy,
      "--home",
      join(folder, "begun"),
    ];
    const { code, stderr } = await runCommand([...begin, "--enclave", "production"], { HOME: folder });
    expect([code, stderr]).toEqual([1, expect.stringContaining('leave "state_proofs" out')]);
    expect(existsSync(join(folder, "begun"))).toBe(false);
  });

  it("knows no other enclaves", async () => {
    const { code, stderr } = await runCommand(["localnet", "--enclave", "sgx"], { HOME: folder });
    expect(code).not.toBe(0);
    expect(stderr).toContain("expected development, production or gramine:APPLICATION");
  });
});

function argumentsOf({ devices = [], gramine, folder: home }: Machine): string[] {
  return [
    ...["--home", join(home, "node"), "--state-proofs", "all"],
    ...devices.flatMap((device) => ["--device", device]),
    ...(gramine === undefined ? [] : ["--gramine", gramine.application, "--launcher", gramine.launcher as string]),
  ];
}

type Node = Awaited<ReturnType<typeof startNode>>;

/** Runs a node of the machine, and ends it whatever happens. */
async function withNode<T>(machine: Machine, use: (node: Node) => Promise<T>): Promise<T> {
  const node = await startNode(machine.bundle, argumentsOf(machine));
  try {
    return await use(node);
  } finally {
    await node.stop();
  }
}

const clientAt = (node: Node) => clientOf({ rest: node.rest, chain_id: "secretdev-1" } as ReadyLine, MNEMONICS.b);

describe.each([
  ["SGX under Gramine", () => machines.gramine("sgx")],
  ["a TDX domain", () => machines.domain("tdx")],
])("a network on %s", (_, make) => {
  it("runs contracts, names its TEE, and goes on after a restart", async () => {
    const machine = await make();
    const counter = await withNode(machine, async (node) => {
      const status = await (await fetch(`${node.rpc}/status`)).json();
      const other = {
        enclave: `${machine.name}, not run on hardware yet`,
        enclave_tee: machine.name,
        enclave_network_class: "production",
      };
      expect(status).toMatchObject({ result: { node_info: { other } } });
      const made = await deploy(clientAt(node), "counter", { count: 1 });
      expect((await execute(clientAt(node), made, { increment: {} })).code).toBe(0);
      return made;
    });
    await withNode(machine, async (node) => {
      expect((await execute(clientAt(node), counter, { increment: {} })).code).toBe(0);
    });
  });
});
