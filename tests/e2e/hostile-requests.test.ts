/**
 * The real command under requests that make no sense: every route and method with implausible parameters. It answers each in
 * its own form, none ends in an unexpected exception, and afterwards it works as before.
 * @module
 */
import { cosmosBank, create, encode, rpcs } from "@enclavenet/proto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CometClient } from "../support/comet.ts";
import { type Localnet, startLocalnet } from "../support/localnet.ts";
import { RestClient } from "../support/rest.ts";

const ADDRESS = "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03";

let net: Localnet;
let rest: RestClient;
let comet: CometClient;

beforeAll(async () => {
  net = await startLocalnet();
  rest = new RestClient(net.ready.rest);
  comet = new CometClient(net.ready.rpc);
});

afterAll(async () => {
  await net?.stop();
});

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const encoded = (value: string) => encodeURIComponent(value.replace(LONE_SURROGATE, "?"));

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("0", "1", "-1", "latest", ADDRESS, `${ADDRESS}x`, "uscrt", "9".repeat(30), "9223372036854775807"),
  fc.base64String({ maxLength: 80 }),
);
const number = fc.constantFrom("0", "1", "2", "-1", "3", "1000000", "9223372036854775807", "18446744073709551615");
const search = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom("pagination.limit", "pagination.offset", "page", "limit", "height", "id"), number),
      fc.tuple(fc.constantFrom("pagination.key", "query", "denom", "path", "data", "events", "address_string"), text),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encoded(value)}`).join("&"));

describe("REST", () => {
  const routes = [...rpcs.values()].flatMap((one) => one.routes);

  it("answers implausible parameters of every route", async () => {
    const wanted = fc.tuple(fc.constantFrom(...routes), fc.array(text, { minLength: 1, maxLength: 2 }), search, number);
    await fc.assert(
      fc.asyncProperty(wanted, async ([{ verb, template }, values, parameters, height]) => {
        let next = 0;
        const path = template.replace(/\{[^}]*\}/g, () => encoded(values[next++ % values.length] ?? ""));
        const body = JSON.stringify({ tx_bytes: Buffer.from(values[0] ?? "").toString("base64"), mode: 2 });
        const answered = await rest.request(`${path}?${parameters}`, {
          method: verb,
          ...(verb === "POST" ? { body } : {}),
          headers: { "x-cosmos-block-height": height },
        });
        if (answered.status === 200) return;
        expect(Object.keys(answered.body)).toEqual(["code", "message", "details"]);
        expect(answered.body.message).not.toBe("internal error");
      }),
      { numRuns: 1000 },
    );
  });
});

describe("CometBFT RPC", () => {
  const balance = encode(
    cosmosBank.QueryBalanceRequestSchema,
    create(cosmosBank.QueryBalanceRequestSchema, { address: ADDRESS, denom: "uscrt" }),
  );
  const paths = [
    ...rpcs.keys(),
    "/store/acc/key",
    "/store/compute/key",
    "/store/acc/subspace",
    "/app/simulate",
    "/app",
    "/p2p/x",
    "",
    "/",
  ];

  it("answers implausible queries of every path", async () => {
    const data = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(balance));
    const params = fc.record({
      path: fc.oneof(fc.constantFrom(...paths), text),
      data: data.map((bytes) => Buffer.from(bytes).toString("hex")),
      height: fc.constantFrom("0", "1", "2", "3", "99", "9223372036854775807", "-1"),
      prove: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(params, async (one) => {
        const { status, body } = await comet.post({ jsonrpc: "2.0", id: 1, method: "abci_query", params: one });
        expect(status).toBe(200);
        expect(body.error?.data).not.toBe("internal error");
      }),
      { numRuns: 1000 },
    );
  });

  it("answers implausible transactions", async () => {
    const methods = fc.constantFrom("broadcast_tx_sync", "broadcast_tx_async", "broadcast_tx_commit", "check_tx");
    await fc.assert(
      fc.asyncProperty(methods, fc.uint8Array({ maxLength: 200 }), async (method, bytes) => {
        const tx = Buffer.from(bytes).toString("base64");
        const { status, body } = await comet.post({ jsonrpc: "2.0", id: 1, method, params: { tx } });
        expect(status).toBe(200);
        expect(body.error?.data).not.toBe("internal error");
      }),
      { numRuns: 300 },
    );
  });
});

describe("afterwards", () => {
  it("the node works as before", async () => {
    const { balance } = await rest.get(`/cosmos/bank/v1beta1/balances/${ADDRESS}/by_denom?denom=uscrt`);
    expect(balance).toEqual({ denom: "uscrt", amount: "1000000000000000000" });
    expect(net.process.exitCode).toBeNull();
  });
});
