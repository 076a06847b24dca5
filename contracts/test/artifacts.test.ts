/**
 * The committed artefacts are what the list says, are accepted by the chain, and tell nothing of who built them.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkWasm, compileModule } from "@enclavenet/wasm-engine";
import { describe, expect, it } from "vitest";
import { artifact } from "./support/contract.ts";

const listing = readFileSync(new URL("../artifacts/checksums.sha256", import.meta.url), "utf8");
const listed = listing.trim().split("\n");
const supportedFeatures = ["staking", "stargate", "ibc3", "random"];

describe("the committed artefacts", () => {
  it("are listed with their checksums", () => {
    const names = listed.map((line) => line.slice(66));
    const expected = "counter probe probe-v2 receiver token v010-echo v010-probe v010-vault";
    expect(names).toEqual(expected.split(" ").map((name) => `${name}.wasm`));
    for (const name of names) {
      expect(`${createHash("sha256").update(artifact(name)).digest("hex")}  ${name}`).toBe(
        listed.find((line) => line.endsWith(name)),
      );
    }
  });

  it.each(listed.map((line) => line.slice(66)))("%s may be stored and run, and holds no path of a machine", (name) => {
    const wasm = artifact(name);
    expect(wasm.length).toBeLessThanOrEqual(300_000);
    const report = checkWasm(wasm, { supportedFeatures });
    expect(report.ibcEnabled).toBe(false);
    expect(report.requiredFeatures).toEqual(/^(counter|probe|probe-v2)\.wasm$/.test(name) ? ["random"] : []);
    expect(() => compileModule(wasm)).not.toThrow();
    expect(Buffer.from(wasm).toString("latin1")).not.toMatch(/\/(root|home|work|tmp|Users)\//);
  });
});
