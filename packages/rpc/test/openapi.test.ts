/** The OpenAPI document: valid for an independent validator, and exactly what the gateway answers. */
import { runInNewContext } from "node:vm";
import { RestRouter, rpcs } from "@enclavenet/proto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { answer, fakeBackend, sha256, TRANSACTIONS } from "./support/fake-backend.ts";
import { startGrpc } from "./support/grpc.ts";
import { ask, restServer } from "./support/servers.ts";

type Json = ReturnType<typeof JSON.parse>;

let server: Awaited<ReturnType<typeof restServer>>;
let document: Json;
beforeAll(async () => {
  server = await restServer(fakeBackend());
  document = (await ask(server, { method: "GET", url: "/openapi.json" })).json();
});
afterAll(() => server.close());

interface Described {
  readonly verb: string;
  readonly path: string;
  readonly operation: Json;
}

function operations(): Described[] {
  return Object.entries(document.paths as Json).flatMap(([path, verbs]) =>
    Object.entries(verbs as Json).map(([verb, operation]) => ({ verb: verb.toUpperCase(), path, operation })),
  );
}

/** Parameters aside. */
const shapeOf = (verb: string, path: string) => `${verb} ${path.replace(/\{[^}]*\}/g, "{}")}`;

describe("the document", () => {
  it("is served as JSON, and is valid OpenAPI 3.0 with references that resolve", async () => {
    const answered = await ask(server, { method: "GET", url: "/openapi.json" });
    expect([answered.status, answered.headers["content-type"]]).toEqual([200, "application/json"]);
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, "3.0"]);
    expect(() => validator.resolveRefs()).not.toThrow();
    for (const [, name] of answered.text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty([name as string]);
    }
  });

  it("would not be valid with a parameter that is in no place", async () => {
    const broken = structuredClone(document);
    broken.paths["/cosmos/bank/v1beta1/params"].get.parameters.push({ name: "x", in: "nowhere" });
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it("has the routes of every rpc, and no others", () => {
    const served = [...rpcs.values()].flatMap(({ routes }) =>
      routes.map(({ verb, template }) => shapeOf(verb, template)),
    );
    expect(new Set(operations().map(({ verb, path }) => shapeOf(verb, path)))).toEqual(new Set(served));
  });

  it("names each operation once, and each path parameter that there is", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = operation.parameters.filter((one: Json) => one.in === "path").map((one: Json) => one.name);
      expect(operation.parameters.every((one: Json) => one.in !== "path" || one.schema.minLength === 1)).toBe(true);
      expect(inPath).toEqual([...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name));
    }
  });

  it("leaves out what nobody serves, and so do REST and gRPC", async () => {
    const queryMethods = new Set([...rpcs.keys()].filter((name) => name !== "/cosmos.bank.v1beta1.Query/Params"));
    const backend = fakeBackend({ queryMethods });
    const less = await restServer(backend);
    const { paths } = (await ask(less, { method: "GET", url: "/openapi.json" })).json();
    const missing = Object.keys(document.paths).filter((path) => !(path in paths));
    expect(missing).toEqual(["/cosmos/bank/v1beta1/params"]);
    const answered = await ask(less, { method: "GET", url: "/cosmos/bank/v1beta1/params" });
    expect([answered.status, answered.json().message, backend.queries]).toEqual([501, "Not Implemented", []]);
    await less.close();
    const grpc = await startGrpc(backend);
    const client = new RawClient(grpc.port);
    const called = await client.call("/cosmos.bank.v1beta1.Query/Params", new Uint8Array(0));
    expect(called).toMatchObject({ code: 12, details: "unknown method Params for service cosmos.bank.v1beta1.Query" });
    expect((await client.call("/cosmos.bank.v1beta1.Query/TotalSupply", new Uint8Array(0))).code).toBe(0);
    client.close();
    await grpc.close();
  });

  it("routes every operation to the rpc that it names", () => {
    const router = new RestRouter();
    for (const { verb, path, operation } of operations()) {
      const match = router.match(verb, path.replace(/\{[^}]*\}/g, "AAAA"));
      expect(match?.rpc.fullName.slice(1).replace("/", ".")).toBe(operation.operationId);
    }
  });

  it("is answered by the server, operation by operation", async () => {
    for (const { verb, path, operation } of operations()) {
      const url = path.replace(/\{[^}]*\}/g, "1");
      const payload = verb === "GET" ? {} : { payload: "{}" };
      const answered = await ask(server, { method: verb as "GET", url, ...payload });
      expect([operation.operationId, answered.status]).not.toEqual([operation.operationId, 501]);
      if (answered.status !== 200) expect(Object.keys(answered.json())).toEqual(["code", "message", "details"]);
    }
  });

  it("describes query parameters as they are read", () => {
    const parametersOf = (path: string) => document.paths[path].get.parameters as Json[];
    const names = (path: string) => parametersOf(path).map(({ name }) => name);
    expect(names("/cosmos/bank/v1beta1/balances/{address}/by_denom")).toEqual(["address", "denom", undefined]);
    expect(names("/cosmos/tx/v1beta1/txs")).toEqual(
      expect.arrayContaining(["events", "query", "order_by", "page", "limit", "pagination.limit", "pagination.key"]),
    );
    const byName = (path: string, name: string) => parametersOf(path).find((one) => one.name === name)?.schema;
    expect(byName("/cosmos/tx/v1beta1/txs", "events")).toEqual({ type: "array", items: { type: "string" } });
    expect(byName("/cosmos/tx/v1beta1/txs", "order_by").enum).toContain("ORDER_BY_DESC");
    expect(byName("/compute/v1beta1/query/{contract_address}", "query")).toEqual({ type: "string", format: "byte" });
  });

  it("puts routes together that differ in the name of a parameter only", () => {
    const { get } = document.paths["/cosmos/auth/v1beta1/bech32/{address_bytes}"];
    expect(get.description).toContain("cosmos.auth.v1beta1.Query/AddressStringToBytes");
    expect(get.responses[200].content["application/json"].schema.anyOf).toHaveLength(2);
  });
});

/** Whether `value` fits `schema`, as strictly as OpenAPI 3.0 allows; the path of the first misfit otherwise. */
function misfit(schema: Json, value: Json, at = "$"): string | undefined {
  if (schema.$ref !== undefined) return misfit(document.components.schemas[schema.$ref.split("/").pop()], value, at);
  if (value === null) return schema.nullable === true ? undefined : `${at} is null`;
  if (schema.allOf !== undefined) return misfit(schema.allOf[0], value, at);
  if (schema.anyOf !== undefined) {
    const all = schema.anyOf.map((one: Json) => misfit(one, value, at));
    return all.includes(undefined) ? undefined : all[0];
  }
  const type = Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
  if (schema.type !== type) return `${at} is a ${type}, not a ${schema.type}`;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `${at} is ${value}`;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return `${at} is ${value}`;
  if (type === "array") {
    return value.map((item: Json, i: number) => misfit(schema.items, item, `${at}[${i}]`)).find(Boolean);
  }
  if (type !== "object") return undefined;
  for (const name of schema.required ?? []) if (!(name in value)) return `${at}.${name} is missing`;
  for (const [name, item] of Object.entries(value)) {
    const property = schema.properties?.[name];
    if (property === undefined && schema.additionalProperties !== true) return `${at}.${name} is not described`;
    const inner = property === undefined ? undefined : misfit(property, item, `${at}.${name}`);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

describe("answers", () => {
  const hash = Buffer.from(sha256(TRANSACTIONS[0]!)).toString("hex").toUpperCase();

  it.each([
    ["/cosmos/base/tendermint/v1beta1/blocks/latest", "/cosmos/base/tendermint/v1beta1/blocks/latest"],
    ["/cosmos/base/tendermint/v1beta1/blocks/{height}", "/cosmos/base/tendermint/v1beta1/blocks/2"],
    ["/cosmos/base/tendermint/v1beta1/validatorsets/latest", "/cosmos/base/tendermint/v1beta1/validatorsets/latest"],
    ["/cosmos/base/tendermint/v1beta1/node_info", "/cosmos/base/tendermint/v1beta1/node_info"],
    ["/cosmos/base/node/v1beta1/config", "/cosmos/base/node/v1beta1/config"],
    ["/cosmos/base/node/v1beta1/status", "/cosmos/base/node/v1beta1/status"],
    ["/cosmos/consensus/v1/params", "/cosmos/consensus/v1/params"],
    ["/cosmos/tx/v1beta1/txs/{hash}", `/cosmos/tx/v1beta1/txs/${hash}`],
    ["/cosmos/tx/v1beta1/txs", "/cosmos/tx/v1beta1/txs?query=x"],
    ["/cosmos/tx/v1beta1/txs/block/{height}", "/cosmos/tx/v1beta1/txs/block/2"],
    ["/cosmos/auth/v1beta1/params", "/cosmos/auth/v1beta1/params"],
    ["/cosmos/bank/v1beta1/params", "/cosmos/bank/v1beta1/params"],
  ])("of %s fit their schema", async (path, url) => {
    const answered = await ask(server, { method: "GET", url });
    expect(answered.status).toBe(200);
    const { schema } = document.paths[path].get.responses[200].content["application/json"];
    expect(misfit(schema, answered.json())).toBeUndefined();
    expect(misfit(schema, { ...answered.json(), surplus: 1 })).toBe("$.surplus is not described");
  });

  it("that are errors fit theirs", async () => {
    const failing = await restServer(
      fakeBackend({ query: async () => answer({ code: 6, codespace: "sdk", log: "x" }) }),
    );
    const answered = await ask(failing, { method: "GET", url: "/cosmos/auth/v1beta1/params" });
    expect(answered.status).toBe(500);
    expect(misfit({ $ref: "#/components/schemas/Error" }, answered.json())).toBeUndefined();
    await failing.close();
  });
});

describe("the page", () => {
  it.each(["/swagger", "/swagger/"])("is at %s, with every operation, and nothing from elsewhere", async (url) => {
    const { status, headers, text } = await ask(server, { method: "GET", url });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    for (const { verb, path, operation } of operations()) {
      expect(text).toContain(`id="${operation.operationId}"`);
      expect(text).toContain(`data-verb="${verb.toLowerCase()}" data-path="${path}"`);
    }
    expect([...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
      "/openapi.json",
      "/swagger/page.js",
    ]);
    expect(text).not.toMatch(/https?:/);
  });

  it("has a script that makes the request of a form", async () => {
    const { text, headers } = await ask(server, { method: "GET", url: "/swagger/page.js" });
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    const listeners: string[] = [];
    const page = { document: { addEventListener: (name: string) => listeners.push(name) }, URLSearchParams };
    const requestOf = runInNewContext(`${text};requestOf`, page);
    expect(listeners).toEqual(["submit"]);
    const field = (name: string, place: string, value: string) => ({ name, place, value });
    const made = requestOf("get", "/a/{b}/c", [
      field("b", "path", "x/y %"),
      field("d", "query", "1 & 2"),
      field("e", "query", ""),
      field("x-cosmos-block-height", "header", "2"),
    ]);
    expect(JSON.parse(JSON.stringify(made))).toEqual({
      url: "/a/x%2Fy%20%25/c?d=1+%26+2",
      options: { method: "GET", headers: { "x-cosmos-block-height": "2" } },
    });
    const posted = requestOf("post", "/a", [field("body", "body", "{}")]);
    expect(JSON.parse(JSON.stringify(posted)).options).toEqual({ method: "POST", headers: {}, body: "{}" });
  });
});
