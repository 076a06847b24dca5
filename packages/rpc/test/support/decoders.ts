/**
 * The parsers of this room, for its property test and for the long fuzz run: parameters in both forms, targets, headers.
 * Whole requests are in `fuzz.test.ts`, against the servers.
 */
import { type Decoder, sameMeaning, textDecoder } from "../../../../tests/support/decoder.ts";
import {
  booleanParam,
  bytesParam,
  hexParam,
  integerParam,
  type RawParams,
  textParam,
  uriParams,
} from "../../src/cometbft/params.ts";
import { wantedHeight } from "../../src/rest/request.ts";
import { parseTarget } from "../../src/server/url.ts";

const RPC = ["RPC_ERROR"];

const readers: Readonly<Record<string, (params: RawParams) => unknown>> = {
  integer: (params) => integerParam(params, "x"),
  boolean: (params) => booleanParam(params, "x"),
  text: (params) => textParam(params, "x"),
  base64: (params) => bytesParam(params, "x"),
  hexadecimal: (params) => hexParam(params, "x"),
};

/** JSON texts of well-formed values. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  integer: ["5", '"-9223372036854775808"', "null"],
  boolean: ["true", "false"],
  text: ['""', "\"tm.event='Tx'\""],
  base64: ['"AA=="', '""'],
  hexadecimal: ['"00ff"', '"0xAB"'],
};

/** The value of JSON text; other text as it is. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The URI form quotes text and writes bytes as 0x…. */
const URI_VALUES: Readonly<Record<string, readonly string[]>> = {
  integer: ["5", '"7"'],
  boolean: ["true", ""],
  text: ["\"tm.event='Tx'\"", "plain"],
  base64: ["0x00ff", '"text"'],
  hexadecimal: ["0x00ff", '"text"'],
};

const params: readonly Decoder[] = Object.entries(readers).flatMap(([name, read]) => [
  textDecoder(`rpc: ${name} in JSON`, VALUES[name] ?? [], RPC, (text) => {
    read({ form: "json", values: { x: parsedOrText(text) } });
  }),
  textDecoder(
    `rpc: ${name} in a URI`,
    (URI_VALUES[name] ?? []).map((value) => `x=${encodeURIComponent(value)}`),
    RPC,
    (text) => void read(uriParams(new URLSearchParams(text))),
  ),
]);

export const decoders: readonly Decoder[] = [
  ...params,
  textDecoder("rpc: request target", ["/a?b=c", "//x?y", "?"], [], (text) => {
    const { path, query } = parseTarget(text);
    sameMeaning("path", path.includes("?"), false);
    sameMeaning("keys", [...query.keys()].length <= text.length, true);
  }),
  textDecoder("rpc: height header", ["5", "0", ""], ["GRPC_STATUS"], (text) => {
    sameMeaning("height", wantedHeight({ "x-cosmos-block-height": text }) >= 0n, true);
  }),
];
