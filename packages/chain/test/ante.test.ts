/**
 * Ante handler: every refusal with its code beside the honest control, their order, fees and sequences. Spec 04 §6.1.
 * @module
 */

import { execFileSync } from "node:child_process";
import { fromBase64, fromHex, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import { cosmosBank, cosmosTx, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, signedTx, type TxOptions, testAccount } from "./support/accounts.ts";
import { balanceOf, FUNDS, TestNetwork } from "./support/network.ts";

/** Account `a` of LocalSecret (spec 04 §3.3). */
const MNEMONIC =
  "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar";
const SECRETJS_ACCOUNT = {
  text: "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03",
  publicKey: fromHex("034ee8249f67e136139c3ed94ad63288f6c1de45ce66fa883247211a698f440cdf"),
};

/** The unmodified client, in a process of its own: it does not load under the test runner's export conditions. */
function signWithSecretjs(document: object): Uint8Array {
  const script = `
    const { AminoWallet } = require("secretjs/dist/wallet_amino.js");
    const [mnemonic, signDoc] = process.argv.slice(1);
    const wallet = new AminoWallet(mnemonic);
    wallet.signAmino(wallet.address, JSON.parse(signDoc)).then((s) => process.stdout.write(s.signature.signature));`;
  const args = ["-e", script, MNEMONIC, JSON.stringify(document)];
  return fromBase64(execFileSync(process.execPath, args, { env: {} }).toString());
}

const [a, b] = [testAccount(1), testAccount(2)];
const stranger = testAccount(50);
const send = (from = a, amount = "1") =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: from.text,
    toAddress: b.text,
    amount: [{ denom: "uscrt", amount }],
  });

function ready(options: ConstructorParameters<typeof TestNetwork>[0] = {}): TestNetwork {
  const network = new TestNetwork(options);
  network.block();
  return network;
}

function checked(network: TestNetwork, options: Partial<TxOptions>) {
  return network.app.checkTx({ tx: network.tx(a, [send()], options), recheck: false });
}

describe("refusals", () => {
  it("accepts the honest control", () => {
    expect(checked(ready(), {})).toMatchObject({ code: 0, log: "", gasWanted: 200_000n, events: [] });
  });

  it.each<[string, Partial<TxOptions>, number, string]>([
    ["no messages", { messages: [] }, 18, "must contain at least one message: invalid request"],
    ["extension options", { extensionOptions: [send()] }, 31, "unknown extension options"],
    [
      "gas beyond 2^63-1",
      { gas: 1n << 63n, fee: [] },
      18,
      "invalid gas supplied; 9223372036854775808 > 9223372036854775807",
    ],
    ["no signatures", { signatures: [] }, 15, "no signatures supplied"],
    [
      "two signatures of one signer",
      { signatures: [new Uint8Array(64), new Uint8Array(64)] },
      4,
      "wrong number of signers; expected 1, got 2",
    ],
    ["a passed timeout height", { timeoutHeight: 1n }, 0, ""],
    [
      "a long memo",
      { memo: "é".repeat(129) },
      12,
      "maximum number of characters is 256 but received 258 characters: memo too large",
    ],
    ["no gas", { gas: 0n, fee: [] }, 11, "out of gas in location: ReadFlat; gasWanted: 0, gasUsed: 100: out of gas"],
    ["too little gas", { gas: 1_000n }, 11, "out of gas in location: txSize"],
    [
      "a fee that the account does not have",
      { fee: [{ denom: "uscrt", amount: `${FUNDS * 2n}` }] },
      5,
      "spendable balance 1000000000uscrt is smaller than 2000000000uscrt: insufficient funds: insufficient funds",
    ],
    [
      "a fee in unsorted coins",
      {
        fee: [
          { denom: "uscrt", amount: "1" },
          { denom: "uatom", amount: "1" },
        ],
      },
      13,
      "invalid fee amount: 1uscrt,1uatom",
    ],
    [
      "a foreign key",
      { publicKey: b.publicKey },
      8,
      `pubKey does not match signer address ${a.text} with signer index: 0: invalid pubkey`,
    ],
    ["a missing key", { omitPublicKey: true }, 8, ""],
    [
      "a future sequence",
      { sequence: 5n },
      32,
      "account sequence mismatch, expected 0, got 5: incorrect account sequence",
    ],
    [
      "a foreign chain id",
      { chainId: "other" },
      4,
      "signature verification failed; please verify account number (0) and chain-id (secretdev-1): (unable to verify single signer signature ",
    ],
    ["a foreign account number", { accountNumber: 9n }, 4, "unauthorized"],
    ["a granter", { granter: b.text }, 18, "fee grants are not enabled"],
  ])("%s", (_name, options, code, log) => {
    const result = checked(ready(), options);
    expect(result.code).toBe(code);
    expect(result.log).toContain(log);
    expect(result.events).toEqual([]);
    expect(result.codespace).toBe(code === 0 ? "" : "sdk");
  });

  it("prints signature and sign bytes in direct mode, and the sequence in amino mode", () => {
    const direct = checked(ready(), { signature: new Uint8Array(64).fill(1) });
    expect(direct.log).toMatch(
      /^signature verification failed; please verify account number \(0\) and chain-id \(secretdev-1\): \(unable to verify single signer signature (01){64} for signBytes [0-9a-f]+\): unauthorized$/,
    );
    const amino = checked(ready(), { mode: "amino", chainId: "other" });
    expect(amino.log).toContain("account number (0), sequence (0) and chain-id (secretdev-1): (");
  });

  it("refuses a transaction after its timeout height and accepts it at that height", () => {
    const network = ready();
    network.block();
    expect(checked(network, { timeoutHeight: 1n })).toMatchObject({
      code: 30,
      log: "block height: 2, timeout height: 1: tx timeout height",
    });
    expect(checked(network, { timeoutHeight: 2n, sequence: 0n }).code).toBe(0);
  });

  it("refuses accounts that do not exist", () => {
    const network = ready();
    const tx = signedTx({ messages: [send(stranger)], signer: stranger, accountNumber: 0n, sequence: 0n });
    expect(network.app.checkTx({ tx, recheck: false })).toMatchObject({
      code: 9,
      log: `fee payer address: ${stranger.text} does not exist: unknown address`,
    });
  });

  it("demands the node's minimum price in CheckTx, not in blocks", () => {
    const network = ready({ app: { minGasPrices: "0.0125uscrt" } });
    const cheap = { fee: [{ denom: "uscrt", amount: "2499" }], sequence: 0n };
    expect(checked(network, cheap)).toMatchObject({
      code: 13,
      log: "insufficient fees; got: 2499uscrt required: 2500uscrt: insufficient fee",
    });
    expect(checked(network, { fee: [{ denom: "uscrt", amount: "2500" }], sequence: 0n }).code).toBe(0);
    expect(network.deliver(a, [send()], cheap).code).toBe(0);
  });

  it("refuses a transaction that wants more gas than a block has", () => {
    const network = ready({ blockMaxGas: 100_000n });
    expect(checked(network, { gas: 100_001n })).toMatchObject({
      code: 41,
      log: "tx gas limit 100001 exceeds block max gas 100000: invalid gas limit",
    });
    expect(checked(network, { gas: 100_000n, sequence: 0n }).code).toBe(0);
  });

  it("checks the memo before the sequence, and the sequence before the signature", () => {
    const network = ready();
    expect(checked(network, { memo: "x".repeat(257), sequence: 9n }).code).toBe(12);
    expect(checked(network, { sequence: 9n, chainId: "other" }).code).toBe(32);
  });
});

describe("decoding", () => {
  const network = ready();
  const honest = network.tx(a, [send()], { sequence: 0n });
  const check = (tx: Uint8Array) => network.app.checkTx({ tx, recheck: false });

  it.each([
    ["empty bytes", new Uint8Array(0)],
    ["random bytes", new Uint8Array(100).fill(0xff)],
    ["an unknown field in TxRaw", Uint8Array.of(...honest, 0x22, 0)],
    ["fields out of order", Uint8Array.of(0x12, 0, 0x0a, 0)],
    ["a length that is not minimal", Uint8Array.of(0x0a, 0x80, 0x00)],
  ])("refuses %s with sdk 2", (_name, tx) => {
    const result = check(tx);
    if (tx.length === 0) expect(result).toMatchObject({ code: 18, codespace: "sdk" });
    else expect(result).toMatchObject({ code: 2, codespace: "sdk" });
  });

  it("refuses unknown fields in AuthInfo and critical ones in TxBody, and passes non-critical ones", () => {
    const raw = decode(cosmosTx.TxRawSchema, honest);
    const again = (change: Partial<cosmosTx.TxRaw>) =>
      check(encode(cosmosTx.TxRawSchema, create(cosmosTx.TxRawSchema, { ...raw, ...change })));
    expect(again({ authInfoBytes: Uint8Array.of(...raw.authInfoBytes, 0x7a, 0) }).code).toBe(2);
    expect(again({ bodyBytes: Uint8Array.of(...raw.bodyBytes, 0x7a, 0) }).code).toBe(2);
    // Field 1031 has the non-critical bit; the signature no longer fits, which is a later check.
    expect(again({ bodyBytes: Uint8Array.of(...raw.bodyBytes, 0xba, 0x40, 0) }).code).toBe(4);
  });

  it("refuses an unknown message type and a known one without a handler", () => {
    const unknown = { ...send(), typeUrl: "/foo.Bar" };
    expect(check(network.tx(a, [unknown], { sequence: 0n }))).toMatchObject({ code: 2 });
    const response = message(cosmosBank.MsgSendResponseSchema, {});
    expect(check(network.tx(a, [response], { sequence: 0n }))).toMatchObject({
      code: 6,
      log: "no message handler found for *types.MsgSendResponse: unknown request",
    });
  });
});

describe("sign modes", () => {
  it("accepts legacy amino", () => {
    expect(new TestNetwork().deliver(a, [send()], { mode: "amino" }).log).toBe("");
  });

  it("accepts what secretjs signs as amino, HTML characters included", () => {
    const account = { ...testAccount(1), ...SECRETJS_ACCOUNT };
    const network = new TestNetwork({ accounts: [account, b] });
    const amount = [{ denom: "uscrt", amount: "5" }];
    const fromAddress = account.text;
    const document = {
      chain_id: "secretdev-1",
      account_number: "0",
      sequence: "0",
      fee: { amount: [{ denom: "uscrt", amount: "2500" }], gas: "25000" },
      msgs: [{ type: "cosmos-sdk/MsgSend", value: { from_address: fromAddress, to_address: b.text, amount } }],
      memo: "hello <&>",
    };
    const signature = signWithSecretjs(document);
    const options = { mode: "amino", gas: 25_000n, memo: "hello <&>", signature } as const;
    const messages = [message(cosmosBank.MsgSendSchema, { fromAddress, toAddress: b.text, amount })];
    expect(network.deliver(account, messages, options)).toMatchObject({ code: 0, log: "" });
  });

  it("accepts EIP-191 over the indented document, and only with that hash", () => {
    const json = [
      "{",
      '    "account_number": "0",',
      '    "chain_id": "secretdev-1",',
      '    "fee": {',
      '        "amount": [],',
      '        "gas": "200000"',
      "    },",
      '    "memo": "",',
      '    "msgs": [',
      "        {",
      '            "type": "cosmos-sdk/MsgSend",',
      '            "value": {',
      '                "amount": [',
      "                    {",
      '                        "amount": "1",',
      '                        "denom": "uscrt"',
      "                    }",
      "                ],",
      `                "from_address": "${a.text}",`,
      `                "to_address": "${b.text}"`,
      "            }",
      "        }",
      "    ],",
      '    "sequence": "0"',
      "}",
    ].join("\n");
    const signed = utf8ToBytes(`\x19Ethereum Signed Message:\n${json.length}${json}`);
    const sign = (digest: Uint8Array) => primitives.secp256k1Sign(digest, a.privateKey) as Uint8Array;
    const deliver = (signature: Uint8Array) =>
      new TestNetwork().deliver(a, [send()], { mode: "eip191", fee: [], signature });
    expect(deliver(sign(primitives.keccak256(signed))).log).toBe("");
    expect(deliver(sign(primitives.sha256(signed))).code).toBe(4);
  });

  it("refuses textual mode", () => {
    expect(new TestNetwork().deliver(a, [send()], { mode: "textual" })).toMatchObject({ code: 4 });
  });
});

describe("check state", () => {
  it("queues 120 transactions of one account, and a block executes them all", () => {
    const network = ready();
    const txs = Array.from({ length: 120 }, () => network.tx(a, [send()]));
    for (const tx of txs) expect(network.app.checkTx({ tx, recheck: false }).code).toBe(0);
    const { txResults } = network.block(txs);
    expect(txResults.map(({ code }) => code)).toEqual(txs.map(() => 0));
    expect(network.account(a.text).sequence).toBe(120n);
  });

  it("is reset to the committed state by commit; recheck finds what no longer fits", () => {
    const network = ready();
    const first = network.tx(a, [send()]);
    const second = network.tx(a, [send(a, "2")]);
    for (const tx of [first, second]) expect(network.app.checkTx({ tx, recheck: false }).code).toBe(0);
    network.block([first]);
    expect(network.app.checkTx({ tx: first, recheck: true })).toMatchObject({ code: 32 });
    expect(network.app.checkTx({ tx: second, recheck: true }).code).toBe(0);
  });

  it("does not touch the committed state", () => {
    const network = ready();
    network.app.checkTx({ tx: network.tx(a, [send()]), recheck: false });
    expect(balanceOf(network, a.text)).toBe(FUNDS);
    expect(network.account(a.text).sequence).toBe(0n);
  });

  it("leaves no trace of a refused transaction", () => {
    const network = ready();
    expect(checked(network, { chainId: "other", sequence: 0n }).code).toBe(4);
    expect(checked(network, { sequence: 0n }).code).toBe(0);
  });
});

describe("sequences", () => {
  it("advance also when messages fail, and not when the transaction is refused", () => {
    const network = ready();
    expect(network.deliver(a, [send(a, "0")]).code).toBe(10);
    expect(network.account(a.text).sequence).toBe(1n);
    expect(network.deliver(a, [send()], { chainId: "other" }).code).toBe(4);
    expect(network.account(a.text).sequence).toBe(1n);
  });

  it("store the key with the first transaction; later ones may leave it out", () => {
    const network = ready();
    expect(network.deliver(a, [send()]).code).toBe(0);
    expect(toUpperHex(network.account(a.text).pubKey?.value ?? new Uint8Array(0))).toBe(
      `0A21${toUpperHex(a.publicKey)}`,
    );
    expect(network.deliver(a, [send()], { omitPublicKey: true }).code).toBe(0);
  });
});
