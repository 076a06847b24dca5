/** Records that this node does not keep, and the analysis of codes: spec 04 §4.1, 01 §3.9. */
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { secretCompute as c, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import { SERVICE, WASM, withCode, withContract } from "./support/contracts.ts";

/** At height 2. */
const network = withContract();

function ask<Q extends DescMessage>(method: string, schema: Q, init: MessageInitShape<Q>, on = network) {
  return on.rawQuery(`${SERVICE}${method}`, encode(schema, create(schema, init)));
}

function statusOf<Q extends DescMessage>(method: string, schema: Q, init: MessageInitShape<Q>): number | undefined {
  return ask(method, schema, init).grpcStatus?.code;
}

const CERT_HASH = "ab".repeat(32);
const byHeight: readonly [string, (height: bigint) => number | undefined][] = [
  ["EcallRecord", (height) => statusOf("EcallRecord", c.QueryEcallRecordRequestSchema, { height })],
  ["NetworkPubkey", (height) => statusOf("NetworkPubkey", c.QueryNetworkPubkeyRequestSchema, { height, iSeed: 1 })],
  [
    "EncryptedSeed",
    (height) => statusOf("EncryptedSeed", c.QueryEncryptedSeedRequestSchema, { height, certHash: CERT_HASH }),
  ],
  ["BlockTraces", (height) => statusOf("BlockTraces", c.QueryBlockTracesRequestSchema, { height })],
  [
    "MachineIDProof",
    (height) => statusOf("MachineIDProof", c.QueryMachineIDProofRequestSchema, { height, machineId: "00" }),
  ],
  [
    "BlockCreateResults",
    (height) => statusOf("BlockCreateResults", c.QueryBlockCreateResultsRequestSchema, { height }),
  ],
];

describe.each(byHeight)("%s", (_method, at) => {
  const current = network.height;

  it.each([
    ["a height that is none", 0n, 3],
    ["a negative height", -1n, 3],
    ["a block of the past, of which nothing is kept", current - 1n, 5],
    ["the current block", current, 9],
    ["a block of the future", current + 1n, 9],
  ])("answers for %s", (_name, height, code) => {
    expect(at(height)).toBe(code);
  });
});

describe("EcallRecords", () => {
  const range = (startHeight: bigint, endHeight: bigint) =>
    ask("EcallRecords", c.QueryEcallRecordsRequestSchema, { startHeight, endHeight });

  it("has none, also of a range that reaches into the future", () => {
    for (const end of [1n, 1000n]) {
      const { code, value } = range(1n, end);
      expect([code, decode(c.QueryEcallRecordsResponseSchema, value).records]).toEqual([0, []]);
    }
  });

  it.each([
    ["of more than 1000 heights", 1n, 1001n],
    ["that ends before it starts", 2n, 1n],
    ["that starts below the first block", 0n, 1n],
  ])("refuses a range %s", (_name, start, end) => {
    expect(range(start, end).grpcStatus?.code).toBe(3);
  });
});

describe("EncryptedSeed", () => {
  it.each(["", "zz", "ab".repeat(31)])("refuses %j for a certificate's hash", (certHash) => {
    expect(statusOf("EncryptedSeed", c.QueryEncryptedSeedRequestSchema, { height: 1n, certHash })).toBe(3);
  });
});

describe("AnalyzeCode", () => {
  const of = (codeHash: Uint8Array, on = network) =>
    ask("AnalyzeCode", c.QueryAnalyzeCodeRequestSchema, { codeHash }, on);

  it("says what the checker found in the stored code", () => {
    const seen: Uint8Array[] = [];
    const check = (wasm: Uint8Array) => {
      seen.push(wasm);
      return { requiredFeatures: ["random", "stargate"], ibcEnabled: true };
    };
    const { value } = of(primitives.sha256(WASM), withCode({ app: { codeChecker: { check } } }));
    expect(decode(c.QueryAnalyzeCodeResponseSchema, value)).toMatchObject({
      hasIbcEntryPoints: true,
      requiredFeatures: "random,stargate",
    });
    expect(seen.at(-1)).toEqual(WASM);
  });

  it("has no text for a code that requires nothing", () => {
    const answer = decode(c.QueryAnalyzeCodeResponseSchema, of(primitives.sha256(WASM)).value);
    expect(answer).toMatchObject({ hasIbcEntryPoints: false, requiredFeatures: "" });
  });

  it("knows no code that nobody stored, and no hash of another length", () => {
    expect(of(new Uint8Array(32)).grpcStatus?.code).toBe(5);
    expect(of(new Uint8Array(3)).grpcStatus?.code).toBe(3);
  });
});
