/**
 * Transactions and blocks as REST of the real command shows them: JSON, events, search (spec 04 §1.4, §2.4, §2.6, §2.8, §6.2).
 * @module
 */
import { fromHex, toBase64 } from "@enclavenet/common";
import { cosmosBaseAbci, decode, secretCompute } from "@enclavenet/proto";
import { type Msg, MsgSend, type TxResponse } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  clientOf,
  type Deployed,
  deploy,
  execute,
  FAST,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";
import { RestClient } from "../support/rest.ts";

const TXS = "/cosmos/tx/v1beta1/txs";
const BLOCKS = "/cosmos/base/tendermint/v1beta1/blocks";
const FEE_COLLECTOR = "secret17xpfvakm2amg962yls6f84z3kell8c5ljuhfkp";
/** Account number of b in every local network. */
const NUMBER_OF_B = 2;

let net: Localnet;
let rest: RestClient;
let a: ReturnType<typeof clientOf>;
let b: ReturnType<typeof clientOf>;
let counter: Deployed;
let executed: TxResponse;
let sequenceOfB = 0;

beforeAll(async () => {
  net = await startLocalnet();
  rest = new RestClient(net.ready.rest);
  a = clientOf(net.ready, MNEMONICS.a);
  b = clientOf(net.ready, MNEMONICS.b);
  counter = await deploy(a, "counter", { count: 7 });
  executed = await execute(a, counter, { echo: { text: "hello" } });
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

describe("a transaction", () => {
  const shown = async () => rest.get(`${TXS}/${executed.transactionHash}?`);

  it("is shown in full, twice", async () => {
    const { tx, tx_response } = await shown();
    expect(tx_response.tx).toEqual({ "@type": "/cosmos.tx.v1beta1.Tx", ...tx });
    expect(tx).toEqual({
      body: {
        messages: [
          {
            "@type": "/secret.compute.v1beta1.MsgExecuteContract",
            sender: a.address,
            contract: counter.address,
            msg: expect.stringMatching(/^[\w+/]+=*$/),
            callback_code_hash: "",
            sent_funds: [],
            callback_sig: null,
          },
        ],
        memo: "",
        timeout_height: "0",
        extension_options: [],
        non_critical_extension_options: [],
      },
      auth_info: {
        signer_infos: [
          {
            public_key: {
              "@type": "/cosmos.crypto.secp256k1.PubKey",
              key: toBase64(fromHex("034ee8249f67e136139c3ed94ad63288f6c1de45ce66fa883247211a698f440cdf")),
            },
            mode_info: { single: { mode: "SIGN_MODE_DIRECT" } },
            sequence: "2",
          },
        ],
        fee: { amount: [{ denom: "uscrt", amount: "30000" }], gas_limit: "300000", payer: "", granter: "" },
        tip: null,
      },
      signatures: [expect.stringMatching(/^[\w+/]{86}==$/)],
    });
  });

  it("has a response with these fields", async () => {
    const { tx_response } = await shown();
    const { tx: _tx, events: _events, ...rest_ } = tx_response;
    expect(rest_).toEqual({
      height: String(executed.height),
      txhash: executed.transactionHash,
      codespace: "",
      code: 0,
      data: expect.stringMatching(/^[0-9A-F]+$/),
      raw_log: "",
      logs: [],
      info: "",
      gas_wanted: "300000",
      gas_used: expect.stringMatching(/^[1-9]\d*$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    const { header } = (await rest.get(`${BLOCKS}/${executed.height}`)).block;
    expect(tx_response.timestamp).toBe(`${header.time.slice(0, 19)}Z`);
  });

  it("has data that are the messages' responses", async () => {
    const { data } = (await shown()).tx_response;
    const { msgResponses, data: unused } = decode(cosmosBaseAbci.TxMsgDataSchema, fromHex(data));
    expect(unused).toEqual([]);
    expect(msgResponses.map(({ typeUrl }) => typeUrl)).toEqual(["/secret.compute.v1beta1.MsgExecuteContractResponse"]);
    const { data: encrypted } = decode(secretCompute.MsgExecuteContractResponseSchema, msgResponses[0]!.value);
    expect(encrypted.length).toBeGreaterThan(16);
  });

  it("has its events in this order, with msg_index last", async () => {
    const { tx, tx_response } = await shown();
    const event = (type: string, ...attributes: (readonly [string, unknown])[]) => ({
      type,
      attributes: attributes.map(([key, value]) => ({ key, value, index: true })),
    });
    const index = ["msg_index", "0"] as const;
    const contract = ["contract_address", counter.address] as const;
    expect(tx_response.events).toEqual([
      event("coin_spent", ["spender", a.address], ["amount", "30000uscrt"]),
      event("coin_received", ["receiver", FEE_COLLECTOR], ["amount", "30000uscrt"]),
      event("transfer", ["recipient", FEE_COLLECTOR], ["sender", a.address], ["amount", "30000uscrt"]),
      event("message", ["sender", a.address]),
      event("tx", ["fee", "30000uscrt"], ["fee_payer", a.address]),
      event("tx", ["acc_seq", `${a.address}/2`]),
      event("tx", ["signature", tx.signatures[0]]),
      event("message", ["action", "/secret.compute.v1beta1.MsgExecuteContract"], ["sender", a.address], index),
      event("message", ["module", "compute"], ["sender", a.address], contract, index),
      event("execute", contract, index),
      {
        type: "wasm",
        attributes: [
          { key: contract[0], value: contract[1], index: true },
          // Attributes are encrypted for the sender.
          {
            key: expect.stringMatching(/^[\w+/]{20,}=*$/),
            value: expect.stringMatching(/^[\w+/]{20,}=*$/),
            index: true,
          },
          { key: index[0], value: index[1], index: true },
        ],
      },
    ]);
  });

  it("numbers the events of each of its messages", async () => {
    const tx = await commit(await signed([toA("1"), toA("2")]));
    expect(tx.code).toBe(0);
    const { events } = (await rest.get(`${TXS}/${tx.transactionHash}`)).tx_response;
    type Attributes = { attributes: { key: string; value: string }[] };
    const indexes = events.map(({ attributes }: Attributes) => attributes.at(-1)).slice(7);
    expect(indexes.map((last: { key: string; value: string }) => `${last.key} ${last.value}`)).toEqual(
      ["0", "1"].flatMap((i) => Array.from({ length: 5 }, () => `msg_index ${i}`)),
    );
  });

  it("that failed keeps the events of its fee, and nothing else", async () => {
    const failed = await execute(a, counter, { fail: { text: "no" } });
    const { events, raw_log, data, code, codespace } = (await rest.get(`${TXS}/${failed.transactionHash}`)).tx_response;
    expect([code, codespace, data]).toEqual([3, "compute", ""]);
    expect(raw_log).toMatch(
      /^failed to execute message; message index: 0: encrypted: [\w+/=]+: execute contract failed$/,
    );
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      "coin_spent",
      "coin_received",
      "transfer",
      "message",
      "tx",
      "tx",
      "tx",
    ]);
  });

  it.each(["AB".repeat(32), "ab".repeat(32)])("that does not exist is not found: %s", async (hash) => {
    expect(await rest.fail(`${TXS}/${hash}?`)).toEqual([404, error(5, `tx not found: ${hash}`)]);
  });
});

describe("search", () => {
  const hashes = (body: { tx_responses: { txhash: string }[] }) => body.tx_responses.map(({ txhash }) => txhash);
  const search = (parameters: string) => rest.get(`${TXS}?${parameters}`);
  const text = (condition: string) => encodeURIComponent(condition);

  it("finds by events, in query and in events, within one event only", async () => {
    const [contract, action] = [
      `execute.contract_address='${counter.address}'`,
      "message.action='/secret.compute.v1beta1.MsgExecuteContract'",
    ];
    for (const parameters of [`query=${text(contract)}`, `events=${text(contract)}`]) {
      expect(hashes(await search(parameters))).toEqual([executed.transactionHash]);
    }
    const both = [`message.sender='${a.address}'`, action];
    const ofA = await search(`query=${text(both.join(" AND "))}`);
    expect(hashes(ofA)).toContain(executed.transactionHash);
    expect(hashes(await search(both.map((one) => `events=${text(one)}`).join("&")))).toEqual(hashes(ofA));
    expect(hashes(await search(`query=${text(`${contract} AND ${action}`)}`))).toEqual([]);
  });

  it("answers pages in either order", async () => {
    const condition = `query=${text("tx.height>0")}`;
    const all = await search(condition);
    const [first, second] = hashes(all) as [string, string];
    expect(all).toMatchObject({ pagination: null, total: String(all.txs.length) });
    expect(all.txs).toEqual(
      all.tx_responses.map(({ tx: { "@type": _type, ...tx } }: { tx: object & { "@type": string } }) => tx),
    );
    const client = `events=${text("tx.height>0")}&${condition}&pagination.limit=1&limit=1`;
    expect(hashes(await search(`${client}&page=1`))).toEqual([first]);
    expect(hashes(await search(`${client}&page=2`))).toEqual([second]);
    expect((await search(`${client}&page=2`)).total).toBe(all.total);
    expect(hashes(await search(`${condition}&order_by=ORDER_BY_DESC`))).toEqual([...hashes(all)].reverse());
  });

  it("finds by hash and by height", async () => {
    const { transactionHash, height } = executed;
    expect(hashes(await search(`query=${text(`tx.hash='${transactionHash.toLowerCase()}'`)}`))).toEqual([
      transactionHash,
    ]);
    expect(hashes(await search(`query=${text(`tx.height=${height}`)}`))).toEqual([transactionHash]);
    const block = await rest.get(`${TXS}/block/${height}`);
    expect(block.txs).toEqual([(await rest.get(`${TXS}/${transactionHash}`)).tx]);
  });

  it.each([
    ["", "query cannot be empty"],
    [`query=${encodeURIComponent("tx.height ~ 1")}`, /^failed to search for txs: /],
    [`query=${encodeURIComponent("tx.height>0")}&page=999`, /page should be within \[1, 1\] range, given 999$/],
  ])("does not understand %s", async (parameters, message) => {
    const [status, body] = await rest.fail(`${TXS}?${parameters}`);
    expect([status, body.code]).toEqual([500, 13]);
    expect(body.message).toMatch(message);
  });
});

describe("blocks", () => {
  it("have nanoseconds that migrations can read", async () => {
    const latest = await rest.get(`${BLOCKS}/latest`);
    const height = Number(latest.block.header.height);
    for (let h = 1; h <= height; h++) {
      const { block, sdk_block, block_id } = await rest.get(`${BLOCKS}/${h}`);
      expect(block.header.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(block.header.time).not.toMatch(/000Z$/);
      expect(sdk_block.header.time).toBe(block.header.time);
      expect(block.header).toMatchObject({ chain_id: "secretdev-1", height: String(h), version: { block: "11" } });
      expect(sdk_block.header.proposer_address).toMatch(/^secretvalcons1/);
      expect(Object.keys(block_id)).toEqual(["hash", "part_set_header"]);
    }
  });

  it("are found behind any number of slashes", async () => {
    expect((await rest.get(`/////${BLOCKS}/latest`)).block.header.chain_id).toBe("secretdev-1");
    expect((await rest.get(`${BLOCKS}/1/?`)).block.header.height).toBe("1");
  });

  it("end with the chain", async () => {
    expect(await rest.fail(`${BLOCKS}/999999`)).toEqual([
      400,
      error(
        3,
        "rpc error: code = InvalidArgument desc = requested block height is bigger then the chain length: invalid request",
      ),
    ]);
  });
});
