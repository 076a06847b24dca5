/**
 * The production enclave as a process: without a TEE it says so, and over the files of an emulated machine it starts, gives
 * evidence and finds its sealed state again. Not run on hardware.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyQuote } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EvidencePurpose, KeychainState, TdxFolder } from "@enclavenet/enclave-api";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import { EMULATED_CHAIN } from "../../enclave/test/support/emulated-platform.ts";
import { type EnclaveProcess, type EnclaveProcessOptions, greet, processEnclave, spawnEnclave } from "../src/index.ts";

const TMPFS = 0x0102_1994;
/** Where the key of a domain may lie; elsewhere the enclave has to refuse it. */
const memory = ["/dev/shm", "/run", tmpdir()].find((path) => isTmpfs(path));
const temporary = mkdtempSync(join(tmpdir(), "enclavenet-hardware-"));
const inMemory = mkdtempSync(join(memory ?? tmpdir(), "enclavenet-hardware-"));
const root = fileURLToPath(new URL("../../..", import.meta.url));
const entries = join(root, "packages/enclave/test/entries");
const production = (await buildBundle("production", temporary)).outfile;
const emulator = await bundled("emulator.ts", "emulator.mjs");
const emulators: ChildProcess[] = [];

afterAll(() => {
  for (const child of emulators) child.kill("SIGKILL");
  for (const folder of [temporary, inMemory]) rmSync(folder, { recursive: true, force: true });
});

function isTmpfs(path: string): boolean {
  try {
    return statfsSync(path).type === TMPFS;
  } catch {
    return false;
  }
}

async function bundled(entry: string, name: string, define: Record<string, string> = {}): Promise<string> {
  const outfile = join(temporary, name);
  await build({
    absWorkingDir: root,
    entryPoints: [join(entries, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@enclavenet/source"],
    loader: { ".wasm": "binary" },
    define,
    logLevel: "error",
  });
  return outfile;
}

function emulate(kind: "sgx" | "tdx", folder: string): void {
  emulators.push(spawn(process.execPath, [emulator, kind, folder], { stdio: "ignore" }));
}

interface Machine {
  readonly options: EnclaveProcessOptions;
  readonly tee: "sgx" | "tdx";
  readonly name: string;
}

/** A machine whose devices are below a folder of its own, and an enclave that is built to look there. */
async function machine(
  name: string,
): Promise<{ readonly folder: string; readonly bundle: string; readonly sealed: string }> {
  const folder = join(inMemory, name);
  const sealed = join(folder, "home/enclave");
  mkdirSync(sealed, { recursive: true });
  const bundle = await bundled("emulated-bundle.ts", `${name}.mjs`, { EMULATED_ROOT: JSON.stringify(folder) });
  return { folder, bundle, sealed };
}

/** Gramine: its launcher is a script that runs Node as the manifest would. */
async function gramine(): Promise<Machine> {
  const { folder, bundle, sealed } = await machine("gramine");
  const devices = join(folder, "dev/attestation");
  mkdirSync(join(devices, "keys"), { recursive: true });
  writeFileSync(join(devices, "attestation_type"), "dcap");
  writeFileSync(join(devices, "keys/_sgx_mrenclave"), new Uint8Array(16).fill(0x5e));
  for (const fifo of ["user_report_data", "quote"]) execFileSync("mkfifo", [join(devices, fifo)]);
  emulate("sgx", devices);
  // Folders in memory often forbid programs.
  const launcher = join(temporary, "gramine-sgx");
  writeFileSync(
    launcher,
    `#!/bin/sh\ntest "$1" = /opt/app || exit 1\nexec ${process.execPath} ${bundle} "$PWD/enclave"\n`,
  );
  chmodSync(launcher, 0o700);
  const options = { bundle: "/nowhere", sealingDirectory: sealed, gramine: { application: "/opt/app", launcher } };
  return { options, tee: "sgx", name: "gramine-sgx" };
}

/** A trust domain. Its entry is there already, as a killed process would have left it. */
async function domain(name = "tdx"): Promise<Machine> {
  const { folder, bundle, sealed } = await machine(name);
  const entry = join(folder, TdxFolder.reports, "enclavenet");
  mkdirSync(entry, { recursive: true });
  mkdirSync(join(folder, "run"));
  writeFileSync(join(entry, "provider"), "tdx_guest\n");
  writeFileSync(join(entry, "generation"), "0\n");
  for (const fifo of ["inblob", "outblob"]) execFileSync("mkfifo", [join(entry, fifo)]);
  emulate("tdx", entry);
  const devices = Object.values(TdxFolder).map((path) => join(folder, path));
  return { options: { bundle, sealingDirectory: sealed, devices }, tee: "tdx", name: "tdx" };
}

async function ended(enclave: EnclaveProcess): Promise<unknown> {
  enclave.close();
  return enclave.exited;
}

describe("a production enclave without a TEE", () => {
  it("ends with a code of its own and makes nothing", async () => {
    const sealingDirectory = join(temporary, "nothing");
    const enclave = spawnEnclave({ bundle: production, sealingDirectory, devices: Object.values(TdxFolder) });
    expect(await enclave.exited).toEqual({ code: 74, signal: null });
    expect(readdirSync(sealingDirectory)).toEqual([]);
    enclave.close();
  });
});

describe.each([
  ["SGX under Gramine", () => gramine()],
  ["a TDX domain", () => domain()],
])("a production enclave on %s", (_, make) => {
  it("gives evidence of the network that it is born with, and finds it again", async () => {
    const { options, tee, name } = await make();
    const process = spawnEnclave(options);
    const enclave = processEnclave(process);
    const hello = greet(enclave);
    expect(hello).toMatchObject({ networkClass: "production", tee: name });
    const birth = { chainId: EMULATED_CHAIN, validatorSet: Uint8Array.of(1), policy: "" };
    const { ioPublicKey } = enclave.call("createKeychain", birth);
    const nothing = new Uint8Array(32);
    const asked = { purpose: EvidencePurpose.networkKeys, owner: nothing, nonce: nothing };
    const { quote } = enclave.call("evidence", asked);
    const authority = developmentAuthority(createNodePrimitives(), EMULATED_CHAIN);
    const verdict = verifyQuote(quote, authority.collateral({ tee }), {
      time: 1_780_000_000,
      trustedRoots: [authority.rootKey],
      policy: { report_data: toHex(ioPublicKey) },
    });
    expect(verdict).toMatchObject({ accepted: true, tee, measurement: toHex(hello.measurement) });
    expect(await ended(process)).toEqual({ code: 0, signal: null });

    expect(readdirSync(options.sealingDirectory)).toEqual(["keychain.sealed"]);
    const again = spawnEnclave(options);
    const status = processEnclave(again).call("status", {});
    expect(status).toMatchObject({ keychain: KeychainState.unbound, ioPublicKey });
    await ended(again);
  });
});

describe("a TDX domain that was started anew", () => {
  it("does not open what the last one sealed", async () => {
    const { options } = await domain("again");
    const first = spawnEnclave(options);
    processEnclave(first).call("createRegistration", { chainId: EMULATED_CHAIN });
    await ended(first);
    const key = join(inMemory, "again", TdxFolder.key, "sealing.key");
    expect(readFileSync(key)).toHaveLength(32);
    rmSync(key);
    const second = spawnEnclave(options);
    expect(await second.exited).toEqual({ code: 72, signal: null });
    second.close();
  });
});
