/**
 * Everything of this room that reads untrusted bytes, for its property test and for the long fuzz run: bare parsers, and
 * a chain of its own for each way in. A chain may answer what it likes; it must not throw, and its next block must work.
 */
import { createApplication, parseAddress } from "@enclavenet/chain";
import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { secretCompute as c, cosmosBank, cosmosTx, create, encode, rpcs } from "@enclavenet/proto";
import fc from "fast-check";
import {
  type Decoder,
  DecoderDefect,
  sameMeaning,
  textDecoder,
  textOf,
  textSeeds,
} from "../../../../tests/support/decoder.ts";
import { parseReplyData } from "../../src/modules/compute/reply-data.ts";
import { areValidCoins, coinsFromText, formatCoins } from "../../src/support/coins.ts";
import { parseGasPrices } from "../../src/support/decimal.ts";
import { CHAIN_ID, message, resigned, testAccount } from "./accounts.ts";
import { a, b, bankSend, FIRST, first, network, run, sub, wasmExecute } from "./dispatch.ts";
import { executed } from "./fake-enclave.ts";
import { appState, balanceOf, START_NS, TestNetwork, VALIDATOR } from "./network.ts";
import { memoryStore } from "./store.ts";

const PLAIN = ["undefined 1"];
const coin = { denom: "uscrt", amount: "5" };

/** Made when it is first used, and then kept: its state grows with the inputs. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A block with the transactions, and one without: every result is there. */
function mustLive(chain: TestNetwork, txs: readonly Uint8Array[]): void {
  const { txResults } = chain.block(txs);
  if (txResults.length !== txs.length) throw new DecoderDefect("a transaction has no result");
  for (const { code, codespace, gasUsed } of txResults) {
    if (code !== 0 && codespace === "") throw new DecoderDefect(`code ${code} without a codespace`);
    if (gasUsed < 0n) throw new DecoderDefect("negative gas");
  }
  chain.block();
}

/** The signed transaction of account `a` around any body. */
function aroundBody(chain: TestNetwork, bodyBytes: Uint8Array): Uint8Array {
  const { accountNumber, sequence } = chain.account(a.text);
  return resigned(a, { bodyBytes, accountNumber, sequence });
}

const messages = [
  message(cosmosBank.MsgSendSchema, { fromAddress: a.text, toAddress: b.text, amount: [coin] }),
  message(cosmosBank.MsgMultiSendSchema, {
    inputs: [{ address: a.text, coins: [coin] }],
    outputs: [{ address: b.text, coins: [coin] }],
  }),
  message(c.MsgStoreCodeSchema, {
    sender: a.address,
    wasmByteCode: Uint8Array.of(0x1f, 0x8b, 8, 0),
    source: "https://x.y/z",
  }),
  message(c.MsgInstantiateContractSchema, { sender: a.address, codeId: 1n, label: "x", initMsg: Uint8Array.of(1) }),
  message(c.MsgExecuteContractSchema, { sender: a.address, contract: FIRST, msg: Uint8Array.of(2), sentFunds: [coin] }),
  message(c.MsgMigrateContractSchema, { sender: a.text, contract: first, codeId: 1n, msg: Uint8Array.of(3) }),
  message(c.MsgSetContractGovernanceSchema, { sender: a.text, contractAddress: first }),
  message(c.MsgContractGovernanceProposalSchema, {
    authority: a.text,
    contracts: [{ address: first, newCodeId: 1n }],
    adminUpdates: [{ address: first, newAdmin: "" }],
  }),
];

const bodies = messages.map((one) =>
  encode(cosmosTx.TxBodySchema, create(cosmosTx.TxBodySchema, { messages: [one], memo: "m", timeoutHeight: 99_999n })),
);

const parsers: readonly Decoder[] = [
  textDecoder("chain: address", [a.text, first], PLAIN, (text) => void parseAddress(text)),
  textDecoder("chain: gas prices", ["0.0125uscrt,1uatom", ""], PLAIN, (text) => void parseGasPrices(text)),
  textDecoder("chain: coins", ["5 uscrt", "-7 uatom"], PLAIN, (text) => {
    const [amount = "", denom = ""] = text.split(" ", 2);
    const coins = coinsFromText([{ denom, amount }]);
    areValidCoins(coins);
    formatCoins(coins);
  }),
];

const txChain = lazily(network);
const bodyChain = lazily(network);
const valueChain = lazily(network);
const emitChain = lazily(network);
const askChain = lazily(network);
const queryChain = lazily(() => {
  const chain = network();
  chain.block();
  return chain;
});

const transactions: readonly Decoder[] = [
  {
    name: "chain: transaction in CheckTx, simulation and a block",
    seeds: fc.constantFrom(...bodies).map((bodyBytes) => resigned(a, { bodyBytes, accountNumber: 0n, sequence: 1n })),
    refusals: [],
    attempt(tx) {
      const chain = txChain();
      chain.app.checkTx({ tx, recheck: false });
      chain.rawQuery("/app/simulate", tx);
      mustLive(chain, [tx]);
    },
  },
  {
    name: "chain: signed body of a transaction",
    seeds: fc.constantFrom(...bodies),
    refusals: [],
    attempt(body) {
      const chain = bodyChain();
      mustLive(chain, [aroundBody(chain, body)]);
    },
  },
  {
    name: "chain: signed message",
    seeds: fc
      .tuple(fc.nat(messages.length - 1), fc.constant(0))
      .map(([i]) => Uint8Array.of(i, ...(messages[i]?.value ?? []))),
    refusals: [],
    attempt([which = 0, ...value]) {
      const chain = valueChain();
      const { typeUrl } = messages[which % messages.length] as (typeof messages)[number];
      const body = create(cosmosTx.TxBodySchema, { messages: [{ typeUrl, value: Uint8Array.from(value) }] });
      mustLive(chain, [aroundBody(chain, encode(cosmosTx.TxBodySchema, body))]);
    },
  },
];

/** Messages that contracts emit, one of every variant, and what only looks like one. */
const EMITTED = [
  bankSend(1),
  { bank: { send: { from_address: first, to_address: b.text, amount: [coin] } } },
  { bank: { burn: { amount: [coin] } } },
  wasmExecute(first),
  {
    wasm: {
      instantiate: { code_id: 1, label: "l", msg: "AQ==", send: [coin], callback_sig: [1], callback_code_hash: "ab" },
    },
  },
  { wasm: { migrate: { contract_addr: first, code_id: 1, msg: "AQ==", callback_sig: [1] } } },
  { wasm: { update_admin: { contract_addr: first, admin: b.text, callback_sig: [] } } },
  { staking: { delegate: { validator: "x", amount: coin } } },
  { gov: { vote: { proposal_id: 1, vote: "yes" } } },
  { custom: {} },
  { finalize_tx: {} },
  ...messages.map(({ typeUrl, value }) => ({
    stargate: { type_url: typeUrl, value: Buffer.from(value).toString("base64") },
  })),
];

const QUERIES = [
  { bank: { balance: { address: a.text, denom: "uscrt" } } },
  { bank: { all_balances: { address: a.text } } },
  { wasm: { smart: { contract_addr: first, msg: "AQ==", callback_code_hash: "" } } },
  { wasm: { raw: { contract_addr: first, key: "AQ==", callback_code_hash: "" } } },
  { wasm: { contract_info: { contract_addr: first } } },
  { staking: { bonded_denom: {} } },
  { custom: {} },
  ...[
    "/cosmos.bank.v1beta1.Query/Balance",
    "/secret.compute.v1beta1.Query/ContractInfo",
    "/cosmos.auth.v1beta1.Query/Account",
  ].map((path) => ({ stargate: { path, data: "CgFh" } })),
];

const json = (values: readonly object[]) => textSeeds(...values.map((value) => JSON.stringify(value)));

const contracts: readonly Decoder[] = [
  ...([0, 1] as const).map(
    (apiVersion): Decoder => ({
      name: `chain: message that a contract emits, ABI ${apiVersion}`,
      seeds: json(EMITTED),
      refusals: [],
      attempt(bytes) {
        const chain = emitChain();
        const before = balanceOf(chain, first);
        run(chain, () => executed({ apiVersion, messages: [sub({}, { message: textOf(bytes) })] }));
        if (balanceOf(chain, first) > before) throw new DecoderDefect("a contract made coins");
        mustLive(chain, []);
      },
    }),
  ),
  {
    name: "chain: query that a contract asks",
    seeds: json(QUERIES),
    refusals: [],
    attempt(request) {
      const chain = askChain();
      run(chain, (_call, handlers) => {
        const { response } = handlers.queryChain({ request, depth: 2, gasLimit: 10n ** 9n, usedHints: [] });
        sameMeaning("answer", typeof JSON.parse(bytesToUtf8(response)), "object");
        return executed();
      });
      mustLive(chain, []);
    },
  },
];

const ENVELOPE = [
  '{"internal_reply_enclave_sig":"AQI=","internal_msg_id":"Aw==","data":"BA=="}',
  '{"internal_reply_enclave_sig":"","internal_msg_id":""}',
];

const envelope: Decoder = {
  name: "chain: data of a reply",
  seeds: textSeeds(...ENVELOPE),
  refusals: PLAIN,
  attempt: (bytes) => void parseReplyData(bytes),
};

const paths = [...rpcs.keys(), "/store/bank/key", "/store/acc/key", "/app/simulate", "/app/version"];

const queries: readonly Decoder[] = [
  {
    name: "chain: query by path",
    seeds: fc
      .tuple(fc.nat(paths.length - 1), fc.constantFrom(a.text, "1", ""))
      .map(([i, text]) => Uint8Array.of(i, 0x0a, text.length, ...utf8ToBytes(text))),
    refusals: [],
    attempt([which = 0, ...data]) {
      queryChain().app.query({
        path: paths[which % paths.length] as string,
        data: Uint8Array.from(data),
        height: BigInt((data[0] ?? 0) % 4),
        prove: data.length % 2 === 1,
      });
    },
  },
  {
    name: "chain: path of a query",
    seeds: textSeeds(...paths),
    refusals: [],
    attempt: (bytes) => void queryChain().rawQuery(textOf(bytes), Uint8Array.of(1)),
  },
];

const genesisBytes = utf8ToBytes(JSON.stringify(appState([testAccount(1), testAccount(2)])));

const genesis: Decoder = {
  name: "chain: app_state of a genesis document",
  seeds: fc.constant(genesisBytes),
  refusals: ["CHAIN_GENESIS"],
  attempt(bytes) {
    const chain = new TestNetwork();
    const app = createApplication({ ...chain.options, store: memoryStore() });
    app.initChain({
      timeNs: START_NS,
      chainId: CHAIN_ID,
      consensusParams: { blockMaxBytes: 22_020_096n, blockMaxGas: -1n },
      validators: [VALIDATOR],
      appState: bytes,
      initialHeight: 1n,
      genesisHash: new Uint8Array(32),
    });
  },
};

export const decoders: readonly Decoder[] = [...parsers, ...transactions, ...contracts, envelope, ...queries, genesis];
