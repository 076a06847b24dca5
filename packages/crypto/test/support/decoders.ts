/** The decoders of this room, for its property test and for the long fuzz run. Untrusted input never throws here. */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import {
  encodeSecretMessage,
  encodeStateValue,
  openReplyError,
  openReplyId,
  SecretBytes,
  sealField,
  tryDecodeBase64Bytes,
  tryDecodeStateValue,
  tryParseCodeHashPrefix,
  tryParseContractInput,
  tryParseSecretMessage,
} from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import fc from "fast-check";
import { type Decoder, sameMeaning, textOf, textSeeds } from "../../../../tests/support/decoder.ts";

const primitives = createNodePrimitives();
const txKey = SecretBytes.from(new Uint8Array(32).fill(7));
const hashText = utf8ToBytes("ab".repeat(32));
const reply = utf8ToBytes("reply_id");

function open(name: string, plaintexts: readonly Uint8Array[], attempt: (sealed: Uint8Array) => void): Decoder {
  return {
    name: `crypto: ${name}`,
    seeds: fc.constantFrom(...plaintexts),
    refusals: [],
    // What was sealed by the holder of the key may hold anything; what was not does not open.
    attempt(bytes) {
      attempt(sealField(primitives, txKey, bytes));
      attempt(bytes);
    },
  };
}

export const decoders: readonly Decoder[] = [
  {
    name: "crypto: encrypted message",
    seeds: fc.uint8Array({ minLength: 80, maxLength: 90 }),
    refusals: [],
    attempt(bytes) {
      const message = tryParseSecretMessage(bytes);
      if (message !== undefined) sameMeaning("encrypted message", encodeSecretMessage(message), bytes);
    },
  },
  {
    name: "crypto: contract input",
    seeds: fc.constantFrom(
      concatBytes(hashText, utf8ToBytes("{}")),
      concatBytes(hashText, reply, new Uint8Array(8), hashText, reply, new Uint8Array(8), hashText, utf8ToBytes("{}")),
    ),
    refusals: [],
    attempt(bytes) {
      tryParseCodeHashPrefix(bytes);
      const input = tryParseContractInput(bytes);
      if (input !== undefined) sameMeaning("bounded", input.msg.length <= bytes.length, true);
    },
  },
  {
    name: "crypto: state record",
    seeds: fc.constant(encodeStateValue({ seedId: 3, salt: new Uint8Array(24), ciphertext: new Uint8Array(20) })),
    refusals: [],
    attempt(bytes) {
      const record = tryDecodeStateValue(bytes);
      // The suffix of the first two seeds is read and never written.
      if (record === undefined || record.seedId <= 2) return;
      sameMeaning("state record", tryDecodeStateValue(encodeStateValue(record)), record);
    },
  },
  open("id of a reply", [utf8ToBytes(`18446744073709551615${"ab".repeat(32)}`), hashText], (sealed) => {
    openReplyId(primitives, txKey, sealed);
  }),
  {
    name: "crypto: error of a reply",
    seeds: textSeeds("", "AAAA", "encrypted: AAAA"),
    refusals: [],
    attempt: (bytes) => void openReplyError(primitives, txKey, textOf(bytes)),
  },
  {
    name: "crypto: base64 in bytes",
    seeds: textSeeds("", "AA==", "eyJ9"),
    refusals: [],
    attempt: (bytes) => void tryDecodeBase64Bytes(bytes),
  },
];
