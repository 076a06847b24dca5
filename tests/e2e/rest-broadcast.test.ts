/**
 * Broadcast and simulation over REST of the real command, and what it answers to everybody (spec 04 §2.1, §2.2, §2.5, §6.6).
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { cosmosBaseAbci, cosmosTx, decode, encode } from "@enclavenet/proto";
import { type Msg, MsgExecuteContract, MsgSend, type TxResponse } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type Deployed, deploy, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { RestClient } from "../support/rest.ts";

const TXS = "/cosmos/tx/v1beta1/txs";
/** Account number of b in every local network. */
const NUMBER_OF_B = 2;

let net: Localnet;
let rest: RestClient;
let a: ReturnType<typeof clientOf>;
let b: ReturnType<typeof clientOf>;
let counter: Deployed;
let sequenceOfB = 0;

beforeAll(async () => {
  net = await startLocalnet();
  rest = new RestClient(net.ready.rest);
  a = clientOf(net.ready, MNEMONICS.a);
  b = clientOf(net.ready, MNEMONICS.b);
  counter = await deploy(a, "counter", { count: 7 });
});

afterAll(async () => {
  await net?.stop();
});

function error(code: number, message: string) {
  return { code, message, details: [] };
}

function toA(amount: string): MsgSend {
  return new MsgSend({ from_address: b.address, to_address: a.address, amount: [{ denom: "uscrt", amount }] });
}

/** A transaction of b in base64. Takes b's next sequence, unless another one is asked for. */
async function signed(messages: readonly Msg[], sequence: number = sequenceOfB++): Promise<string> {
  const explicitSignerData = { accountNumber: NUMBER_OF_B, sequence, chainId: net.ready.chain_id };
  return toBase64(await b.tx.signTx([...messages], { gasLimit: 50_000, explicitSignerData }));
}

/** Broadcasts what `signed` made and waits for the block. */
async function commit(txBytes: string): Promise<TxResponse> {
  return b.tx.broadcastSignedTx(new Uint8Array(Buffer.from(txBytes, "base64")), FAST);
}

describe("broadcast", () => {
  const accepted = (txhash: unknown) => ({
    height: "0",
    txhash,
    codespace: "",
    code: 0,
    data: "",
    raw_log: "",
    logs: [],
    info: "",
    gas_wanted: "0",
    gas_used: "0",
    tx: null,
    timestamp: "",
    events: [],
  });
  const HASH = expect.stringMatching(/^[0-9A-F]{64}$/);

  it("takes txBytes and tx_bytes, answers what CheckTx said, and the same again with 19", async () => {
    const txBytes = await signed([toA("3")]);
    const first = await rest.post(TXS, { txBytes, mode: "BROADCAST_MODE_SYNC" });
    expect([first.status, first.body]).toEqual([200, { tx_response: accepted(HASH) }]);
    const again = await rest.post(TXS, { tx_bytes: txBytes, mode: "BROADCAST_MODE_SYNC" });
    const { txhash } = first.body.tx_response;
    expect(again.body).toEqual({ tx_response: { ...accepted(txhash), code: 19, codespace: "sdk" } });
    // Also once it is in a block.
    await commit(await signed([toA("4")]));
    expect((await rest.get(`${TXS}/${txhash}`)).tx_response.code).toBe(0);
    const late = await rest.post(TXS, { tx_bytes: txBytes, mode: "BROADCAST_MODE_SYNC" });
    expect([late.status, late.body.tx_response.code]).toEqual([200, 19]);
  });

  it("in async mode answers at once; the transaction arrives all the same", async () => {
    const txBytes = await signed([toA("5")]);
    const { status, body } = await rest.post(TXS, { txBytes, mode: "BROADCAST_MODE_ASYNC" });
    expect([status, body]).toEqual([200, { tx_response: accepted(HASH) }]);
    // The next one of the same account is behind it.
    await commit(await signed([toA("6")]));
    expect((await rest.get(`${TXS}/${body.tx_response.txhash}`)).tx_response.code).toBe(0);
  });

  it("answers a wrong sequence with sdk 32", async () => {
    const { status, body } = await rest.post(TXS, {
      txBytes: await signed([toA("1")], 999),
      mode: "BROADCAST_MODE_SYNC",
    });
    expect(status).toBe(200);
    expect(body.tx_response).toEqual({
      ...accepted(HASH),
      code: 32,
      codespace: "sdk",
      raw_log: `account sequence mismatch, expected ${sequenceOfB}, got 999: incorrect account sequence`,
    });
  });

  it("answers nonsense with sdk 2", async () => {
    const { status, body } = await rest.post(TXS, { txBytes: "////", mode: "BROADCAST_MODE_SYNC" });
    expect([status, body.tx_response.code, body.tx_response.codespace]).toEqual([200, 2, "sdk"]);
    expect(body.tx_response.raw_log).toMatch(/: tx parse error$/);
  });

  it.each([
    [
      { txBytes: "AAAA", mode: "BROADCAST_MODE_BLOCK" },
      500,
      error(2, "unsupported return type ; supported types: sync, async"),
    ],
    [{ txBytes: "AAAA" }, 500, error(2, "unsupported return type ; supported types: sync, async")],
    [{ mode: "BROADCAST_MODE_SYNC" }, 400, error(3, "invalid empty tx")],
    [{ txBytes: "", mode: "BROADCAST_MODE_SYNC" }, 400, error(3, "invalid empty tx")],
    [{ tx: "AAAA" }, 400, error(3, 'unknown field "tx" in cosmos.tx.v1beta1.BroadcastTxRequest')],
    [{ txBytes: "A", mode: 2 }, 400, error(3, expect.any(String))],
    [{ txBytes: 7, mode: 2 }, 400, error(3, expect.any(String))],
    [{ mode: "SOMEHOW" }, 400, error(3, expect.any(String))],
    ["{", 400, error(3, expect.any(String))],
    ["[]", 400, error(3, expect.any(String))],
    ["a".repeat(9_000_000), 400, error(3, "http: request body too large")],
  ])("refuses malformed requests", async (body, status, expected) => {
    const answered = await rest.post(TXS, body);
    expect([answered.status, answered.body]).toEqual([status, expected]);
  });
});

describe("simulation", () => {
  const SIMULATE = "/cosmos/tx/v1beta1/simulate";

  it("of a transfer tells its gas, its events and its answer", async () => {
    const { status, body } = await rest.post(SIMULATE, { txBytes: await signed([toA("1")], sequenceOfB) });
    expect(status).toBe(200);
    expect(body.gas_info).toEqual({ gas_wanted: "18446744073709551615", gas_used: expect.stringMatching(/^\d+$/) });
    expect(body.result.log).toBe("");
    expect(body.result.msg_responses).toEqual([{ "@type": "/cosmos.bank.v1beta1.MsgSendResponse" }]);
    expect(body.result.events.length).toBeGreaterThan(7);
    const { msgResponses } = decode(
      cosmosBaseAbci.TxMsgDataSchema,
      new Uint8Array(Buffer.from(body.result.data, "base64")),
    );
    expect(msgResponses).toHaveLength(1);
  });

  it("suffices for the client's own: gas used, and a quarter more", async () => {
    const message = { from_address: a.address, to_address: b.address, amount: [{ denom: "uscrt", amount: "1" }] };
    const { gas_info } = await a.tx.bank.send.simulate(message);
    const gasLimit = Math.ceil(Number(gas_info?.gas_used) * 1.25);
    const tx = await a.tx.bank.send(message, { gasLimit, ...FAST });
    expect([tx.code, tx.gasWanted]).toEqual([0, gasLimit]);
  });

  it("of a contract call fails for good", async () => {
    const message = new MsgExecuteContract({
      sender: b.address,
      contract_address: counter.address,
      code_hash: counter.codeHash,
      msg: { increment: {} },
      sent_funds: [],
    });
    const raw = decode(
      cosmosTx.TxRawSchema,
      new Uint8Array(Buffer.from(await signed([message], sequenceOfB), "base64")),
    );
    const unsigned = { ...raw, signatures: [new Uint8Array(64)] };
    const { status, body } = await rest.post(SIMULATE, {
      txBytes: toBase64(encode(cosmosTx.TxRawSchema, unsigned)),
    });
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(
      /^rpc error: code = Unknown desc = failed to execute message; message index: 0: .*: execute contract failed with gas used: '\d+': unknown request$/,
    );
  });

  it("of nonsense and of nothing fails", async () => {
    const nonsense = await rest.post(SIMULATE, { txBytes: "////" });
    expect([nonsense.status, nonsense.body.code]).toEqual([500, 2]);
    expect(nonsense.body.message).toMatch(/tx parse error with gas used: '0': unknown request$/);
    const nothing = await rest.post(SIMULATE, {});
    expect(nothing.body).toEqual(
      error(3, "rpc error: code = InvalidArgument desc = empty txBytes is not allowed: invalid request"),
    );
  });
});

describe("everything else", () => {
  it.each(["/nope", "/", "/cosmos/gov/v1/proposals", `${TXS}/a/b`])("%s is not implemented", async (path) => {
    expect(await rest.fail(path)).toEqual([501, error(12, "Not Implemented")]);
  });

  it("is open to every origin", async () => {
    const preflight = await rest.request(TXS, {
      method: "OPTIONS",
      headers: { origin: "http://x", "access-control-request-method": "POST", "access-control-request-headers": "x-y" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("x-y");
    const plain = await rest.request("/cosmos/base/tendermint/v1beta1/syncing");
    expect(plain.headers.get("access-control-allow-origin")).toBe("*");
    expect(plain.headers.get("content-type")).toBe("application/json");
  });
});
