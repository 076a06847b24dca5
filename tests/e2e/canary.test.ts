/**
 * The canary: random markers pass through a message, the state and the outputs of a contract. While the node holds them,
 * nothing outside the enclave process may contain them, nor a seed, nor any key derived from one. The same scanner must find
 * them in the enclave, and in the host of a build that leaves encryption off: otherwise it would prove nothing.
 * @module
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EncryptionUtils, SecretNetworkClient } from "secretjs";
import { afterAll, describe, expect, it } from "vitest";
import { startNode } from "../../bench/lib/nodes.mjs";
import { buildPlainBundle } from "../../bench/lib/plain-bundle.mjs";
import { clientOf, deploy, execute, MNEMONICS, type ReadyLine } from "../support/localnet.ts";
import { findIn, formsOf, mayReadMemory, type Needle, scanFiles, scanMemory } from "../support/memory-scan.ts";
import { recordingProxy } from "../support/recording-proxy.ts";
import { secretsOf } from "../support/secrets.ts";

const development = fileURLToPath(
  new URL("../../packages/enclave/dist/bundles/enclave-development.mjs", import.meta.url),
);
const temporary = mkdtempSync(join(tmpdir(), "enclavenet-canary-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** 32 characters that occur nowhere else. */
function marker(): string {
  return randomBytes(16).toString("hex");
}

/** Keys of the messages that `client` encrypts from now on. The client keeps them to itself. */
function messageKeys(client: SecretNetworkClient): () => Promise<Uint8Array[]> {
  const utils = Reflect.get(client, "encryptionUtils") as EncryptionUtils;
  const nonces: Uint8Array[] = [];
  const encrypt = utils.encrypt.bind(utils);
  utils.encrypt = async (codeHash, message) => {
    const ciphertext = await encrypt(codeHash, message);
    nonces.push(ciphertext.slice(0, 32));
    return ciphertext;
  };
  return () => Promise.all(nonces.map((nonce) => utils.getTxEncryptionKey(nonce)));
}

/** Sends markers through a contract; returns the forms in which to look for them, and for the keys of their messages. */
async function plantMarkers(rest: string, readable: boolean): Promise<Needle[]> {
  const client = clientOf({ rest, chain_id: "secretdev-1" } as ReadyLine, MNEMONICS.b);
  const keysOfMessages = messageKeys(client);
  const counter = await deploy(client, "counter", { count: 1 });
  // The counter copies the text of `log` into a plaintext attribute: public by the contract's own choice.
  const markers = { stateAndOutput: marker(), error: marker(), public: marker() };
  expect((await execute(client, counter, { echo: { text: markers.stateAndOutput } })).code).toBe(0);
  expect((await execute(client, counter, { log: { text: markers.public } })).code).toBe(0);
  expect((await execute(client, counter, { fail: { text: markers.error } })).code).toBe(3);
  const keys = await keysOfMessages();
  expect(keys.length).toBeGreaterThan(3);
  const all = [...needles(markers), ...keys.flatMap((key) => formsOf("transaction key", Buffer.from(key), "key"))];
  if (!readable) return all;
  const answer = await client.query.compute.queryContract({
    contract_address: counter.address,
    code_hash: counter.codeHash,
    query: { get_text: {} },
  });
  expect(JSON.stringify(answer)).toContain(markers.stateAndOutput);
  return all;
}

function needles(markers: Readonly<Record<string, string>>): Needle[] {
  return Object.entries(markers).flatMap(([name, text]) => formsOf(name, Buffer.from(text), "text"));
}

interface Scan {
  readonly host: string[];
  readonly disk: string[];
  readonly log: string[];
  readonly traffic: string[];
  readonly enclave: string[];
  readonly keysInEnclave: string[];
}

async function scanNode(bundle: string, home: string): Promise<Scan | undefined> {
  const node = await startNode(bundle, ["--home", home]);
  const proxy = await recordingProxy(node.rest);
  try {
    if (!mayReadMemory(node.pid)) return undefined;
    const markers = await plantMarkers(proxy.url, bundle === development);
    const { keys, sealingKey } = bundle === development ? secretsOf(home) : { keys: [], sealingKey: [] };
    const secrets = [...markers, ...keys, ...sealingKey];
    const host = scanMemory(node.pid, secrets);
    expect(host.bytes).toBeGreaterThan(30_000_000);
    const disk = scanFiles(home, secrets);
    expect(disk.files).toBeGreaterThan(4);
    const log = new Set<string>();
    findIn(Buffer.from(node.log()), secrets, log);
    const traffic = new Set<string>();
    expect(proxy.recorded().includes("MsgExecuteContract")).toBe(true);
    findIn(proxy.recorded(), secrets, traffic);
    return {
      host: host.found,
      disk: disk.found,
      log: [...log],
      traffic: [...traffic],
      enclave: scanMemory(node.enclavePid, markers).found,
      keysInEnclave: scanMemory(node.enclavePid, keys).found,
    };
  } finally {
    await proxy.close();
    await node.stop();
  }
}

describe("the canary", () => {
  it("finds no marker, seed or key outside the enclave, and all of them inside", { timeout: 180_000 }, async (ctx) => {
    if (process.platform !== "linux") ctx.skip("needs /proc to read the memory of another process");
    const scan = await scanNode(development, join(temporary, "encrypted"));
    if (scan === undefined) ctx.skip("this user may not read the memory of its own processes (ptrace scope)");
    // What the contract publishes on purpose is the control in the same run: the scanner sees all three places.
    const published = ["public as raw"];
    const { host, disk, traffic, log } = scan ?? {};
    expect({ host, disk, traffic, log }).toEqual({
      host: expect.arrayContaining(published),
      disk: [...published, "sealing key as raw"],
      traffic: published,
      log: [],
    });
    expect(host?.filter((name) => !name.startsWith("public"))).toEqual([]);
    expect(scan?.enclave).toEqual(expect.arrayContaining(["stateAndOutput as raw"]));
    expect(scan?.keysInEnclave).toEqual(expect.arrayContaining(["seed 0 as raw", "stateIkm of seed 1 as raw"]));
  });

  it("would see a host that holds plaintext", { timeout: 180_000 }, async (ctx) => {
    if (process.platform !== "linux") ctx.skip("needs /proc to read the memory of another process");
    const scan = await scanNode(await buildPlainBundle(), join(temporary, "plain"));
    if (scan === undefined) ctx.skip("this user may not read the memory of its own processes (ptrace scope)");
    for (const place of [scan?.host, scan?.disk]) expect(place).toContain("stateAndOutput as raw");
    expect(scan?.traffic.some((name) => name.startsWith("stateAndOutput"))).toBe(true);
  });
});
