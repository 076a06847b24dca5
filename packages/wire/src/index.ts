/**
 * The small strict codec of the types that the trusted side and clients decode.
 * @module
 */
export * from "./bech32.ts";
export * from "./comet/codec.ts";
export { decodeTimestamp, encodeTimestamp } from "./comet/timestamp.ts";
export * from "./comet/types.ts";
export * from "./errors.ts";
export { type JsonValue, parseJson } from "./json/parse.ts";
export { canonicalJson, indentJson, type SerializeOptions, serializeJson } from "./json/serialize.ts";
export * from "./protobuf/fields.ts";
export { type MessageCodec, type MessageOptions, messageCodec } from "./protobuf/message.ts";
export { ProtoReader } from "./protobuf/reader.ts";
export { bytesField, messageField, sfixed64Field, uvarint, varintField } from "./protobuf/writer.ts";
export * from "./tx/account.ts";
export * from "./tx/compute-messages.ts";
export * from "./tx/contract-info.ts";
export * from "./tx/public-keys.ts";
export * from "./tx/registration-messages.ts";
export * from "./tx/sign-documents.ts";
export * from "./tx/tx.ts";
export * from "./tx/type-urls.ts";
