/** The decoders of this room, for its property test and for the long fuzz run. */
import { createHash } from "node:crypto";
import { fromHex, LocalError, toHex } from "@enclavenet/common";
import {
  type AddressCodec,
  checkBytes,
  cosmosBank,
  cosmosTx,
  create,
  decimalFromWire,
  decimalToWire,
  decode,
  decodeTx,
  encode,
  encodeAny,
  fromGogoJson,
  type HttpRoute,
  LegacyAmino,
  RestRouter,
  requestMessage,
  rpcs,
  secretCompute,
  timestampFromText,
  timestampToText,
  toAminoJson,
  toGogoJson,
  txOf,
} from "@enclavenet/proto";
import fc from "fast-check";
import { type Decoder, sameMeaning, textDecoder } from "../../../../tests/support/decoder.ts";

/** Errors of decoding, strict checks included. */
const BINARY = [
  ...["PROTO_DECODE", "PROTO_TOO_DEEP", "PROTO_UNKNOWN_TYPE", "PROTO_UNKNOWN_FIELD", "PROTO_WIRE_TYPE"],
  ...["PROTO_NOT_CANONICAL", "PROTO_LONG_TAG", "PROTO_DUPLICATE_FIELD", "PROTO_NUMBER"],
];

/** Errors of JSON and parameters; the address codec has its own. */
const JSON_REFUSALS = [
  ...["PROTO_JSON", "PROTO_JSON_UNKNOWN_FIELD", "PROTO_NUMBER", "PROTO_TIME", "PROTO_UNKNOWN_TYPE", "PROTO_TOO_DEEP"],
  ...["PROTO_UNSUPPORTED", "BYTES_FORMAT", "ADDRESS"],
];

/** Hexadecimal with a prefix: enough of an address here. */
const addresses: AddressCodec = {
  toText: (bytes) => `secret${toHex(bytes)}`,
  fromText(text) {
    if (!text.startsWith("secret")) throw new LocalError("ADDRESS", "not an address");
    return fromHex(text.slice("secret".length));
  },
};

const send = create(cosmosBank.MsgSendSchema, {
  fromAddress: "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03",
  toAddress: "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03",
  amount: [{ denom: "uscrt", amount: "5" }],
});
const execute = create(secretCompute.MsgExecuteContractSchema, {
  sender: new Uint8Array(20).fill(1),
  contract: new Uint8Array(20).fill(2),
  msg: new Uint8Array(70),
  sentFunds: [{ denom: "uscrt", amount: "7" }],
});
const body = create(cosmosTx.TxBodySchema, {
  messages: [encodeAny(cosmosBank.MsgSendSchema, send), encodeAny(secretCompute.MsgExecuteContractSchema, execute)],
  memo: "memo",
});
const authInfo = create(cosmosTx.AuthInfoSchema, {
  signerInfos: [{ modeInfo: { sum: { case: "single", value: { mode: 1 } } }, sequence: 3n }],
  fee: { amount: [{ denom: "uscrt", amount: "1" }], gasLimit: 9n },
});
const txBytes = encode(
  cosmosTx.TxRawSchema,
  create(cosmosTx.TxRawSchema, {
    bodyBytes: encode(cosmosTx.TxBodySchema, body),
    authInfoBytes: encode(cosmosTx.AuthInfoSchema, authInfo),
    signatures: [new Uint8Array(64)],
  }),
);

const router = new RestRouter([...rpcs.values()]);
const routes: readonly HttpRoute[] = [...rpcs.values()].flatMap((rpc) => rpc.routes);

/** `VERB target`, and a body after a line break. */
function transcode(text: string): void {
  const [line = "", json] = text.split("\n", 2);
  const [verb = "", target = ""] = line.split(" ", 2);
  const [path = "", query = ""] = target.split("?", 2);
  const match = router.match(verb as "GET", path);
  if (match === undefined) return;
  const parts = { query: new URLSearchParams(query), ...(json === undefined ? {} : { body: tryJson(json) }) };
  requestMessage(match, parts, { addresses });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const requests = routes.flatMap(({ verb, template }) => {
  const path = template.replace(/\{[^}]*\}/g, "1234");
  return [
    `${verb} ${path}?pagination.limit=5&pagination.offset=6&pagination.reverse=true&pagination.key=AA%3D%3D&height=7`,
    `${verb} ${path}\n{}`,
  ];
});

/** Refusals of legacy amino, in either form. */
const AMINO = [...BINARY, ...JSON_REFUSALS, "PROTO_AMINO"];

const amino = new LegacyAmino({
  addresses,
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
});
const aminoKey = { type: "tendermint/PubKeySecp256k1", value: "AgcH" };
const aminoTx = JSON.stringify({
  type: "cosmos-sdk/StdTx",
  value: {
    msg: [
      {
        type: "cosmos-sdk/MsgSend",
        value: { from_address: "a", to_address: "b", amount: [{ denom: "uscrt", amount: "5" }] },
      },
      { type: "wasm/MsgExecuteContract", value: { sender: "secret0101", contract: "secret0202", msg: "AQI=" } },
    ],
    fee: { amount: [{ denom: "uscrt", amount: "5" }], gas: "9" },
    signatures: [
      { pub_key: aminoKey, signature: "AQID" },
      { pub_key: { type: "tendermint/PubKeyMultisigThreshold", value: { threshold: "1", pubkeys: [aminoKey] } } },
    ],
    memo: "memo",
  },
});

/** What both forms hold stays the same when it goes through the other one. */
function sameAmino(binary: Uint8Array): void {
  const json = amino.txToJson(binary);
  sameMeaning("legacy amino", amino.txToJson(amino.txToBinary(json)), json);
}

export const decoders: readonly Decoder[] = [
  {
    name: "proto: legacy amino, binary",
    seeds: fc.constant(amino.txToBinary(aminoTx)),
    refusals: AMINO,
    attempt: sameAmino,
  },
  textDecoder("proto: legacy amino, JSON", [aminoTx], AMINO, (text) => sameAmino(amino.txToBinary(text))),
  {
    name: "proto: transaction",
    seeds: fc.constant(txBytes),
    refusals: BINARY,
    attempt(bytes) {
      const tx = encode(cosmosTx.TxSchema, txOf(decodeTx(bytes)));
      sameMeaning("transaction", encode(cosmosTx.TxSchema, decode(cosmosTx.TxSchema, tx)), tx);
    },
  },
  {
    name: "proto: strict check",
    seeds: fc.constant(encode(cosmosTx.TxBodySchema, body)),
    refusals: BINARY,
    attempt: (bytes) => checkBytes(cosmosTx.TxBodySchema, bytes, { allowNonCritical: true }),
  },
  {
    name: "proto: message of a query",
    seeds: fc.constant(encode(cosmosTx.SimulateRequestSchema, create(cosmosTx.SimulateRequestSchema, { txBytes }))),
    refusals: BINARY,
    attempt: (bytes) => void decode(cosmosTx.SimulateRequestSchema, bytes),
  },
  {
    name: "proto: JSON and amino JSON of decoded bytes",
    seeds: fc.constant(encode(cosmosTx.TxBodySchema, body)),
    refusals: [...BINARY, ...JSON_REFUSALS, "PROTO_AMINO"],
    attempt(bytes) {
      const message = decode(cosmosTx.TxBodySchema, bytes);
      JSON.stringify(toGogoJson(cosmosTx.TxBodySchema, message, { addresses }));
      JSON.stringify(toAminoJson(cosmosTx.TxBodySchema, message));
    },
  },
  textDecoder(
    "proto: JSON of a message",
    [JSON.stringify(toGogoJson(cosmosTx.TxBodySchema, body, { addresses }))],
    JSON_REFUSALS,
    (text) => {
      const message = fromGogoJson(cosmosTx.TxBodySchema, tryJson(text), { addresses });
      const again = toGogoJson(cosmosTx.TxBodySchema, message, { addresses });
      sameMeaning(
        "JSON",
        toGogoJson(cosmosTx.TxBodySchema, fromGogoJson(cosmosTx.TxBodySchema, again, { addresses }), { addresses }),
        again,
      );
    },
  ),
  textDecoder("proto: REST request", requests, [...JSON_REFUSALS, "PROTO_PARAMETER"], transcode),
  textDecoder("proto: timestamp", ["2026-01-02T03:04:05.123456789Z"], JSON_REFUSALS, (text) => {
    const time = timestampFromText(text);
    sameMeaning("timestamp", timestampFromText(timestampToText(time)), time);
  }),
  textDecoder("proto: decimal", ["0.05", "-12", "0"], JSON_REFUSALS, (text) => {
    const wire = decimalToWire(text);
    sameMeaning("decimal", decimalToWire(decimalFromWire(wire)), wire);
  }),
];
