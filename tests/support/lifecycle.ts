/**
 * A place for tests of the command's life: a folder and a TMPDIR of its own, networks that end with the test that started
 * them, and the look at what they leave behind.
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect } from "vitest";
import { ANY_PORTS, type Localnet, type StartOptions, startLocalnet } from "./localnet.ts";
import { below, isRunning, ownPort, portIsFree, portOf, temporaryFolder } from "./processes.ts";

export interface Lifecycle {
  /** Gone when all tests of the file have ended. */
  readonly folder: string;
  /** Where the networks put temporary files; empty before each test. */
  readonly TMPDIR: string;
  /** Starts a network that is gone after the test, however that ends. */
  start(args?: readonly string[], options?: StartOptions): Promise<Localnet>;
  /** What must hold once a node has ended: no process, no taken port, no temporary file. */
  expectNothingLeft(net: Localnet): Promise<void>;
}

/** Ports of a network. */
export function portsOf({ ready }: Localnet): number[] {
  return [ready.rpc, ready.rest, ready.grpc, ready.grpc_web, ready.faucet].map(portOf);
}

/** Ports that are looked at again when the network has ended. */
async function ownPorts(): Promise<string[]> {
  const ports: string[] = [];
  for (const one of ANY_PORTS) ports.push(one === "0" ? String(await ownPort()) : one);
  return ports;
}

/** Call it once in a test file. */
export function lifecycle(name: string): Lifecycle {
  const folder = temporaryFolder(name);
  const TMPDIR = join(folder, "tmp");
  const running: Localnet[] = [];
  beforeEach(() => {
    rmSync(TMPDIR, { recursive: true, force: true });
    mkdirSync(TMPDIR);
  });
  afterEach(async () => {
    for (const net of running.splice(0)) {
      for (const pid of net.ready.enclave_pids) wake(pid);
      await net.stop("SIGKILL");
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    TMPDIR,
    async start(args, options = {}) {
      const ports = options.ports ?? (await ownPorts());
      const net = await startLocalnet(args, { ...options, ports, env: { TMPDIR, ...options.env } });
      running.push(net);
      return net;
    },
    async expectNothingLeft(net) {
      expect([net.ready.pid, ...net.ready.enclave_pids].filter(isRunning)).toEqual([]);
      expect((await Promise.all(portsOf(net).map(portIsFree))).every(Boolean)).toBe(true);
      expect(below(TMPDIR)).toEqual([]);
    },
  };
}

/** A stopped enclave would not see the end of its channel. */
function wake(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // Gone already.
  }
}
