/** Where the collateral of an enclave's quotes comes from: the development authority, a file, a service. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platformKind } from "@enclavenet/attestation/client";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { LocalError } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { TeeName } from "@enclavenet/enclave-api";
import { afterAll, describe, expect, it } from "vitest";
import { forge } from "../../attestation/test/support/forge.ts";
import { honestPlan } from "../../attestation/test/support/plan.ts";
import { startRecordedService } from "../../attestation/test/support/recorded-service.ts";
import type { CollateralChoice } from "../src/collateral/collateral-source.ts";
import { collateralSource } from "../src/collateral/sources.ts";
import { prepareHome } from "../src/home/home.ts";

const primitives = createNodePrimitives();
const chainId = "hardware-1";
const home = prepareHome(mkdtempSync(join(tmpdir(), "enclavenet-collateral-")));
afterAll(() => rmSync(home.directory, { recursive: true, force: true }));

const NOW = Math.floor(Date.now() / 1000);
const YEAR = 365 * 86_400;
const { quote, collateral } = forge(honestPlan("sgx", NOW));
const kind = platformKind(quote);

const sourceOf = (choice: CollateralChoice | undefined, tee: string = TeeName.gramine) =>
  collateralSource(choice, { tee, home, primitives });
const fileOf = (content: unknown): CollateralChoice => ({ file: "c.json", text: JSON.stringify(content) });
const ask = (choice: CollateralChoice) => sourceOf(choice)?.collateralFor({ quote, chainId });

async function errorOf(promise: Promise<unknown> | undefined): Promise<LocalError> {
  const error = await promise?.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LocalError) return error;
  throw new Error("nothing that a user can read was thrown");
}

describe("collateral", () => {
  it("of software enclaves is their network's own, whatever was chosen", async () => {
    const own = developmentAuthority(primitives, chainId).collateral();
    for (const choice of [undefined, fileOf(collateral)]) {
      expect(await sourceOf(choice, TeeName.software)?.collateralFor({ quote, chainId })).toEqual(own);
    }
  });

  it("of hardware comes from nowhere unless somebody says where", () => {
    expect(sourceOf(undefined)).toBeUndefined();
    expect(sourceOf(undefined, TeeName.tdx)).toBeUndefined();
  });

  it("comes out of a file that is of this platform and of this time", async () => {
    expect(await ask(fileOf(collateral))).toEqual(collateral);
  });

  it.each<[string, string, () => unknown]>([
    ["no collateral", "COLLATERAL_FILE", () => ({})],
    ["collateral of trust domains", "COLLATERAL_PLATFORM", () => forge(honestPlan("tdx", NOW)).collateral],
    [
      "collateral of other machines",
      "COLLATERAL_PLATFORM",
      () => {
        const plan = honestPlan("sgx", NOW);
        plan.tcbInfo.fmspc = "00A067110001";
        return forge(plan).collateral;
      },
    ],
    [
      "collateral of another authority",
      "COLLATERAL_PLATFORM",
      () => {
        const plan = honestPlan("sgx", NOW);
        plan.pckCrl.issuer = "Intel SGX PCK Processor CA";
        return forge(plan).collateral;
      },
    ],
    ["collateral that ended", "COLLATERAL_EXPIRED", () => forge(honestPlan("sgx", NOW - YEAR)).collateral],
    ["collateral of the future", "COLLATERAL_EXPIRED", () => forge(honestPlan("sgx", NOW + YEAR)).collateral],
  ])("is not taken out of a file with %s", async (_, code, content) => {
    const error = await errorOf(ask(fileOf(content())));
    expect([error.code, error.fix]).toEqual([code, expect.stringContaining("enclavenet fetch-collateral")]);
    if (code !== "COLLATERAL_FILE") expect(error.fix).toContain(`--platform ${kind.tee}:${kind.fmspc}:${kind.ca}`);
  });

  it("of a service is kept in the home, and asked for once", async () => {
    const service = await startRecordedService({ collateral, ...kind });
    const choice = { service: service.url, headers: {} };
    expect(await ask(choice)).toEqual(collateral);
    expect(readdirSync(home.collateral)).toEqual([`sgx-${kind.fmspc}-${kind.ca}-v4.json`]);
    const { length } = service.requests;
    await service.stop();
    expect([await ask(choice), service.requests.length]).toEqual([collateral, length]);
    rmSync(home.collateral, { recursive: true });
  });

  it("of a service that does not answer may be fetched elsewhere", async () => {
    const service = await startRecordedService(
      { collateral, ...kind },
      { interfere: (_, response) => !!response.writeHead(503, { "retry-after": "0" }).end() },
    );
    const error = await errorOf(ask({ service: service.url, headers: {} }));
    await service.stop();
    expect([error.code, error.fix]).toEqual([
      "COLLATERAL_SERVICE",
      expect.stringContaining(`fetch-collateral --platform ${kind.tee}:${kind.fmspc}:${kind.ca} --out`),
    ]);
  });
});
