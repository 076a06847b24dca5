/** The decoders of this room, for its property test and for the long fuzz run. */
import { bytesToUtf8, fromBase64, fromHex, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import { type Decoder, sameMeaning, textDecoder, textSeeds } from "../../../../tests/support/decoder.ts";

export const decoders: readonly Decoder[] = [
  textDecoder("common: hexadecimal", ["", "00ff", "DEADbeef"], ["BYTES_FORMAT"], (text) => {
    sameMeaning("hexadecimal", toHex(fromHex(text)), text.toLowerCase());
  }),
  textDecoder("common: base64", ["", "AA==", "AAA=", "AAAA", "+/+/"], ["BYTES_FORMAT"], (text) => {
    sameMeaning("base64", toBase64(fromBase64(text)), text);
  }),
  {
    name: "common: UTF-8",
    seeds: textSeeds("", "plain", "zwölf € 𝄞", "\ufeffmarked"),
    refusals: ["BYTES_FORMAT"],
    attempt: (bytes) => sameMeaning("UTF-8", utf8ToBytes(bytesToUtf8(bytes)), bytes),
  },
];
