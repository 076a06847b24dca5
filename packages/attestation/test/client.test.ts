/** The client of collateral services against recorded answers on loopback. */
import { readFileSync } from "node:fs";
import { type CollateralJson, verifyQuote } from "@enclavenet/attestation";
import {
  type ClientClock,
  type CollateralCache,
  type CollateralOptions,
  cacheName,
  fetchCollateral,
  INTEL_PCS_URL,
  type PlatformKind,
  platformKind,
  serviceBase,
} from "@enclavenet/attestation/client";
import { LocalError } from "@enclavenet/common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharedFile } from "../../../tests/support/shared.ts";
import { forge } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { honestPlan, NOW } from "./support/plan.ts";
import {
  type Interference,
  type RecordedService,
  type ServiceForm,
  startRecordedService,
} from "./support/recorded-service.ts";

const evidence = forge(honestPlan());
const KIND: PlatformKind = { tee: "sgx", fmspc: "00A067110000", ca: "platform" };

const running: RecordedService[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

async function serve(
  form: ServiceForm = {},
  collateral: CollateralJson = evidence.collateral,
): Promise<RecordedService> {
  const service = await startRecordedService({ collateral, ...KIND }, form);
  running.push(service);
  return service;
}

/** A clock that stands still and counts pauses. */
function stillClock(now = NOW): ClientClock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => now,
    async sleep(milliseconds) {
      pauses.push(milliseconds);
    },
  };
}

function memoryCache(): CollateralCache & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return { entries, get: (name) => entries.get(name), put: (name, text) => void entries.set(name, text) };
}

function optionsFor(
  url: string,
  more: Partial<CollateralOptions> & { clock?: ClientClock; timeoutMs?: number } = {},
): CollateralOptions {
  const { clock = stillClock(), timeoutMs = 20_000, ...rest } = more;
  return {
    service: { url, apiVersion: 4 },
    http: { fetch: globalThis.fetch, clock, headers: {}, attempts: 4, timeoutMs },
    ...rest,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LocalError) return error.code;
    throw error;
  }
  return "fetched";
}

describe("a service", () => {
  it.each<[string, ServiceForm]>([
    ["as Intel's", {}],
    ["with lists in digits", { hexLists: true }],
  ])("%s gives what verifies the quote", async (_, form) => {
    const { url, requests } = await serve(form);
    const { collateral, expires, from } = await fetchCollateral(platformKind(evidence.quote), optionsFor(url));
    expect([collateral, from, expires]).toEqual([evidence.collateral, "service", NOW + 28 * 86_400]);
    const options = { time: NOW, trustedRoots: [publicKey("root")] };
    expect(verifyQuote(evidence.quote, collateral, options).accepted).toBe(true);
    expect(requests).toEqual([
      "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
      "/sgx/certification/v4/rootcacrl",
      "/sgx/certification/v4/tcb?fmspc=00A067110000",
      "/sgx/certification/v4/qe/identity",
    ]);
  });

  it("of version 3 gives TCB information of version 2", async () => {
    const plan = honestPlan();
    plan.tcbInfo.version = 2;
    const { url } = await serve({ version: 3 }, forge(plan).collateral);
    const { collateral } = await fetchCollateral(KIND, { ...optionsFor(url), service: { url, apiVersion: 3 } });
    const options = { time: NOW, trustedRoots: [publicKey("root")] };
    expect(verifyQuote(evidence.quote, collateral, options).accepted).toBe(true);
  });

  it("gets the key with every request, and nothing when there is none", async () => {
    const { url, keys } = await serve();
    const plain = optionsFor(url);
    await fetchCollateral(KIND, plain);
    const headers = { "Ocp-Apim-Subscription-Key": "secret" };
    await fetchCollateral(KIND, { ...plain, http: { ...plain.http, headers } });
    expect(keys).toEqual([...Array(4).fill(undefined), ...Array(4).fill("secret")]);
  });

  it.each([
    ["https://localhost:8081", "https://localhost:8081"],
    ["https://localhost:8081/", "https://localhost:8081"],
    ["https://localhost:8081/sgx/certification/v4/", "https://localhost:8081"],
    ["https://pccs.example/under/tdx/certification/v4", "https://pccs.example/under"],
  ])("may be named %s", (url, base) => {
    expect(serviceBase(url)).toBe(base);
  });

  it.each(["", "localhost", "file:///etc", "https://me:word@host", "https://host/?a=b"])(
    "may not be named %j",
    async (url) => {
      expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe("COLLATERAL_URL");
    },
  );

  it("of Intel has the root's list on another host", async () => {
    const asked: string[] = [];
    const fetch = async (url: unknown) => {
      asked.push(String(url));
      return new Response("", { status: 404 });
    };
    const options = optionsFor(INTEL_PCS_URL);
    const answer = async (url: unknown) => (String(url).includes("pckcrl") ? new Response("0") : fetch(url));
    const http = { ...options.http, fetch: answer as typeof globalThis.fetch };
    expect(await codeOf(fetchCollateral(KIND, { ...options, http }))).toBe("COLLATERAL_UNKNOWN");
    expect(asked).toEqual(["https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"]);
  });
});

describe("trouble", () => {
  /** Answers the first `times` requests with a status. */
  const failing =
    (times: number, status: number, headers = {}): Interference =>
    (_, response, count) => {
      if (count > times) return false;
      response.writeHead(status, headers).end("busy");
      return true;
    };

  it("that passes is waited for, longer each time", async () => {
    const clock = stillClock();
    const { url, requests } = await serve({ interfere: failing(3, 503) });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { clock })))).toBe("fetched");
    expect([clock.pauses, requests.length]).toEqual([[500, 1000, 2000], 7]);
  });

  it("that the service measures is waited for as it says, within bounds", async () => {
    const clock = stillClock();
    const { url } = await serve({ interfere: failing(1, 429, { "Retry-After": "3" }) });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { clock })))).toBe("fetched");
    expect(clock.pauses).toEqual([3000]);
    const other = await serve({ interfere: failing(1, 429, { "Retry-After": "99999" }) });
    await fetchCollateral(KIND, optionsFor(other.url, { clock }));
    expect(clock.pauses).toEqual([3000, 30_000]);
  });

  it("that stays ends it", async () => {
    const clock = stillClock();
    const { url, requests } = await serve({ interfere: failing(100, 500) });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { clock })))).toBe("COLLATERAL_SERVICE");
    expect([clock.pauses.length, requests.length]).toEqual([3, 4]);
  });

  it("of the network is repeated too", async () => {
    const { url, stop } = await serve();
    await stop();
    running.pop();
    const clock = stillClock();
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { clock })))).toBe("COLLATERAL_SERVICE");
    expect(clock.pauses.length).toBe(3);
  });

  it("of a service that never answers ends at the deadline", async () => {
    const { url } = await serve({ interfere: () => true });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { timeoutMs: 30 })))).toBe("COLLATERAL_SERVICE");
  });

  it("in a connection that breaks is repeated", async () => {
    const interfere: Interference = (request, _, count) => {
      if (count === 1) request.socket.destroy();
      return count === 1;
    };
    const { url } = await serve({ interfere });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe("fetched");
  });

  it.each([
    [401, "COLLATERAL_KEY"],
    [403, "COLLATERAL_KEY"],
    [404, "COLLATERAL_UNKNOWN"],
    [400, "COLLATERAL_ANSWER"],
    [204, "COLLATERAL_ANSWER"],
  ])("with status %i is not repeated", async (status, code) => {
    const { url, requests } = await serve({ interfere: failing(100, status) });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe(code);
    expect(requests.length).toBe(1);
  });

  it("redirections are not followed: they could take the key along", async () => {
    const target = await serve();
    const interfere: Interference = (request, response) => {
      response.writeHead(302, { location: target.url + (request.url ?? "") }).end();
      return true;
    };
    const { url } = await serve({ interfere });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe("COLLATERAL_SERVICE");
    expect(target.requests).toEqual([]);
  });

  it("answers beyond a megabyte are not read to the end", async () => {
    const block = Buffer.alloc(65_536, "0");
    let written = 0;
    const interfere: Interference = (_, response) => {
      const more = () => {
        while (!response.destroyed && written < 64 * 1_048_576) {
          written += block.length;
          if (!response.write(block)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
      return true;
    };
    const { url } = await serve({ interfere });
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe("COLLATERAL_ANSWER");
    expect(written).toBeLessThan(64 * 1_048_576);
  });

  it.each<[string, Partial<CollateralJson>]>([
    ["a list that is none", { pck_crl: "ffff" }],
    ["a chain that is none", { tcb_info_issuer_chain: "chain" }],
    ["TCB information that is none", { tcb_info: "{}" }],
    ["an identity that is none", { qe_identity: "[" }],
    ["a signature that is none", { tcb_info_signature: "00" }],
  ])("%s is refused and not kept", async (_, change) => {
    const { url } = await serve({}, { ...evidence.collateral, ...change });
    const cache = memoryCache();
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { cache })))).toBe("COLLATERAL_ANSWER");
    expect(cache.entries.size).toBe(0);
  });

  it("a missing or broken header is refused", async () => {
    for (const chain of [undefined, "%E0%A4%A"]) {
      const interfere: Interference = (request, response) => {
        if (!request.url?.includes("pckcrl")) return false;
        const headers = chain === undefined ? {} : { "SGX-PCK-CRL-Issuer-Chain": chain };
        response.writeHead(200, headers).end(Buffer.from(evidence.collateral.pck_crl, "hex"));
        return true;
      };
      const { url } = await serve({ interfere });
      expect(await codeOf(fetchCollateral(KIND, optionsFor(url)))).toBe("COLLATERAL_ANSWER");
    }
  });
});

describe("the cache", () => {
  const name = cacheName(KIND, { url: "", apiVersion: 4 });

  it("is asked first, until its first part ends", async () => {
    const { url, requests } = await serve();
    const cache = memoryCache();
    const first = await fetchCollateral(KIND, optionsFor(url, { cache }));
    const second = await fetchCollateral(KIND, optionsFor(url, { cache, clock: stillClock(first.expires) }));
    expect([first.from, second.from, second.collateral, requests.length]).toEqual([
      "service",
      "cache",
      first.collateral,
      4,
    ]);
    const later = optionsFor(url, { cache, clock: stillClock(first.expires + 1) });
    expect(await codeOf(fetchCollateral(KIND, later))).toBe("COLLATERAL_ANSWER");
    expect(requests.length).toBe(8);
  });

  it.each(["", "null", "{", '{"tcb_info":1}'])("is passed over when it is damaged: %j", async (text) => {
    const { url } = await serve();
    const cache = memoryCache();
    cache.put(name, text);
    expect((await fetchCollateral(KIND, optionsFor(url, { cache }))).from).toBe("service");
    expect(JSON.parse(cache.entries.get(name) as string)).toEqual(evidence.collateral);
  });

  it("is all there is when offline", async () => {
    const { url, requests } = await serve();
    const cache = memoryCache();
    expect(await codeOf(fetchCollateral(KIND, optionsFor(url, { cache, offline: true })))).toBe("COLLATERAL_OFFLINE");
    cache.put(name, JSON.stringify(evidence.collateral));
    expect((await fetchCollateral(KIND, optionsFor(url, { cache, offline: true }))).from).toBe("cache");
    expect(requests).toEqual([]);
  });

  it("keeps kinds of platforms apart", () => {
    const service = { url: "", apiVersion: 4 } as const;
    const kinds: PlatformKind[] = [
      KIND,
      { ...KIND, tee: "tdx" },
      { ...KIND, ca: "processor" },
      { ...KIND, fmspc: "00A067110001" },
    ];
    const names = [...kinds.map((kind) => cacheName(kind, service)), cacheName(KIND, { url: "", apiVersion: 3 })];
    expect(new Set(names).size).toBe(5);
    expect(names.every((one) => /^[A-Za-z0-9-]+$/.test(one))).toBe(true);
  });
});

describe("real quotes", () => {
  beforeEach((context) => {
    if (sharedFile("data", "dcap", "sgx_quote") === undefined) context.skip("dcap data is not beside the repository");
  });

  it.each([
    ["sgx_quote", { tee: "sgx", fmspc: "00A067110000", ca: "processor" }],
    ["tdx_quote", { tee: "tdx", fmspc: "B0C06F000000", ca: "platform" }],
    ["tdx_quote_outdated", { tee: "tdx", fmspc: "90C06F000000", ca: "platform" }],
  ])("%s needs the collateral of its platform", (file, kind) => {
    const path = sharedFile("data", "dcap", file) as string;
    expect(platformKind(new Uint8Array(readFileSync(path)))).toEqual(kind);
  });
});
