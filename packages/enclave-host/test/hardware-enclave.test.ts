/**
 * The production enclave as a process: without a TEE it says so, and over the files of an emulated machine it starts, gives
 * evidence and finds its sealed state again. Not run on hardware.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyQuote } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EnclaveExitCode, EvidencePurpose, KeychainState, TdxFolder } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import { EmulatedMachines, type Machine } from "../../enclave/test/support/emulated-machines.ts";
import { EMULATED_CHAIN } from "../../enclave/test/support/emulated-platform.ts";
import { type EnclaveProcess, type EnclaveProcessOptions, greet, processEnclave, spawnEnclave } from "../src/index.ts";

const temporary = mkdtempSync(join(tmpdir(), "enclavenet-hardware-"));
const production = (await buildBundle("production", temporary)).outfile;
const machines = new EmulatedMachines();

afterAll(() => {
  machines.remove();
  rmSync(temporary, { recursive: true, force: true });
});

function optionsOf({ bundle, devices, gramine, folder }: Machine): EnclaveProcessOptions {
  const sealingDirectory = join(folder, "home/enclave");
  mkdirSync(sealingDirectory, { recursive: true });
  return {
    bundle,
    sealingDirectory,
    ...(devices === undefined ? {} : { devices }),
    ...(gramine === undefined ? {} : { gramine }),
  };
}

async function ended(enclave: EnclaveProcess): Promise<unknown> {
  enclave.close();
  return enclave.exited;
}

describe("a production enclave without a TEE", () => {
  it("ends with a code of its own and makes nothing", async () => {
    const sealingDirectory = join(temporary, "nothing");
    const enclave = spawnEnclave({ bundle: production, sealingDirectory, devices: Object.values(TdxFolder) });
    expect(await enclave.exited).toEqual({ code: EnclaveExitCode.noTee, signal: null });
    expect(readdirSync(sealingDirectory)).toEqual([]);
    enclave.close();
  });
});

describe.each([
  ["SGX under Gramine", () => machines.gramine("gramine")],
  ["a TDX domain", () => machines.domain("domain")],
])("a production enclave on %s", (_, make) => {
  it("gives evidence of the network that it is born with, and finds it again", async () => {
    const { tee, name, ...machine } = await make();
    const options = optionsOf({ tee, name, ...machine });
    const process = spawnEnclave(options);
    const enclave = processEnclave(process);
    const hello = greet(enclave);
    expect(hello).toMatchObject({ networkClass: "production", tee: name });
    const nothing = new Uint8Array(32);
    const birth = { chainId: EMULATED_CHAIN, validatorSet: Uint8Array.of(1), policy: "", owner: nothing };
    const { ioPublicKey } = enclave.call("createKeychain", birth);
    const asked = { purpose: EvidencePurpose.networkKeys, owner: nothing, nonce: nothing };
    const { quote } = enclave.call("evidence", asked);
    const authority = developmentAuthority(createNodePrimitives(), EMULATED_CHAIN);
    const verdict = verifyQuote(quote, authority.collateral({ tee }), {
      time: 1_780_000_000,
      trustedRoots: [authority.rootKey],
      policy: { report_data: toHex(ioPublicKey) },
    });
    expect(verdict).toMatchObject({ accepted: true, tee, measurement: toHex(hello.measurement) });
    expect(await ended(process)).toEqual({ code: EnclaveExitCode.hostGone, signal: null });

    expect(readdirSync(options.sealingDirectory)).toEqual(["keychain.sealed"]);
    const again = spawnEnclave(options);
    const status = processEnclave(again).call("status", {});
    expect(status).toMatchObject({ keychain: KeychainState.unbound, ioPublicKey });
    await ended(again);
  });
});

describe("a TDX domain that was started anew", () => {
  it("does not open what the last one sealed", async () => {
    const machine = await machines.domain("again");
    const options = optionsOf(machine);
    const first = spawnEnclave(options);
    processEnclave(first).call("createRegistration", { chainId: EMULATED_CHAIN });
    await ended(first);
    const key = join(machine.folder, TdxFolder.key, "sealing.key");
    expect(readFileSync(key)).toHaveLength(32);
    rmSync(key);
    const second = spawnEnclave(options);
    expect(await second.exited).toEqual({ code: EnclaveExitCode.sealingFailed, signal: null });
    second.close();
  });
});
