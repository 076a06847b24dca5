/**
 * Unmodified CosmJS drives the real command: queries, signing, gas by simulation, broadcasting, searches, events over the
 * websocket, proven queries (spec 04 §5.2–5.5). Version 0.32 is the last one that verifies proofs itself.
 * @module
 */
import { DirectSecp256k1Wallet, type OfflineSigner } from "@cosmjs/proto-signing";
import {
  BroadcastTxError,
  coins,
  type DeliverTxResponse,
  GasPrice,
  SigningStargateClient,
  StargateClient,
  TimeoutError,
} from "@cosmjs/stargate";
import { firstEvent, toListPromise } from "@cosmjs/stream";
import { Comet38Client, HttpClient, WebsocketClient } from "@cosmjs/tendermint-rpc";
import { fromHex, toHex } from "@enclavenet/common";
import { decodeBech32 } from "@enclavenet/wire";
import { QueryClient as QueryClient032, StargateClient as StargateClient032 } from "cosmjs-stargate-032";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { Wallet } from "secretjs";
import { AminoWallet } from "secretjs/dist/wallet_amino.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";

const NOBODY = "secret1z6sk34np3xhwh8ttcd4plvp9qg63awj82ykepa";
const FEE = { amount: coins(2500, "uscrt"), gas: "25000" };

let net: Localnet;
let http: Comet38Client;
let socket: Comet38Client;
let reader: StargateClient;
let signer: SigningStargateClient;
let sender: string;
/** Of the first transaction. */
let sent: DeliverTxResponse;

beforeAll(async () => {
  net = await startLocalnet();
  const { privateKey } = new Wallet(MNEMONICS.b);
  const wallet = await DirectSecp256k1Wallet.fromKey(privateKey, "secret");
  const options = { gasPrice: GasPrice.fromString("0.1uscrt"), broadcastPollIntervalMs: 50 };
  sender = (await wallet.getAccounts())[0]!.address;
  reader = await StargateClient.connect(net.ready.rpc);
  signer = await SigningStargateClient.connectWithSigner(net.ready.rpc, wallet, options);
  http = Comet38Client.create(new HttpClient(net.ready.rpc));
  socket = Comet38Client.create(new WebsocketClient(net.ready.rpc.replace("http://", "ws://")));
  // This version never sends anything when no request waits at the moment in which it is connected.
  await socket.health();
  sent = await signer.sendTokens(sender, NOBODY, coins(7, "uscrt"), FEE, "one");
});

afterAll(async () => {
  for (const client of [http, socket, reader, signer]) client?.disconnect();
  await net?.stop();
});

describe("StargateClient", () => {
  it("reads chain, accounts and balances", async () => {
    expect(await reader.getChainId()).toBe(net.ready.chain_id);
    expect(await reader.getHeight()).toBeGreaterThanOrEqual(sent.height);
    expect(await reader.getAccount(sender)).toMatchObject({ address: sender, accountNumber: 2n, sequence: 1 });
    expect(await reader.getSequence(sender)).toEqual({ accountNumber: 2n, sequence: 1 });
    expect(await reader.getAccount("secret1tks3rxu2s025wsd68revh3vn4a8u5fnusqwkfe")).toBeNull();
    expect(await reader.getBalance(NOBODY, "uscrt")).toEqual({ denom: "uscrt", amount: "7" });
    expect(await reader.getBalance(NOBODY, "other")).toEqual({ denom: "other", amount: "0" });
    expect(await reader.getAllBalances(NOBODY)).toEqual(coins(7, "uscrt"));
  });

  it("reads blocks and transactions", async () => {
    const block = await reader.getBlock(sent.height);
    expect(block).toMatchObject({
      header: { height: sent.height, chainId: net.ready.chain_id, version: { block: "11", app: "0" } },
      id: expect.stringMatching(/^[0-9A-F]{64}$/),
      txs: [expect.any(Uint8Array)],
    });
    const tx = await reader.getTx(sent.transactionHash);
    expect(tx).toMatchObject({
      height: sent.height,
      code: 0,
      txIndex: 0,
      gasWanted: 25_000n,
      hash: sent.transactionHash,
    });
    expect(tx?.tx).toEqual(block.txs[0]);
    expect(tx?.msgResponses.map(({ typeUrl }) => typeUrl)).toEqual(["/cosmos.bank.v1beta1.MsgSendResponse"]);
    expect(await reader.getTx("00".repeat(32))).toBeNull();
  });

  it("finds transactions by key and value, and by a query", async () => {
    const byPairs = await reader.searchTx([
      { key: "transfer.recipient", value: NOBODY },
      { key: "transfer.amount", value: "7uscrt" },
    ]);
    expect(byPairs.map(({ hash }) => hash)).toEqual([sent.transactionHash]);
    expect(await reader.searchTx(`tx.height=${sent.height} AND transfer.sender='${sender}'`)).toEqual(byPairs);
    expect(await reader.searchTx(`tx.height>${sent.height} AND transfer.amount='7uscrt'`)).toEqual([]);
    // Each is there, but not in one and the same event (spec 04 §5.4).
    expect(await reader.searchTx(`transfer.amount='7uscrt' AND tx.fee='2500uscrt'`)).toEqual([]);
  });
});

describe("SigningStargateClient", () => {
  it("sends with a fee of its own, and tells a failure from a refusal", async () => {
    expect(sent).toMatchObject({ code: 0, gasWanted: 25_000n, txIndex: 0 });
    const poor = await signer.sendTokens(sender, NOBODY, coins("9000000000000000000", "uscrt"), FEE);
    expect(poor).toMatchObject({ code: 5, rawLog: expect.stringMatching(/insufficient funds$/) });
    const cheap = signer.sendTokens(sender, NOBODY, coins(1, "uscrt"), { amount: [], gas: "25000" });
    await expect(cheap).rejects.toBeInstanceOf(BroadcastTxError);
    await expect(cheap).rejects.toMatchObject({ code: 13, codespace: "sdk" });
  });

  it("asks for the gas first, when the fee is to be found out", async () => {
    const message = { fromAddress: sender, toAddress: NOBODY, amount: coins(1, "uscrt") };
    const messages = [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: message }];
    const estimate = await signer.simulate(sender, messages, "estimate");
    const done = await signer.signAndBroadcast(sender, messages, 1.4, "estimate");
    expect(done.code).toBe(0);
    expect(done.gasWanted).toBe(BigInt(Math.round(estimate * 1.4)));
    expect(done.gasUsed).toBeLessThanOrEqual(BigInt(Math.round(estimate * 1.4)));
    expect((await signer.sendTokens(sender, NOBODY, coins(1, "uscrt"), "auto")).code).toBe(0);
    await expect(
      signer.simulate(sender, [{ ...messages[0]!, value: { ...message, toAddress: "x" } }], ""),
    ).rejects.toThrow(/invalid address/);
  });

  it("signs amino JSON as well, and sends over the websocket", async () => {
    // The accounts and signatures of secretjs have the shape that CosmJS asks for.
    const wallet = new AminoWallet(MNEMONICS.c) as unknown as OfflineSigner;
    const ofC = SigningStargateClient.createWithSigner(socket, wallet, { broadcastPollIntervalMs: 50 });
    const { address } = (await wallet.getAccounts())[0]!;
    for (const memo of ["a", "<&> and more"]) {
      expect((await ofC.sendTokens(address, NOBODY, coins(1, "uscrt"), FEE, memo)).code).toBe(0);
    }
  });

  it("gives up waiting after its timeout, with the hash, and finds the transaction later", async () => {
    const message = { fromAddress: sender, toAddress: NOBODY, amount: coins(1, "uscrt") };
    const signed = await signer.sign(sender, [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: message }], FEE, "");
    const failure = await signer.broadcastTx(TxRaw.encode(signed).finish(), 0, 1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TimeoutError);
    const { txId } = failure as TimeoutError;
    await expect.poll(async () => (await reader.getTx(txId))?.code, { timeout: 20_000 }).toBe(0);
  });
});

describe.each(["http", "websocket"] as const)("Comet38Client over %s", (transport) => {
  const comet = () => (transport === "http" ? http : socket);

  it("understands every answer", async () => {
    const { height } = sent;
    const status = await comet().status();
    expect(status.nodeInfo.network).toBe(net.ready.chain_id);
    expect((await comet().abciInfo()).lastBlockHeight).toBeGreaterThanOrEqual(height);
    expect(await comet().health()).toBeNull();
    expect((await comet().genesis()).chainId).toBe(net.ready.chain_id);
    const { block, blockId } = await comet().block(height);
    expect((await comet().blockchain(height, height)).blockMetas[0]!.blockId).toEqual(blockId);
    expect((await comet().commit(height)).commit.blockId).toEqual(blockId);
    expect((await comet().blockResults(height)).results[0]!.code).toBe(0);
    expect((await comet().blockSearch({ query: `block.height=${height}` })).blocks[0]!.block).toEqual(block);
    expect((await comet().validatorsAll(height)).total).toBe(1);
    expect((await comet().numUnconfirmedTxs()).total).toBe(0);
    const tx = await comet().tx({ hash: fromHex(sent.transactionHash), prove: true });
    expect(tx.proof?.proof.total).toBe(1);
    const found = await comet().txSearchAll({ query: `transfer.recipient='${NOBODY}'`, per_page: 1 });
    expect(found.totalCount).toBe(found.txs.length);
    expect(found.txs[0]!.hash).toEqual(tx.hash);
  });
});

describe("subscriptions", () => {
  it("deliver blocks, headers and transactions while they happen", async () => {
    const blocks = toListPromise(socket.subscribeNewBlock(), 2);
    const header = firstEvent(socket.subscribeNewBlockHeader());
    const mine = firstEvent(socket.subscribeTx(`transfer.recipient='${NOBODY}' AND transfer.amount='31uscrt'`));
    const any = firstEvent(socket.subscribeTx());
    // Requests of one connection are answered in order: when this is there, so are the subscriptions.
    await socket.health();
    const { transactionHash, height } = await signer.sendTokens(sender, NOBODY, coins(31, "uscrt"), FEE);
    for (const event of [await mine, await any]) {
      expect([toHex(event.hash).toUpperCase(), event.height, event.result.code]).toEqual([transactionHash, height, 0]);
    }
    const seen = await blocks;
    expect((await header).height).toBe(seen[0]!.header.height);
    expect(seen[1]!.header.height).toBe(seen[0]!.header.height + 1);
    const { block } = await http.block(seen[0]!.header.height);
    expect(seen[0]!.header).toEqual(block.header);
  });

  it("are refused when the query is none", async () => {
    await expect(firstEvent(socket.subscribeTx("x ="))).rejects.toThrow(/failed to parse query/);
  });
});

describe("CosmJS 0.32", () => {
  it("connects, reads and searches as the newer one does", async () => {
    const older = await StargateClient032.connect(net.ready.rpc);
    expect(await older.getChainId()).toBe(net.ready.chain_id);
    expect(await older.getAccount(sender)).toMatchObject({ address: sender, accountNumber: 2 });
    expect(await older.getTx(sent.transactionHash)).toMatchObject({ height: sent.height, code: 0, txIndex: 0 });
    expect((await older.getBlock(sent.height)).txs).toHaveLength(1);
    const found = await older.searchTx(`transfer.amount='7uscrt'`);
    expect(found.map(({ hash }) => hash)).toEqual([sent.transactionHash]);
    older.disconnect();
  });
});

describe("proven queries", () => {
  it("verify in CosmJS 0.32 and agree with the unproven", async () => {
    // 0.32 speaks to nodes of 0.38 with the same client interface.
    const query = new QueryClient032(http as never);
    const key = Uint8Array.of(1, ...decodeBech32(sender).data);
    const height = (await reader.getHeight()) - 1;
    const { value } = await query.queryStoreVerified("acc", key, height);
    const raw = await http.abciQuery({ path: "/store/acc/key", data: key, height });
    expect(value).toEqual(raw.value);
    // Without a height it does not wait for a block that nobody needs.
    expect((await query.queryStoreVerified("acc", key)).value.length).toBeGreaterThan(0);
    const absent = await query.queryStoreVerified("acc", Uint8Array.of(1, ...new Uint8Array(20).fill(9)), height);
    expect(absent.value).toHaveLength(0);
    const proven = await query.queryRawProof("acc", key, height);
    expect(proven.proof.ops.map(({ type }) => type)).toEqual(["ics23:iavl", "ics23:simple"]);
  });
});
