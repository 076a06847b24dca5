/** encode/amino and decode/amino over REST and gRPC; what the forms are is tested in the proto room. */
import { cosmosTx, create, decode, encode } from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpc } from "./support/grpc.ts";
import { ask, restServer } from "./support/servers.ts";

const TX = {
  type: "cosmos-sdk/StdTx",
  value: {
    msg: [
      {
        type: "wasm/MsgExecuteContract",
        value: { sender: `acc${"01".repeat(20)}`, contract: `acc${"02".repeat(20)}`, msg: "AQI=", sent_funds: [] },
      },
    ],
    fee: { amount: [{ denom: "uscrt", amount: "5" }], gas: "25000" },
    signatures: null,
    memo: "<memo>",
    timeout_height: "0",
  },
};
const JSON_TEXT = JSON.stringify(TX).replace("<memo>", "\\u003cmemo\\u003e");

let grpc: Running;
let client: RawClient;
let rest: Awaited<ReturnType<typeof restServer>>;
beforeAll(async () => {
  grpc = await startGrpc();
  client = new RawClient(grpc.port);
  rest = await restServer(fakeBackend());
});
afterAll(async () => {
  client.close();
  await Promise.all([grpc.close(), rest.close()]);
});

const post = (method: string, body: object) =>
  ask(rest, { method: "POST", url: `/cosmos/tx/v1beta1/${method}/amino`, payload: JSON.stringify(body) });

describe("a transaction of legacy amino", () => {
  it("goes over REST from JSON to binary and back", async () => {
    const encoded = await post("encode", { amino_json: JSON.stringify(TX) });
    expect(encoded.status).toBe(200);
    const { amino_binary } = encoded.json() as { amino_binary: string };
    expect(Buffer.from(amino_binary, "base64").subarray(0, 4).toString("hex")).toBe("282816a9");
    const decoded = await post("decode", { amino_binary });
    expect([decoded.status, decoded.json()]).toEqual([200, { amino_json: JSON_TEXT }]);
  });

  it("goes over gRPC", async () => {
    const request = create(cosmosTx.TxEncodeAminoRequestSchema, { aminoJson: JSON.stringify(TX) });
    const service = "/cosmos.tx.v1beta1.Service";
    const sent = encode(cosmosTx.TxEncodeAminoRequestSchema, request);
    const encoded = await client.call(`${service}/TxEncodeAmino`, sent);
    expect(encoded.code).toBe(0);
    // Both messages have the bytes in field 1.
    const decoded = await client.call(`${service}/TxDecodeAmino`, encoded.bytes as Uint8Array);
    expect(decode(cosmosTx.TxDecodeAminoResponseSchema, decoded.bytes as Uint8Array).aminoJson).toBe(JSON_TEXT);
  });

  it.each([
    ["encode", {}, 400, 3, "invalid empty tx json"],
    ["decode", {}, 400, 3, "invalid empty tx bytes"],
    [
      ...([
        "encode",
        { amino_json: JSON.stringify({ type: "cosmos-sdk/StdTx", value: { msg: [{ type: "x/None", value: {} }] } }) },
      ] as const),
      ...([500, 2, "unrecognized concrete type name x/None"] as const),
    ],
    ["decode", { amino_binary: "KCgWqQoEAQIDBA==" }, 500, 2, "unrecognized prefix bytes 01020304"],
    [
      ...(["decode", { amino_binary: "AQIDBA==" }, 500, 2] as const),
      "UnmarshalBinaryBare expected to read prefix bytes 282816A9 (since it is registered concrete) but got 01020304...",
    ],
  ])("%s of %j is HTTP %i, code %i", async (method, body, status, code, message) => {
    const answered = await post(method, body);
    expect([answered.status, answered.json()]).toEqual([status, { code, message, details: [] }]);
  });
});
