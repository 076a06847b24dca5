/**
 * The host's protobuf: descriptors and types generated from our .proto files, gogo-JSON and amino-JSON by descriptor.
 * One namespace per protobuf package (`cosmosBank.MsgSendSchema`), plus the functions that work on any of them.
 * @module
 */
export {
  clone,
  create,
  type DescFile,
  type DescMessage,
  type DescService,
  equals,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
export { type Any, AnySchema, type Duration, type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
export { LegacyAmino } from "./amino/legacy/std-tx.ts";
export { aminoSignBytes, aminoSignDoc, canonicalJson, type SignerData } from "./amino/sign-doc.ts";
export { toAminoJson } from "./amino/to-amino-json.ts";
export * from "./any.ts";
export { encode, withGoDefaults } from "./encode.ts";
export * from "./gen/packages.ts";
export { fromGogoJson } from "./json/from-gogo-json.ts";
export { decimalFromWire, decimalToWire } from "./json/numbers.ts";
export { fieldSchema, messageSchema, type SchemaContext } from "./json/openapi-schema.ts";
export type { AddressCodec, JsonOptions } from "./json/options.ts";
export { timestampFromText, timestampToText } from "./json/times.ts";
export { toGogoJson } from "./json/to-gogo-json.ts";
export * from "./registry.ts";
export { type HttpRoute, type Rpc, rpcs, rpcsOfService, servedServices } from "./services/table.ts";
export { type HttpParts, RestRouter, type RouteMatch, requestMessage } from "./services/transcode.ts";
export { type DecodedTx, decodeTx, decodeTxRaw, txOf } from "./tx/decode-tx.ts";
export { messageSigners, namesSigners } from "./tx/signers.ts";
export { checkBytes, type StrictOptions } from "./tx/strict.ts";
