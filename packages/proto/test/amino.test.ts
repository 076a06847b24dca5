/** Amino JSON against spec 04 §6.3, and against what secretjs signs. */

import { createRequire } from "node:module";
import { bytesToUtf8 } from "@enclavenet/common";
import {
  AnySchema,
  aminoSignBytes,
  canonicalJson,
  cosmosBank,
  cosmosCryptoMultisig,
  cosmosCryptoSecp256k1,
  cosmosTx,
  create,
  decode,
  encode,
  encodeAny,
  secretCompute,
  secretRegistration,
  toAminoJson,
} from "@enclavenet/proto";
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
import { describe, expect, it } from "vitest";
import { findMessage } from "../src/registry.ts";

// CosmJS as secretjs itself depends on it.
const fromSecretjs = createRequire(createRequire(import.meta.url).resolve("secretjs"));
const { serializeSignDoc } = fromSecretjs("@cosmjs/amino/build/signdoc") as {
  serializeSignDoc(doc: unknown): Uint8Array;
};

const sender = "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03";
const contract = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
const code_hash = "ab".repeat(32);

/** Stands in for the encryption: the same bytes whenever it is asked. */
const utils = { encrypt: () => Promise.resolve(new Uint8Array([9, 8, 7])) };

interface ClientMessage {
  toAmino(utils: unknown): Promise<unknown>;
  toProto(utils: unknown): Promise<{ type_url: string; encode(): Uint8Array }>;
}

/** What the chain makes of a client's message, and what the client signed. */
async function both(message: unknown): Promise<{ ours: string; theirs: string }> {
  const client = message as ClientMessage;
  const proto = await client.toProto(utils);
  const schema = findMessage(proto.type_url);
  if (schema === undefined) throw new Error(proto.type_url);
  const ours = toAminoJson(schema, decode(schema, proto.encode()));
  const theirs = JSON.parse(JSON.stringify(await client.toAmino(utils))) as never;
  return { ours: bytesToUtf8(canonicalJson(ours)), theirs: bytesToUtf8(canonicalJson(theirs)) };
}

const coins = fc.array(
  fc.record({ denom: fc.constantFrom("uscrt", "uatom"), amount: fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String) }),
  { maxLength: 2 },
);
const text = fc.string({ maxLength: 12 });
const code_id = fc.integer({ min: 1, max: 2 ** 31 });
const address = { sender, contract_address: contract };

/** Random client messages. MsgStoreCode gets gzip bytes, because the client would otherwise compress them. */
const messages: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  MsgExecuteContract: fc
    .record({ sent_funds: coins })
    .map((init) => new MsgExecuteContract({ ...address, code_hash, msg: {}, ...init })),
  MsgInstantiateContract: fc
    .record({
      init_funds: coins,
      code_id,
      label: text.filter((label) => label !== ""),
      admin: fc.constantFrom("", sender),
    })
    .map((init) => new MsgInstantiateContract({ sender, code_hash, init_msg: {}, ...init })),
  MsgMigrateContract: fc
    .record({ code_id })
    .map((init) => new MsgMigrateContract({ ...address, code_hash, msg: {}, ...init })),
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

describe("toAminoJson", () => {
  it.each(Object.entries(messages))("signs what secretjs signs: %s", async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (message) => {
        const { ours, theirs } = await both(message);
        expect(ours).toBe(theirs);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps empty coins as a list and shows bytes in base64 (spec 04 §6.3)", () => {
    const message = create(secretCompute.MsgExecuteContractSchema, {
      sender: new Uint8Array([1]),
      callbackCodeHash: "h",
    });
    expect(toAminoJson(secretCompute.MsgExecuteContractSchema, message)).toEqual({
      type: "wasm/MsgExecuteContract",
      value: { sender: "AQ==", callback_code_hash: "h", sent_funds: [] },
    });
  });

  it("wraps named types inside, shows decimals and keeps what must not be left out", () => {
    const message = create(secretCompute.MsgUpdateParamsSchema, { params: { compileCost: "800000000000000000" } });
    expect(toAminoJson(secretCompute.MsgUpdateParamsSchema, message)).toEqual({
      type: "wasm/MsgUpdateParams",
      value: { params: { compile_cost: "0.800000000000000000" } },
    });
    const bank = create(cosmosBank.MsgUpdateParamsSchema, { authority: "a" });
    expect(toAminoJson(cosmosBank.MsgUpdateParamsSchema, bank)).toEqual({
      type: "cosmos-sdk/x/bank/MsgUpdateParams",
      value: { authority: "a", params: { type: "cosmos-sdk/x/bank/Params", value: {} } },
    });
  });

  it("shows keys", () => {
    const { PubKeySchema } = cosmosCryptoSecp256k1;
    const key = encodeAny(PubKeySchema, create(PubKeySchema, { key: new Uint8Array(3) }));
    const { LegacyAminoPubKeySchema } = cosmosCryptoMultisig;
    const multisig = create(LegacyAminoPubKeySchema, { threshold: 2, publicKeys: [key] });
    expect(toAminoJson(LegacyAminoPubKeySchema, multisig)).toEqual({
      type: "tendermint/PubKeyMultisigThreshold",
      value: { threshold: "2", pubkeys: [{ type: "tendermint/PubKeySecp256k1", value: "AAAA" }] },
    });
  });

  it("goes by the type URL where there is no amino name", () => {
    const message = create(secretRegistration.RaAuthenticateSchema, { certificate: new Uint8Array(3) });
    expect(toAminoJson(secretRegistration.RaAuthenticateSchema, message)).toEqual({
      type: "/secret.registration.v1beta1.RaAuthenticate",
      value: { certificate: "AAAA" },
    });
  });

  it("refuses what amino JSON cannot express with PROTO_AMINO", () => {
    const unknown = decode(cosmosBank.MsgSendSchema, new Uint8Array([0x78, 1]));
    const body = create(cosmosTx.ModeInfoSchema, { sum: { case: "single", value: {} } });
    const amino = expect.objectContaining({ code: "PROTO_AMINO" });
    expect(() => toAminoJson(cosmosBank.MsgSendSchema, unknown)).toThrow(amino);
    expect(() => toAminoJson(cosmosTx.ModeInfoSchema, body)).toThrow(amino);
  });
});

describe("aminoSignBytes", () => {
  const send = create(cosmosBank.MsgSendSchema, {
    fromAddress: sender,
    toAddress: contract,
    amount: [{ denom: "uscrt", amount: "1" }],
  });
  const messages = [encodeAny(cosmosBank.MsgSendSchema, send)];
  const fee = create(cosmosTx.FeeSchema, { amount: [{ denom: "uscrt", amount: "2500" }], gasLimit: 25000n });
  const signer = { chainId: "secretdev-1", accountNumber: 3n, sequence: 4n };

  it("is what CosmJS signs, also with characters that need escaping", () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.constant('<a>&\b\f\n\t"\\'), fc.string({ unit: "grapheme" })),
        fc.nat(),
        (memo, height) => {
          const body = create(cosmosTx.TxBodySchema, { messages, memo, timeoutHeight: BigInt(height) });
          const theirs = serializeSignDoc({
            account_number: "3",
            chain_id: "secretdev-1",
            fee: { amount: [{ denom: "uscrt", amount: "2500" }], gas: "25000" },
            memo,
            msgs: [
              {
                type: "cosmos-sdk/MsgSend",
                value: { from_address: sender, to_address: contract, amount: [{ denom: "uscrt", amount: "1" }] },
              },
            ],
            sequence: "4",
            ...(height === 0 ? {} : { timeout_height: String(height) }),
          });
          fc.pre(!/[\u2028\u2029]/.test(memo));
          expect(bytesToUtf8(aminoSignBytes(body, fee, signer))).toBe(bytesToUtf8(theirs));
        },
      ),
    );
  });

  it("shows payer and granter only when set, and escapes line separators as Go does", () => {
    const body = create(cosmosTx.TxBodySchema, { messages, memo: "\u2028" });
    const plain = bytesToUtf8(aminoSignBytes(body, fee, signer));
    expect(plain).toContain('"memo":"\\u2028"');
    expect(plain).toContain('"fee":{"amount":[{"amount":"2500","denom":"uscrt"}],"gas":"25000"}');
    const paid = create(cosmosTx.FeeSchema, { gasLimit: 1n, payer: "p", granter: "g" });
    expect(bytesToUtf8(aminoSignBytes(body, paid, signer))).toContain(
      '"fee":{"amount":[],"gas":"1","granter":"g","payer":"p"}',
    );
  });

  it("refuses extension options and unknown fields with PROTO_AMINO", () => {
    const amino = expect.objectContaining({ code: "PROTO_AMINO" });
    const option = create(AnySchema, { typeUrl: "/a.B" });
    const extended = create(cosmosTx.TxBodySchema, { messages, nonCriticalExtensionOptions: [option] });
    expect(() => aminoSignBytes(extended, fee, signer)).toThrow(amino);
    const honest = encode(cosmosTx.TxBodySchema, create(cosmosTx.TxBodySchema, { messages }));
    const unknown = decode(cosmosTx.TxBodySchema, new Uint8Array([...honest, 0xc0, 0x40, 1]));
    expect(() => aminoSignBytes(unknown, fee, signer)).toThrow(amino);
  });
});
