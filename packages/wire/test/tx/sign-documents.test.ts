/** Sign documents against what secretjs signs, and against spec 04 §6.3. */
import { createRequire } from "node:module";
import { bytesToUtf8, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  type AminoDocument,
  type Any,
  type AuthInfo,
  aminoSignBytes,
  decodeTxBody,
  directSignBytes,
  eip191SignBytes,
  encodeTxBody,
  type TxBody,
  TypeUrl,
} from "@enclavenet/wire";
import fc from "fast-check";
import { MsgMultiSend, MsgSend } from "secretjs/dist/tx/bank.js";
import {
  MsgClearAdmin,
  MsgExecuteContract,
  MsgInstantiateContract,
  MsgMigrateContract,
  MsgStoreCode,
  MsgUpdateAdmin,
} from "secretjs/dist/tx/compute.js";
import { MetaMaskWallet } from "secretjs/dist/wallet_metamask.js";
import { describe, expect, it } from "vitest";
import { fee } from "../support/arbitraries.ts";
import { wireError } from "../support/refusal.ts";

// CosmJS as secretjs itself depends on it.
const fromSecretjs = createRequire(createRequire(import.meta.url).resolve("secretjs"));
const { serializeSignDoc } = fromSecretjs("@cosmjs/amino/build/signdoc") as {
  serializeSignDoc(doc: unknown): Uint8Array;
};

const sender = "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03";
const contract = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
const code_hash = "ab".repeat(32);
const address = { sender, contract_address: contract };

/** Stands in for the encryption: the same bytes whenever it is asked. */
const utils = { encrypt: () => Promise.resolve(new Uint8Array([9, 8, 7])) };

const coins = fc.array(
  fc.record({ denom: fc.constantFrom("uscrt", "uatom"), amount: fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String) }),
  { maxLength: 2 },
);
const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constant('<a>&\b\f\n\t"\\\u007f'));
const code_id = fc.integer({ min: 1, max: 2 ** 31 });

/** Random client messages. MsgStoreCode gets gzip bytes, because the client would otherwise compress them. */
const messages: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  MsgExecuteContract: coins.map((sent_funds) => new MsgExecuteContract({ ...address, code_hash, msg: {}, sent_funds })),
  MsgInstantiateContract: fc
    .record({
      init_funds: coins,
      code_id,
      label: text.filter((label) => label !== ""),
      admin: fc.constantFrom("", sender),
    })
    .map((init) => new MsgInstantiateContract({ sender, code_hash, init_msg: {}, ...init })),
  MsgMigrateContract: code_id.map((id) => new MsgMigrateContract({ ...address, code_hash, msg: {}, code_id: id })),
  MsgStoreCode: fc
    .record({ source: text, builder: text })
    .map((init) => new MsgStoreCode({ sender, wasm_byte_code: new Uint8Array([0x1f, 0x8b, 8, 0]), ...init })),
  MsgUpdateAdmin: fc.constant(new MsgUpdateAdmin({ ...address, new_admin: contract })),
  MsgClearAdmin: fc.constant(new MsgClearAdmin(address)),
  MsgSend: coins.map((amount) => new MsgSend({ from_address: sender, to_address: contract, amount })),
  MsgMultiSend: coins.map((amount) => {
    return new MsgMultiSend({
      inputs: [{ address: sender, coins: amount }],
      outputs: [{ address: contract, coins: amount }],
    });
  }),
};

interface ClientMessage {
  toAmino(utils: unknown): Promise<unknown>;
  toProto(utils: unknown): Promise<{ type_url: string; encode(): Uint8Array }>;
}

async function packed(message: ClientMessage): Promise<Any> {
  const proto = await message.toProto(utils);
  return { typeUrl: proto.type_url, value: new Uint8Array(await proto.encode()) };
}

const empty: TxBody = {
  messages: [],
  memo: "",
  timeoutHeight: 0n,
  extensionOptions: [],
  nonCriticalExtensionOptions: [],
};
const plainFee = { amount: [{ denom: "uscrt", amount: "2500" }], gasLimit: 25000n, payer: "", granter: "" };
const authInfo: AuthInfo = { signerInfos: [], fee: plainFee, tip: undefined };
const signer = { chainId: "secretdev-1", accountNumber: 3n, sequence: 4n };

function documentOf(body: TxBody, auth = authInfo): AminoDocument {
  return { body, authInfo: auth, ...signer };
}

/** The document as the client builds it. */
function clientDocument(memo: string, msgs: readonly unknown[]): unknown {
  return {
    account_number: "3",
    chain_id: "secretdev-1",
    fee: { amount: [{ denom: "uscrt", amount: "2500" }], gas: "25000" },
    memo,
    msgs,
    sequence: "4",
  };
}

/** What personal_sign puts in front, spec 04 §6.3. */
const PREFIX = "\x19Ethereum Signed Message:\n";

/** The text that secretjs hands to MetaMask. */
async function metaMaskText(document: unknown): Promise<Uint8Array> {
  let asked = "";
  const provider = {
    request({ params }: { params: readonly string[] }): Promise<string> {
      asked = params[0] as string;
      return Promise.resolve(`0x${"11".repeat(64)}1b`);
    },
  };
  const key = fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  const Wallet = MetaMaskWallet as unknown as new (
    ethProvider: unknown,
    ethAddress: string,
    publicKey: Uint8Array,
  ) => { address: string; signAmino(address: string, document: unknown): Promise<unknown> };
  const wallet = new Wallet(provider, "0x00", key);
  await wallet.signAmino(wallet.address, document);
  return fromHex(asked.slice(2));
}

describe.each(Object.entries(messages))("%s", (_, arbitrary) => {
  it("is signed as secretjs signs it, in amino JSON and by MetaMask", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, text, async (message, memo) => {
        // CosmJS does not escape these two, Go does; MetaMask's text has no HTML escapes at all.
        fc.pre(!/[\u2028\u2029]/.test(memo));
        const client = message as ClientMessage;
        const theirs = clientDocument(memo, [JSON.parse(JSON.stringify(await client.toAmino(utils)))]);
        const ours = documentOf({ ...empty, memo, messages: [await packed(client)] });
        expect(bytesToUtf8(aminoSignBytes(ours))).toBe(bytesToUtf8(serializeSignDoc(theirs)));
        const wallet = await metaMaskText(theirs);
        const html = /[<>&]/.test(bytesToUtf8(wallet));
        if (!html) expect(eip191SignBytes(ours)).toEqual(framed(wallet));
      }),
      { numRuns: 30 },
    );
  });
});

function framed(document: Uint8Array): Uint8Array {
  return Uint8Array.from([...utf8ToBytes(PREFIX + String(document.length)), ...document]);
}

describe("amino JSON", () => {
  const signed = (body: TxBody, auth = authInfo): string => bytesToUtf8(aminoSignBytes(documentOf(body, auth)));

  it("has the form of spec 04 §6.3", () => {
    const msgs = [{ typeUrl: TypeUrl.msgExecuteContract, value: fromHex("0a01012a00".slice(0, 6)) }];
    expect(signed({ ...empty, memo: "<m>", timeoutHeight: 7n, messages: msgs })).toBe(
      '{"account_number":"3","chain_id":"secretdev-1","fee":{"amount":[{"amount":"2500","denom":"uscrt"}],"gas":"25000"},' +
        '"memo":"\\u003cm\\u003e","msgs":[{"type":"wasm/MsgExecuteContract","value":{"sender":"AQ==","sent_funds":[]}}],' +
        '"sequence":"4","timeout_height":"7"}',
    );
  });

  it("names payer and granter only when there are any, and is complete without a fee", () => {
    expect(signed(empty, { ...authInfo, fee: { ...plainFee, payer: "p", granter: "g" } })).toContain(
      '"gas":"25000","granter":"g","payer":"p"}',
    );
    expect(signed(empty, { ...authInfo, fee: undefined })).toContain('"fee":{"amount":[],"gas":"0"}');
  });

  it("differs whenever anything that it covers differs", () => {
    fc.assert(
      fc.property(fee, fee, (one, other) => {
        const same = JSON.stringify(one, bigText) === JSON.stringify(other, bigText);
        const [a, b] = [one, other].map((fees) => signed(empty, { ...authInfo, fee: fees }));
        expect(a === b).toBe(same);
      }),
    );
  });
});

function bigText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

describe.each([
  ["amino JSON", aminoSignBytes],
  ["EIP-191", eip191SignBytes],
])("%s refuses", (_, signBytes) => {
  const any = { typeUrl: "/cosmos.gov.v1beta1.MsgVote", value: new Uint8Array(0) };
  const send = { typeUrl: TypeUrl.msgSend, value: new Uint8Array(0) };

  it("nothing of a known message", () => {
    expect(() => signBytes(documentOf({ ...empty, messages: [send] }))).not.toThrow();
  });

  it.each([
    ["messages of an unknown type", { ...empty, messages: [any] }],
    ["messages of a type named like a property of objects", { ...empty, messages: [{ ...any, typeUrl: "toString" }] }],
    ["malformed messages", { ...empty, messages: [{ ...send, value: Uint8Array.of(0x0a) }] }],
    ["messages with unknown fields", { ...empty, messages: [{ ...send, value: Uint8Array.of(0x78, 1) }] }],
    ["extension options", { ...empty, extensionOptions: [send] }],
    ["non-critical extension options", { ...empty, nonCriticalExtensionOptions: [send] }],
  ])("%s", (__, body) => {
    expect(() => signBytes(documentOf(body))).toThrow(wireError);
  });

  it("fields that it would not cover: with them the bytes could change under a valid signature", () => {
    const honest = encodeTxBody({ ...empty, messages: [send] });
    const grown = Uint8Array.from([...honest, ...fromHex("c04001")]);
    expect(() => signBytes(documentOf(decodeTxBody(honest)))).not.toThrow();
    expect(() => signBytes(documentOf(decodeTxBody(grown)))).toThrow(wireError);
  });
});

describe("EIP-191", () => {
  it("is the document with four spaces, behind the prefix and its length in bytes", () => {
    const text = bytesToUtf8(eip191SignBytes(documentOf({ ...empty, memo: "é" })));
    const document = text.slice(text.indexOf("{"));
    expect(text).toBe(`${PREFIX}${utf8ToBytes(document).length}${document}`);
    expect(document).toBe(
      [
        "{",
        '    "account_number": "3",',
        '    "chain_id": "secretdev-1",',
        '    "fee": {',
        '        "amount": [',
        "            {",
        '                "amount": "2500",',
        '                "denom": "uscrt"',
        "            }",
        "        ],",
        '        "gas": "25000"',
        "    },",
        '    "memo": "é",',
        '    "msgs": [],',
        '    "sequence": "4"',
        "}",
      ].join("\n"),
    );
  });
});

describe("direct", () => {
  it("covers the bytes as they are (spec 04 §6.3)", () => {
    const parts = { bodyBytes: fromHex("0a00"), authInfoBytes: fromHex("1200"), chainId: "c", accountNumber: 300n };
    expect(toHex(directSignBytes(parts))).toBe("0a020a00" + "12021200" + "1a0163" + "20ac02");
  });
});
