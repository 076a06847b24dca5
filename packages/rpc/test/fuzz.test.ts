/**
 * Whatever comes in, the servers answer in their own form, never with an unexpected exception: that would be logged as an
 * error and shown as an internal one.
 */
import { rpcs } from "@enclavenet/proto";
import { listen } from "@enclavenet/rpc";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeBackend } from "./support/fake-backend.ts";
import {
  type Answered,
  ask,
  askSocket,
  type Inject,
  recordingLogger,
  restServer,
  rpcServer,
} from "./support/servers.ts";

const logger = recordingLogger();
let rest: Awaited<ReturnType<typeof restServer>>;
let rpc: Awaited<ReturnType<typeof rpcServer>>;
let ports: { readonly rest: number; readonly rpc: number };
beforeAll(async () => {
  rest = await restServer(fakeBackend(), logger);
  rpc = await rpcServer(fakeBackend(), logger);
  const address = { host: "127.0.0.1", port: 0 };
  ports = { rest: await listen(rest, address, "--rest-port"), rpc: await listen(rpc, address, "--rpc-port") };
});
afterAll(() => Promise.all([rest.close(), rpc.close()]));

const RUNS = { numRuns: 400 };

/** Texts that parsers trip over, beside random ones. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    "0",
    "-1",
    "1e3",
    "__proto__",
    "constructor",
    "null",
    "9".repeat(30),
    '"',
    '"\\',
    "0x",
    "0xg",
    "%",
  ),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.base64String({ maxLength: 40 }),
);

const verb = fc.constantFrom<Inject["method"]>("GET", "POST", "PUT", "DELETE", "PATCH");

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function encoded(value: string): string {
  return encodeURIComponent(value.replace(LONE_SURROGATE, "?"));
}

const query = fc
  .array(fc.tuple(fc.oneof(text, fc.constantFrom("pagination.limit", "height", "query", "page", "prove")), text))
  .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&"));

/** Characters that a request line can hold, so that the path is nonsense but arrives. */
const rawPath = fc
  .string({ unit: fc.constantFrom(..."/?#%.\\:@[]{}|^~+;,!'()*abzAZ019-_"), maxLength: 40 })
  .map((path) => `/${path}`);

/** JSON bodies with plausible names and implausible values. */
const body = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value)),
  fc
    .dictionary(fc.constantFrom("tx", "tx_bytes", "txBytes", "mode", "body", "amino_json", "__proto__"), fc.jsonValue())
    .map((value) => JSON.stringify(value)),
);

async function expectRest(request: Inject, answer: (request: Inject) => Promise<Answered> = (r) => ask(rest, r)) {
  const errors = logger.errors.length;
  const answered = await answer(request);
  expect(logger.errors.slice(errors)).toEqual([]);
  if (answered.status === 200) return;
  expect(Object.keys(answered.json())).toEqual(["code", "message", "details"]);
  expect(answered.json()).toMatchObject({ code: expect.any(Number), message: expect.any(String), details: [] });
  expect(answered.json().code).not.toBe(0);
  expect(answered.text).not.toMatch(/\bat .*\.[jt]s:\d/);
}

async function expectRpc(request: Inject, answer: (request: Inject) => Promise<Answered> = (r) => ask(rpc, r)) {
  const errors = logger.errors.length;
  const answered = await answer(request);
  expect(logger.errors.slice(errors)).toEqual([]);
  if (answered.text === "" || String(answered.headers["content-type"]).startsWith("text/html")) return;
  for (const response of [answered.json()].flat()) {
    expect(response.jsonrpc).toBe("2.0");
    expect("result" in response).toBe(!("error" in response));
    if ("error" in response) expect(Object.keys(response.error)).toEqual(["code", "message", "data"]);
  }
  expect(answered.text).not.toMatch(/\bat .*\.[jt]s:\d/);
}

describe("REST", () => {
  it("answers any verb, path and body", async () => {
    await fc.assert(
      fc.asyncProperty(verb, rawPath, body, (method, url, payload) =>
        expectRest({ method, url, payload }, (request) => askSocket(ports.rest, request)),
      ),
      RUNS,
    );
  });

  const routes = [...rpcs.values()].flatMap((one) => one.routes);
  const filled = (template: string, values: readonly string[]) => {
    let next = 0;
    return template.replace(/\{[^}]*\}/g, () => encoded(values[next++ % values.length] ?? ""));
  };

  it(`answers any parameter of its ${routes.length} routes`, async () => {
    const one = fc.tuple(fc.constantFrom(...routes), fc.array(text, { minLength: 1, maxLength: 3 }), query, body);
    await fc.assert(
      fc.asyncProperty(one, ([{ verb: method, template }, values, search, payload]) =>
        expectRest({
          method,
          url: `${filled(template, values)}?${search}`,
          ...(method === "GET" ? {} : { payload }),
        }),
      ),
      { numRuns: 1500 },
    );
  });

  it("answers any height header", async () => {
    const header = fc.string({ unit: fc.constantFrom(..."0123456789-+xe. "), maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(header, (value) =>
        expectRest({
          method: "GET",
          url: "/cosmos/auth/v1beta1/params",
          headers: { "x-cosmos-block-height": value.trim() },
        }),
      ),
      RUNS,
    );
  });
});

describe("CometBFT RPC", () => {
  const names = [
    ...["abci_info", "abci_query", "block", "block_by_hash", "block_results", "block_search", "blockchain", "check_tx"],
    ...["broadcast_tx_async", "broadcast_tx_commit", "broadcast_tx_sync", "commit", "consensus_params", "genesis"],
    ...["genesis_chunked", "header", "header_by_hash", "health", "net_info", "num_unconfirmed_txs", "status", "tx"],
    ...["tx_search", "unconfirmed_txs", "validators"],
  ];
  const parameter = fc.constantFrom(
    ...["height", "hash", "tx", "page", "per_page", "order_by", "query", "prove", "path", "data", "limit", "chunk"],
    ...["minHeight", "maxHeight", "__proto__"],
  );

  it("answers any body", async () => {
    await fc.assert(
      fc.asyncProperty(body, (payload) => expectRpc({ method: "POST", url: "/", payload })),
      RUNS,
    );
  });

  it("answers any parameters of its methods in JSON", async () => {
    const params = fc.oneof(
      fc.dictionary(parameter, fc.oneof(text, fc.jsonValue({ maxDepth: 2 }))),
      fc.array(fc.oneof(text, fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }),
      fc.jsonValue(),
    );
    const call = fc.record({
      jsonrpc: fc.constant("2.0"),
      id: fc.jsonValue(),
      method: fc.constantFrom(...names),
      params,
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(call, fc.array(call, { maxLength: 3 })), (request) =>
        expectRpc({ method: "POST", url: "/", payload: JSON.stringify(request) }),
      ),
      { numRuns: 1500 },
    );
  });

  it("answers any parameters of its methods in the URI form", async () => {
    const search = fc
      .array(
        fc.tuple(
          parameter,
          fc.oneof(
            text,
            text.map((value) => JSON.stringify(value)),
            fc.string().map((s) => `0x${s}`),
          ),
        ),
      )
      .map((pairs) => pairs.map(([name, value]) => `${name}=${encoded(value)}`).join("&"));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), search, (name, query_) =>
        expectRpc({ method: "GET", url: `/${name}?${query_}` }),
      ),
      { numRuns: 1500 },
    );
  });

  it("answers any verb and path", async () => {
    await fc.assert(
      fc.asyncProperty(verb, rawPath, (method, url) =>
        expectRpc({ method, url }, (request) => askSocket(ports.rpc, request)),
      ),
      RUNS,
    );
  });
});
