/** `enclavenet fetch-collateral` against recorded answers on loopback: file, cache, offline, key, and what goes wrong. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { certificate, pem } from "../../packages/attestation/test/support/certificates.ts";
import { type Forged, forge } from "../../packages/attestation/test/support/forge.ts";
import { honestPlan } from "../../packages/attestation/test/support/plan.ts";
import {
  type RecordedService,
  type ServiceForm,
  startRecordedService,
} from "../../packages/attestation/test/support/recorded-service.ts";
import { runCommand, temporaryFolder } from "../support/processes.ts";

const folder = temporaryFolder("fetch-collateral");
const path = (name: string): string => join(folder, name);
// The command has the real clock. No test asks how much of it passes: everything is valid for weeks.
const plan = honestPlan("sgx", Math.floor(Date.now() / 1000));
let evidence: Forged;
let service: RecordedService;

async function serve(form: ServiceForm = {}): Promise<void> {
  await service?.stop();
  const { fmspc } = plan.platform;
  service = await startRecordedService({ collateral: evidence.collateral, tee: "sgx", fmspc, ca: "platform" }, form);
}

const fetchWith = (...args: string[]) =>
  runCommand(["fetch-collateral", "--quote", path("quote.bin"), "--out", path("out.json"), ...args], { HOME: folder });

beforeAll(() => {
  evidence = forge(plan);
  writeFileSync(path("quote.bin"), evidence.quote);
  writeFileSync(path("root.pem"), pem(certificate(plan.certificates.root)));
  writeFileSync(path("key"), "0123456789abcdef\n");
});
beforeEach(() => serve());
afterEach(async () => {
  await service.stop();
  for (const name of ["out.json", "cache"]) rmSync(path(name), { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("fetch-collateral", () => {
  it("writes what verify-quote takes", async () => {
    const { code, stdout, stderr } = await fetchWith("--pccs", service.url, "--api-key-file", path("key"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Collateral of sgx platforms 00A067110000 \(platform\), from the service, valid until 20/);
    expect(service.keys).toEqual(Array(4).fill("0123456789abcdef"));
    expect(JSON.parse(readFileSync(path("out.json"), "utf8"))).toEqual(evidence.collateral);
    const files = ["--quote", path("quote.bin"), "--collateral", path("out.json"), "--trusted-root", path("root.pem")];
    const verdict = await runCommand(["verify-quote", ...files, "--json"], { HOME: folder });
    expect([verdict.code, JSON.parse(verdict.stdout)]).toMatchObject([0, { valid: true, accepted: true }]);
  });

  it("keeps collateral in a folder, and does without a service then", async () => {
    const cached = ["--pccs", service.url, "--cache", path("cache"), "--json"];
    const first = await fetchWith(...cached);
    expect(JSON.parse(first.stdout)).toMatchObject({
      from: "service",
      tee: "sgx",
      fmspc: "00A067110000",
      ca: "platform",
    });
    expect(readdirSync(path("cache"))).toEqual(["sgx-00A067110000-platform-v4.json"]);
    const asked = service.requests.length;
    await service.stop();
    rmSync(path("out.json"));
    const second = await fetchWith(...cached, "--offline");
    expect([second.code, JSON.parse(second.stdout).from, service.requests.length]).toEqual([0, "cache", asked]);
    expect(JSON.parse(readFileSync(path("out.json"), "utf8"))).toEqual(evidence.collateral);
  });

  it.each<[string, ServiceForm, string[], RegExp]>([
    ["an empty cache offline", {}, ["--offline"], /no current collateral .*\n {2}fetch it once with --cache/],
    [
      "a service that wants a key",
      { interfere: (_, response) => !!response.writeHead(401).end() },
      [],
      /401.*\n {2}.*--api-key-file/,
    ],
    [
      "a platform that is not known",
      { interfere: (_, response) => !!response.writeHead(404).end() },
      [],
      /404.*\n {2}.*--pccs/,
    ],
    [
      "a service that is down",
      { interfere: (_, response) => !!response.writeHead(500).end() },
      ["--attempts", "1"],
      /no answer in 1 attempts \(status 500\)\n/,
    ],
    ["a key file that holds none", {}, ["--api-key-file", path("quote.bin")], /does not hold an API key|more than/],
    ["an address that is none", {}, ["--pccs", "pccs"], /no address of a collateral service/],
    ["no attempts", {}, ["--attempts", "0"], /expected a number from 1 to 20/],
    ["a quote that is none", {}, ["--quote", path("root.pem")], /attestation key of type/],
  ])("says what to do about %s", async (_, form, args, text) => {
    await serve(form);
    const { code, stdout, stderr } = await fetchWith("--pccs", service.url, ...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(text);
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
    expect(readdirSync(folder)).not.toContain("out.json");
  });

  it("says where it cannot write", async () => {
    mkdirSync(path("out.json"));
    const { code, stderr } = await fetchWith("--pccs", service.url);
    expect(code).toBe(1);
    expect(stderr).toContain("out.json");
  });

  it("has help that names every option, and its page shows them", async () => {
    const { stdout } = await runCommand(["fetch-collateral", "--help"], { HOME: folder });
    const page = readFileSync(fileURLToPath(new URL("../../docs/verify-quote.md", import.meta.url)), "utf8");
    for (const option of ["--quote", "--out", "--pccs", "--api-key-file", "--cache", "--offline", "--api-version"]) {
      expect(stdout).toContain(option);
      expect(page).toContain(option);
    }
  });
});
