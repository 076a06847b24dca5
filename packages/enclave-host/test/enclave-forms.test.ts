/**
 * Both forms of the enclave under one compliance suite, and what only a process has: death, silence, isolation.
 * @module
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import { afterAll, describe, expect, it } from "vitest";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import {
  CallClock,
  type EnclaveProcess,
  greet,
  inProcessEnclave,
  processEnclave,
  spawnEnclave,
  watchDeadline,
} from "../src/index.ts";
import { enclaveCompliance } from "./compliance/enclave-compliance.ts";

const temporary = mkdtempSync(join(tmpdir(), "enclavenet-forms-"));
const root = fileURLToPath(new URL("../../..", import.meta.url));
const bundle = (await buildBundle("development", temporary)).outfile;
let folders = 0;

function sealingFolder(): string {
  folders++;
  return join(temporary, `sealed-${folders}`);
}

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const BIRTH = { chainId: "secretdev-1", validatorSet: new Uint8Array(0), policy: "", owner: new Uint8Array(32) };

enclaveCompliance("InProcessEnclave", () => {
  const directory = mkdtempSync(join(temporary, "in-process-"));
  return {
    start() {
      const primitives = createNodePrimitives();
      return inProcessEnclave(
        createEnclave({
          primitives,
          storage: softwareSealing(primitives, directory, "development"),
          networkClass: "development",
          measurement: new Uint8Array(32),
        }),
      );
    },
    stop: async () => {},
  };
});

enclaveCompliance("ProcessEnclave", () => {
  const sealingDirectory = sealingFolder();
  let running: EnclaveProcess | undefined;
  return {
    start() {
      running?.close();
      running = spawnEnclave({ bundle, sealingDirectory });
      const enclave = processEnclave(running);
      greet(enclave);
      return enclave;
    },
    async stop() {
      running?.close();
      await running?.exited;
    },
  };
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("an enclave process", () => {
  it("ends by itself when the host is gone", async () => {
    const enclave = spawnEnclave({ bundle, sealingDirectory: sealingFolder() });
    greet(processEnclave(enclave));
    enclave.close();
    expect(await enclave.exited).toEqual({ code: 0, signal: null });
    expect(alive(enclave.pid)).toBe(false);
  });

  it("that dies ends the call with ENCLAVE_CHANNEL_CLOSED instead of blocking it", async () => {
    const process = spawnEnclave({ bundle, sealingDirectory: sealingFolder() });
    const enclave = processEnclave(process);
    greet(enclave);
    process.kill();
    await process.exited;
    expect(() => enclave.call("status", {})).toThrowError(expect.objectContaining({ code: "ENCLAVE_CHANNEL_CLOSED" }));
    process.close();
  });

  it("has an empty environment and no way to open other files", () => {
    const process = spawnEnclave({ bundle, sealingDirectory: sealingFolder() });
    greet(processEnclave(process));
    if (existsSync(`/proc/${process.pid}/environ`)) {
      expect(
        readFileSync(`/proc/${process.pid}/environ`, "utf8").replace(/(^|\0)(PWD|SHLVL|_|OLDPWD)=[^\0]*/g, ""),
      ).toMatch(/^\0?$/);
      expect(readFileSync(`/proc/${process.pid}/limits`, "utf8")).toMatch(/Max core file size\s+0\s+0/);
    }
    process.close();
  });

  it("refuses a folder whose seals it cannot open", async () => {
    const sealingDirectory = sealingFolder();
    const first = spawnEnclave({ bundle, sealingDirectory });
    processEnclave(first).call("createKeychain", BIRTH);
    first.close();
    await first.exited;
    rmSync(join(sealingDirectory, "software-sealing.key"));
    const second = spawnEnclave({ bundle, sealingDirectory });
    expect(await second.exited).toEqual({ code: 72, signal: null });
    second.close();
  });

  it("writes sealed records that only the owner may read and that hold nothing in clear", async () => {
    const sealingDirectory = sealingFolder();
    const process = spawnEnclave({ bundle, sealingDirectory });
    processEnclave(process).call("createKeychain", BIRTH);
    process.close();
    await process.exited;
    const files = readdirSync(sealingDirectory);
    expect(files.sort()).toEqual(["keychain.sealed", "software-sealing.key"]);
    for (const file of files) expect(statSync(join(sealingDirectory, file)).mode & 0o077).toBe(0);
    expect(readFileSync(join(sealingDirectory, "keychain.sealed")).includes("development")).toBe(false);
  });
});

describe("the deadline", () => {
  it("expires for a call that takes too long, and only then", async () => {
    const clock = new CallClock();
    const expired = new Promise<number>((resolve) => {
      const stop = watchDeadline(new CallClock(clock.buffer), 40, () => resolve(clock.elapsedMs()));
      void stop;
    });
    clock.start();
    clock.stop();
    expect(clock.elapsedMs()).toBe(0);
    clock.start();
    expect(await expired).toBeGreaterThan(40);
  });
});

describe("the bundle", () => {
  const allowed = [
    /^packages\/(common|wire|crypto|attestation|light-client|enclave-api|wasm-engine|enclave)\/src\//,
    /^(packages\/crypto\/)?node_modules\/@noble\//,
  ];
  const builtins = ["node:crypto", "node:fs", "node:path", "node:url"];

  it.each(["development", "production"])("%s holds nothing but the trusted computing base", async (networkClass) => {
    const { metafile } = await buildBundle(networkClass, temporary);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.length).toBeGreaterThan(50);
    expect(inputs.filter((input) => !allowed.some((pattern) => pattern.test(input)))).toEqual([]);
    const externals = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(new Set(externals)).toEqual(new Set(builtins.filter((name) => externals.includes(name))));
    expect(Object.keys(metafile.outputs)).toHaveLength(1);
  });

  it.each([
    ["development", ["packages/enclave/src/bundle/development.ts"], []],
    ["production", [], ["packages/enclave/src/tee/device-files.ts"]],
  ])("of %s touches the file system in few places", async (networkClass, own, devices) => {
    const { metafile } = await buildBundle(networkClass, temporary);
    const users = Object.entries(metafile.inputs)
      .filter(([, { imports }]) => imports.some(({ path }) => path === "node:fs"))
      .map(([input]) => input);
    expect(users.sort()).toEqual([
      ...own,
      "packages/enclave/src/sealing/durable-write.ts",
      "packages/enclave/src/sealing/sealed-files.ts",
      ...devices,
      "packages/enclave/src/transport.ts",
    ]);
  });

  it("is the same bytes on every build, and differs by network class", async () => {
    const one = await buildBundle("development", join(temporary, "one"));
    const two = await buildBundle("development", join(temporary, "two"));
    const production = await buildBundle("production", join(temporary, "one"));
    expect(two.hash).toBe(one.hash);
    expect(production.hash).not.toBe(one.hash);
    expect(readFileSync(one.outfile, "utf8")).not.toContain(root);
  });
});
