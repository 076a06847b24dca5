/** Strict decoding of transactions and their signers (spec 04 §6.1, §6.3). */

import type { DescMessage, Message } from "@bufbuild/protobuf";
import { concatBytes, LocalError } from "@enclavenet/common";
import {
  checkBytes,
  cosmosBank,
  cosmosCryptoSecp256k1,
  cosmosTx,
  cosmosTxSigning,
  create,
  decode,
  decodeTx,
  encode,
  encodeAny,
  messageSigners,
  registry,
  secretCompute,
  txOf,
} from "@enclavenet/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addresses } from "./support/addresses.ts";
import { anyMessage, isOurs } from "./support/arbitrary.ts";

const sender = "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03";
const other = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
const { TxRawSchema, TxBodySchema, AuthInfoSchema } = cosmosTx;

const send = create(cosmosBank.MsgSendSchema, {
  fromAddress: sender,
  toAddress: other,
  amount: [{ denom: "uscrt", amount: "1" }],
});
const bodyBytes = encode(TxBodySchema, create(TxBodySchema, { messages: [encodeAny(cosmosBank.MsgSendSchema, send)] }));
const { PubKeySchema } = cosmosCryptoSecp256k1;
const authInfoBytes = encode(
  AuthInfoSchema,
  create(AuthInfoSchema, {
    signerInfos: [
      {
        publicKey: encodeAny(PubKeySchema, create(PubKeySchema, { key: new Uint8Array(33) })),
        modeInfo: { sum: { case: "single", value: { mode: cosmosTxSigning.SignMode.DIRECT } } },
      },
    ],
    fee: { gasLimit: 1n },
  }),
);

function tx(parts: { bodyBytes?: Uint8Array; authInfoBytes?: Uint8Array } = {}): Uint8Array {
  return encode(
    TxRawSchema,
    create(TxRawSchema, { bodyBytes, authInfoBytes, signatures: [new Uint8Array(64)], ...parts }),
  );
}

const code = (value: string): unknown => expect.objectContaining({ name: "LocalError", code: value });
/** Field 15 varint, field 1039 (non-critical) varint, field 1 as varint. */
const unknownField = new Uint8Array([0x78, 1]);
const nonCritical = new Uint8Array([0xf8, 0x40, 1]);

describe("decodeTx", () => {
  it("decodes an honest transaction and keeps its bytes", () => {
    const decoded = decodeTx(tx());
    expect(decoded.messages).toEqual([
      { typeUrl: "/cosmos.bank.v1beta1.MsgSend", schema: cosmosBank.MsgSendSchema, message: send },
    ]);
    expect(decoded.raw.bodyBytes).toEqual(bodyBytes);
    expect(txOf(decoded).signatures).toHaveLength(1);
  });

  it("lets unknown non-critical fields pass in the body itself only", () => {
    expect(decodeTx(tx({ bodyBytes: concatBytes(bodyBytes, nonCritical) })).messages).toHaveLength(1);
    expect(() => decodeTx(tx({ authInfoBytes: concatBytes(authInfoBytes, nonCritical) }))).toThrow(
      code("PROTO_UNKNOWN_FIELD"),
    );
    const below = encodeAny(cosmosBank.MsgSendSchema, send);
    below.value = concatBytes(below.value, nonCritical);
    const body = encode(TxBodySchema, create(TxBodySchema, { messages: [below] }));
    expect(() => decodeTx(tx({ bodyBytes: body }))).toThrow(code("PROTO_UNKNOWN_FIELD"));
    expect(() => decodeTx(concatBytes(tx(), nonCritical))).toThrow(code("PROTO_UNKNOWN_FIELD"));
    expect(() => decodeTx(tx({ bodyBytes: concatBytes(bodyBytes, unknownField) }))).toThrow(
      'errUnknownField "/cosmos.tx.v1beta1.TxBody": {TagNum: 15, WireType:"varint"}',
    );
  });

  it("looks for unknown fields inside packed messages", () => {
    const message = encodeAny(cosmosBank.MsgSendSchema, send);
    message.value = concatBytes(message.value, unknownField);
    const bytes = encode(TxBodySchema, create(TxBodySchema, { messages: [message] }));
    expect(() => decodeTx(tx({ bodyBytes: bytes }))).toThrow(code("PROTO_UNKNOWN_FIELD"));
  });

  it.each([
    ["PROTO_UNKNOWN_TYPE", { typeUrl: "/no.such.Msg", value: new Uint8Array(0) }],
    ["PROTO_UNKNOWN_TYPE", { typeUrl: "cosmos.bank.v1beta1.MsgSend", value: new Uint8Array(0) }],
    ["PROTO_WIRE_TYPE", { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x08, 1]) }],
    ["PROTO_DUPLICATE_FIELD", { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x0a, 0, 0x0a, 0]) }],
    ["PROTO_DECODE", { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x0a, 5, 1]) }],
    ["PROTO_DECODE", { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x0a, 1, 0xff]) }],
    ["PROTO_WIRE_TYPE", { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x0b, 0x0c]) }],
    [
      "PROTO_NUMBER",
      { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: new Uint8Array([0x1a, 6, 0x12, 4, 0x31, 0x65, 0x39, 0x39]) },
    ],
  ])("refuses with %s", (expected, message) => {
    const bytes = encode(TxBodySchema, create(TxBodySchema, { messages: [message] }));
    expect(() => decodeTx(tx({ bodyBytes: bytes }))).toThrow(code(expected));
  });

  it("demands the canonical form of TxRaw (ADR-027)", () => {
    const field = (tag: readonly number[], content: Uint8Array, length: readonly number[]): Uint8Array =>
      concatBytes(new Uint8Array(tag), new Uint8Array(length), content);
    const short = encode(TxBodySchema, create(TxBodySchema, { memo: "m" }));
    const auth = encode(AuthInfoSchema, create(AuthInfoSchema, { fee: {} }));
    const first = field([0x0a], short, [short.length]);
    const second = field([0x12], auth, [auth.length]);
    expect(decodeTx(concatBytes(first, second)).body.memo).toBe("m");
    expect(() => decodeTx(concatBytes(second, first))).toThrow(code("PROTO_NOT_CANONICAL"));
    expect(() => decodeTx(concatBytes(first, first, second))).toThrow(code("PROTO_DUPLICATE_FIELD"));
    const longLength = field([0x0a], short, [short.length | 0x80, 0]);
    expect(() => decodeTx(concatBytes(longLength, second))).toThrow(code("PROTO_NOT_CANONICAL"));
    const longTag = field([0x8a, 0], short, [short.length]);
    expect(() => decodeTx(concatBytes(longTag, second))).toThrow(code("PROTO_NOT_CANONICAL"));
  });

  it("never throws anything but a LocalError on mutated bytes", () => {
    const honest = tx();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(honest.length),
        (edits, cut) => {
          const bytes = honest.slice(0, edits.length === 0 ? cut : honest.length);
          for (const [position, value] of edits) bytes[position] = value;
          try {
            decodeTx(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(LocalError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("checkBytes", () => {
  const schemas = [...registry].filter((type): type is DescMessage => type.kind === "message" && isOurs(type));
  const any = fc.constant(encodeAny(cosmosBank.MsgSendSchema, send));

  it.each(schemas.map((schema) => [schema.typeName, schema] as const))("passes what we write: %s", (_, schema) => {
    fc.assert(
      fc.property(anyMessage(schema, { any }), (message: Message) => {
        checkBytes(schema, encode(schema, message), { allowNonCritical: false });
      }),
      { numRuns: 8 },
    );
  });

  it("bounds nesting", () => {
    let message = encodeAny(cosmosBank.MsgSendSchema, send);
    for (let i = 0; i < 9; i++) message = encodeAny(TxBodySchema, create(TxBodySchema, { messages: [message] }));
    const bytes = encode(TxBodySchema, create(TxBodySchema, { messages: [message] }));
    expect(() => checkBytes(TxBodySchema, bytes, { allowNonCritical: true })).toThrow(code("PROTO_TOO_DEEP"));
  });

  it("refuses numbers beyond 64 bits and field numbers out of range", () => {
    const strict = { allowNonCritical: false };
    const overflow = new Uint8Array([0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2]);
    expect(() => checkBytes(TxBodySchema, overflow, strict)).toThrow(code("PROTO_DECODE"));
    expect(() => checkBytes(TxBodySchema, new Uint8Array([0, 0]), strict)).toThrow(code("PROTO_DECODE"));
  });
});

describe("messageSigners", () => {
  const [a, b] = [addresses.fromText(sender), addresses.fromText(other)];

  it("reads text, bytes, and messages that name their own", () => {
    expect(messageSigners(cosmosBank.MsgSendSchema, send, addresses)).toEqual([a]);
    const execute = create(secretCompute.MsgExecuteContractSchema, { sender: b });
    expect(messageSigners(secretCompute.MsgExecuteContractSchema, execute, addresses)).toEqual([b]);
    const multi = create(cosmosBank.MsgMultiSendSchema, {
      inputs: [{ address: other }, { address: sender }, { address: other }],
    });
    expect(messageSigners(cosmosBank.MsgMultiSendSchema, multi, addresses)).toEqual([b, a]);
  });

  it("throws PROTO_NO_SIGNER for a type that is no message of a transaction", () => {
    const params = create(cosmosBank.ParamsSchema);
    expect(() => messageSigners(cosmosBank.ParamsSchema, params, addresses)).toThrow(code("PROTO_NO_SIGNER"));
  });

  it("every request of a Msg service names its signer", () => {
    for (const type of registry) {
      if (type.kind !== "service" || type.name !== "Msg") continue;
      for (const method of type.methods) {
        const empty = decode(method.input, new Uint8Array(0));
        const lenient = { toText: () => "", fromText: () => new Uint8Array(0) };
        expect(() => messageSigners(method.input, empty, lenient)).not.toThrow();
      }
    }
  });
});
