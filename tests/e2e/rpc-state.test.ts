/**
 * What the real command tells of its state beside blocks and transactions: consensus, raw store entries, heights, simulation
 * without signatures, pages of a search (spec 04 §2.2, §2.5, §5.3, §5.5).
 * @module
 */
import { fromBase64, toBase64, toHex } from "@enclavenet/common";
import { cosmosStoreInternalKv, cosmosTx, decode, encode } from "@enclavenet/proto";
import { decodeBech32 } from "@enclavenet/wire";
import { type Msg, MsgSend, MsgStoreCode } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CometClient } from "../support/comet.ts";
import { clientOf, contractWasm, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { type AnyJson, RestClient } from "../support/rest.ts";

const NOBODY = "secret1z6sk34np3xhwh8ttcd4plvp9qg63awj82ykepa";
const TXS = "/cosmos/tx/v1beta1/txs";

let net: Localnet;
let comet: CometClient;
let rest: RestClient;
let a: ReturnType<typeof clientOf>;
const heights: number[] = [];

const transfer = (amount: string) =>
  new MsgSend({ from_address: a.address, to_address: NOBODY, amount: [{ denom: "uscrt", amount }] });

beforeAll(async () => {
  net = await startLocalnet();
  comet = new CometClient(net.ready.rpc);
  rest = new RestClient(net.ready.rest);
  a = clientOf(net.ready, MNEMONICS.a);
  for (const amount of ["1", "2", "3"]) {
    const tx = await a.tx.broadcast([transfer(amount)], { gasLimit: 25_000, ...FAST });
    expect(tx.code).toBe(0);
    heights.push(tx.height);
  }
});

afterAll(async () => {
  await net?.stop();
});

describe("consensus", () => {
  it("stands after the last block, with the vote that made it final", async () => {
    const [{ round_state: short }, { round_state: long }] = [
      await comet.call("consensus_state"),
      await comet.call("dump_consensus_state"),
    ];
    const { validators } = await comet.call("validators");
    expect(short["height/round/step"]).toMatch(/^\d+\/0\/1$/);
    expect(short.proposer).toEqual({ address: validators[0].address, index: 0 });
    expect(long.validators).toEqual({ validators, proposer: validators[0] });
    const { commit } = (await comet.call("commit", { height: String(Number(long.height) - 1) })).signed_header;
    const [vote] = commit.signatures;
    const [voter, block] = [vote.validator_address.slice(0, 12), commit.block_id.hash.slice(0, 12)];
    expect(long.last_commit.votes[0]).toContain(`Vote{0:${voter} ${commit.height}/00/`);
    expect(long.last_commit.votes[0]).toContain(` ${block} `);
    expect(long.last_commit.votes_bit_array).toBe("BA{1:x} 100000000000/100000000000 = 1.00");
  });

  it("takes no evidence", async () => {
    await expect(comet.call("broadcast_evidence", { evidence: { type: "x", value: {} } })).rejects.toThrow(
      /^failed to add evidence/,
    );
  });
});

describe("a store", () => {
  it("shows its entries below a prefix", async () => {
    const prefix = Uint8Array.of(2, 20, ...decodeBech32(NOBODY).data);
    const entries = async (height: number) => {
      const params = { path: "/store/bank/subspace", data: toHex(prefix), height: String(height) };
      const { code, value } = (await comet.call("abci_query", params)).response;
      expect(code).toBe(0);
      return decode(cosmosStoreInternalKv.PairsSchema, fromBase64(value ?? "")).pairs.map((one) =>
        Buffer.from(one.value).toString(),
      );
    };
    expect(await entries(1)).toEqual([]);
    expect(await entries(heights[0]!)).toEqual(["1"]);
    expect(await entries(heights[2]!)).toEqual(["6"]);
  });
});

describe("the height of a request", () => {
  it.each([
    "/cosmos/base/tendermint/v1beta1/blocks/latest",
    "/cosmos/base/node/v1beta1/config",
    "/cosmos/auth/v1beta1/params",
    "/compute/v1beta1/codes",
  ])("is in the answer of %s, and may not be in the future", async (path) => {
    const at = async (height?: string) =>
      rest.request(path, height === undefined ? {} : { headers: { "x-cosmos-block-height": height } });
    const [latest, old, future] = [await at(), await at("2"), await at("999999")];
    expect(Number(latest.headers.get("grpc-metadata-x-cosmos-block-height"))).toBeGreaterThanOrEqual(heights[2]!);
    expect([old.status, old.headers.get("grpc-metadata-x-cosmos-block-height")]).toEqual([200, "2"]);
    expect([future.status, future.body.code]).toEqual([500, 2]);
    expect(future.body.message).toContain("cannot query with height in the future; please provide a valid height");
  });
});

describe("simulation", () => {
  /** The transaction with `signatures` instead of its own. */
  async function simulate(message: Msg, signatures: Uint8Array[]): Promise<AnyJson> {
    const raw = decode(cosmosTx.TxRawSchema, await a.tx.signTx([message], { gasLimit: 1 }));
    const txBytes = toBase64(encode(cosmosTx.TxRawSchema, { ...raw, signatures }));
    return (await rest.post("/cosmos/tx/v1beta1/simulate", { tx_bytes: txBytes })).body;
  }

  it.each([
    ["64 zero bytes", [new Uint8Array(64)]],
    ["an empty signature", [new Uint8Array(0)]],
  ])("needs no signature: %s do", async (_what, signatures) => {
    const body = await simulate(transfer("1"), signatures);
    expect(Number(body.gas_info?.gas_used)).toBeGreaterThan(5_000);
  });

  it("of an upload tells its gas", async () => {
    const code = { sender: a.address, wasm_byte_code: contractWasm("counter"), source: "", builder: "" };
    const body = await simulate(new MsgStoreCode(code), [new Uint8Array(64)]);
    expect(body.result?.msg_responses).toEqual([
      { "@type": "/secret.compute.v1beta1.MsgStoreCodeResponse", code_id: "1" },
    ]);
    const { codes } = { codes: (await rest.get("/compute/v1beta1/codes")).code_infos };
    expect(codes).toEqual([]);
  });
});

describe("a search", () => {
  const amounts = async (parameters: string) => {
    const condition = encodeURIComponent(`transfer.recipient='${NOBODY}'`);
    const { txs, total } = await rest.get(`${TXS}?query=${condition}&${parameters}`);
    expect(total).toBe("3");
    return txs.map((tx: AnyJson) => tx.body.messages[0].amount[0].amount).join("");
  };

  it.each([
    ["", "123"],
    ["limit=2", "12"],
    ["limit=2&page=2", "3"],
    ["order_by=ORDER_BY_DESC&limit=2", "32"],
    ["pagination.limit=1&pagination.offset=1", "2"],
    ["pagination.reverse=true&pagination.limit=2", "32"],
  ])("with %j answers %s", async (parameters, expected) => {
    expect(await amounts(parameters)).toBe(expected);
  });

  it("joins conditions within one event only", async () => {
    const search = async (...conditions: string[]) =>
      (await rest.get(`${TXS}?query=${encodeURIComponent(conditions.join(" AND "))}`)).total;
    const [recipient, two, fee] = [`transfer.recipient='${NOBODY}'`, "transfer.amount='2uscrt'", "tx.fee='2500uscrt'"];
    expect([await search(recipient, two), await search(fee)]).toEqual(["1", "3"]);
    // Another event of the same transaction, and another event of the same type.
    expect(await search(two, fee)).toBe("0");
    expect(await search(recipient, "transfer.amount='2500uscrt'")).toBe("0");
    // Heights are no events.
    expect(await search(recipient, `tx.height>${heights[0]}`)).toBe("2");
  });
});
