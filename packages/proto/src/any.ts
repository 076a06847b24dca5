/**
 * Packing of messages into google.protobuf.Any with the chain's type URLs (a single leading slash, no host).
 * @module
 */
import { create, type DescMessage, fromBinary, type Message, type MessageShape } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { LocalError } from "@enclavenet/common";
import { encode } from "./encode.ts";
import { messageByTypeUrl, typeUrlOf } from "./registry.ts";

/** The message packed as the chain packs it. */
export function encodeAny<S extends DescMessage>(schema: S, message: MessageShape<S>): Any {
  return create(AnySchema, { typeUrl: typeUrlOf(schema), value: encode(schema, message) });
}

/** A packed message with its schema. */
export interface DecodedAny {
  readonly schema: DescMessage;
  readonly message: Message;
}

/** Unpacks by the type URL. Throws `PROTO_UNKNOWN_TYPE` or `PROTO_DECODE`. */
export function decodeAny(any: Any): DecodedAny {
  const schema = messageByTypeUrl(any.typeUrl);
  return { schema, message: decode(schema, any.value) };
}

/** Unpacks when the type URL is that of `schema`, otherwise undefined. Throws `PROTO_DECODE` for malformed bytes. */
export function unpackAs<S extends DescMessage>(schema: S, any: Any | undefined): MessageShape<S> | undefined {
  if (any === undefined || any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1) !== schema.typeName) return undefined;
  return decode(schema, any.value);
}

/** `fromBinary` with a typed error, `PROTO_DECODE`, for malformed bytes. */
export function decode<S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new LocalError("PROTO_DECODE", `malformed ${schema.typeName}`, { cause });
  }
}
