/** `enclavenet verify-quote` as its page shows it, and what it says of files and options that it cannot use. */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { certificate, pem } from "../../packages/attestation/test/support/certificates.ts";
import { forge } from "../../packages/attestation/test/support/forge.ts";
import { honestPlan, NOW } from "../../packages/attestation/test/support/plan.ts";
import { runCommand, temporaryFolder } from "../support/processes.ts";
import { sharedFile } from "../support/shared.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/verify-quote.md"), "utf8");
const folder = temporaryFolder("verify-quote");
const path = (name: string): string => join(folder, name);
const fence = (kind: string): string =>
  new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] as string;

const run = (...args: string[]) => runCommand(["verify-quote", ...args], { HOME: folder });
const verify = (...args: string[]) =>
  run("--quote", path("quote.bin"), "--collateral", path("collateral.json"), "--time", String(NOW), ...args);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("docs/verify-quote.md", () => {
  beforeEach((context) => {
    const [quote, collateral] = ["tdx_quote", "tdx_quote_collateral.json"].map((name) =>
      sharedFile("data", "dcap", name),
    );
    if (quote === undefined || collateral === undefined) return context.skip("dcap data is not beside the repository");
    copyFileSync(quote, path("real.bin"));
    copyFileSync(collateral, path("real.json"));
    writeFileSync(path("policy.json"), fence("json"));
  });

  const real = () => ["--quote", path("real.bin"), "--collateral", path("real.json"), "--time", "1750377600"];

  it("shows what the command prints", async () => {
    expect(fence("sh")).toBe(
      "npx enclavenet verify-quote --quote quote.bin --collateral collateral.json --time 1750377600\n",
    );
    const { code, stdout, stderr } = await run(...real());
    expect([code, stdout, stderr]).toEqual([0, fence("text"), ""]);
  });

  it("has a policy that accepts it", async () => {
    const { code, stdout } = await run(...real(), "--policy", path("policy.json"), "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { accepted: true }]);
  });

  it("shows an example that runs", () => {
    const example = "examples/verify-quote.mjs";
    expect(fence("js")).toBe(readFileSync(join(root, example), "utf8"));
    const measurement = /measurement +([0-9a-f]{96})/.exec(page)?.[1] as string;
    const ask = (expected: string): string =>
      execFileSync(process.execPath, [example, path("real.bin"), path("real.json"), expected, "1750377600"], {
        cwd: root,
        encoding: "utf8",
      });
    expect(ask(measurement)).toBe("valid: true, accepted: true, TCB: UpToDate\n");
    expect(ask("00")).toBe(
      `valid: true, accepted: false, TCB: UpToDate\nmeasurement: ${measurement} is not expected\n`,
    );
  });
});

describe("verify-quote", () => {
  beforeAll(() => {
    const plan = honestPlan();
    const { quote, collateral } = forge(plan);
    writeFileSync(path("quote.bin"), quote);
    writeFileSync(path("quote.hex"), `0x${Buffer.from(quote).toString("hex")}\n`);
    writeFileSync(path("collateral.json"), JSON.stringify(collateral));
    writeFileSync(path("root.pem"), pem(certificate(plan.certificates.root)));
    writeFileSync(path("strict.json"), '{"measurements":["00"]}');
    writeFileSync(path("noise"), "not a quote");
  });

  it("ends with 1 and says why when the root is not trusted", async () => {
    const { code, stdout } = await verify("--json");
    const { valid, checks } = JSON.parse(stdout);
    expect([code, valid]).toEqual([1, false]);
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([
      { name: "chain", ok: false, detail: "PCK chain, certificate 3: not a trusted root" },
    ]);
  });

  it("trusts another root when told, and reads hexadecimal", async () => {
    const { code, stdout } = await verify("--trusted-root", path("root.pem"), "--quote", path("quote.hex"));
    expect(code).toBe(0);
    expect(stdout).toContain("up to a root that the caller trusts, NOT Intel's");
  });

  it("ends with 1 when the policy does not accept a valid quote", async () => {
    const { code, stdout } = await verify(
      "--trusted-root",
      path("root.pem"),
      "--policy",
      path("strict.json"),
      "--json",
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { valid: true, accepted: false }]);
  });

  it("gives a verdict on what is no quote", async () => {
    const { code, stdout } = await verify("--quote", path("noise"), "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      { valid: false, tee: null, checks: [{ name: "format", ok: false }] },
    ]);
  });

  it.each([
    [["--quote", "/nowhere/quote"], /cannot open the quote .*\(ENOENT\)\n {2}name a file/],
    [["--quote", folder], /cannot read the quote|cannot open the quote/],
    [["--time", "yesterday"], /expected whole seconds/],
    [["--policy", path("noise")], /policy is not JSON/],
    [["--trusted-root", path("noise")], /no block of CERTIFICATE/],
  ])("%j is refused in a line that says what is wrong", async (args, text) => {
    const { code, stdout, stderr } = await verify(...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(text);
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  });

  it("has help that names every option", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const option of ["--quote", "--collateral", "--time", "--policy", "--trusted-root", "--json"]) {
      expect(stdout).toContain(option);
    }
  });
});
