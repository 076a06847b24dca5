/** The decoders of this room, for its property test and for the long fuzz run. */
import {
  canonicalJson,
  decodeBech32,
  decodeTimestamp,
  encodeBech32,
  encodeTimestamp,
  parseJson,
  serializeJson,
} from "@enclavenet/wire";
import fc from "fast-check";
import { type Decoder, sameMeaning, textDecoder } from "../../../../tests/support/decoder.ts";
import { codecs } from "./codecs.ts";

const REFUSALS = ["WIRE_DECODE"];

const JSON_SEEDS = [
  '{"a":[1,-2,{"b":"c\\u0041\\n"}],"d":null,"e":true}',
  '{"bank":{"send":{"to_address":"secret1","amount":[{"denom":"uscrt","amount":"1"}]}}}',
  `${"[".repeat(127)}${"]".repeat(127)}`,
  "340282366920938463463374607431768211455",
];

export const decoders: readonly Decoder[] = [
  ...codecs.map(
    ({ name, values, decode, encode }): Decoder => ({
      name: `wire: ${name}`,
      seeds: values.map(encode),
      refusals: REFUSALS,
      attempt(bytes) {
        // Unknown fields are marked and not kept.
        const { hasUnknownFields: _, ...known } = decode(bytes) as Record<string, unknown>;
        sameMeaning(name, decode(encode(known)), known);
      },
    }),
  ),
  {
    name: "wire: Timestamp",
    seeds: fc.bigInt({ min: 0n, max: 2n ** 61n }).map(encodeTimestamp),
    refusals: REFUSALS,
    attempt(bytes) {
      const time = decodeTimestamp(bytes);
      sameMeaning("Timestamp", decodeTimestamp(encodeTimestamp(time)), time);
    },
  },
  textDecoder("wire: JSON", JSON_SEEDS, REFUSALS, (text) => {
    const value = parseJson(text);
    sameMeaning("JSON", parseJson(serializeJson(value)), value);
    canonicalJson(value);
  }),
  textDecoder(
    "wire: bech32",
    ["secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03", "A12UEL5L", encodeBech32("secretvaloper", new Uint8Array(32))],
    REFUSALS,
    (text) => {
      const { prefix, data } = decodeBech32(text);
      sameMeaning("bech32", encodeBech32(prefix, data), text.toLowerCase());
    },
  ),
];
