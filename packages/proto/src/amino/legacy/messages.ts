/**
 * The types that legacy amino knows by name, made of their descriptors: messages of transactions and public keys.
 * @module
 */
import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { decodeAny, encodeAny } from "../../any.ts";
import { goZero } from "../../encode.ts";
import { fieldValue, setFieldValue } from "../../field-access.ts";
import { fieldOptions, messageOptions } from "../../field-options.ts";
import type { AddressCodec } from "../../json/options.ts";
import { registry } from "../../registry.ts";
import { namesSigners } from "../../tx/signers.ts";
import { type AminoCodec, type AminoField, aminoError, structCodec } from "./codec.ts";
import { type Concrete, Implementers, interfaceCodec, type Sha256, type Typed } from "./interface.ts";
import {
  addressCodec,
  boolCodec,
  bytesCodec,
  int32Codec,
  int64Codec,
  integerCodec,
  listCodec,
  stringCodec,
} from "./scalars.ts";

type AnyCodec = AminoCodec<unknown>;

/** What the types need from outside. */
export interface LegacyAminoOptions {
  readonly addresses: AddressCodec;
  readonly sha256: Sha256;
}

/** Codecs by descriptor, and what `Any` and messages may hold. */
export class MessageCodecs {
  readonly #options: LegacyAminoOptions;
  readonly #codecs = new Map<DescMessage, AnyCodec>();
  #types: Implementers | undefined;

  constructor(options: LegacyAminoOptions) {
    this.#options = options;
  }

  /** Messages of transactions that have a name. */
  messages(): Implementers {
    this.#types ??= new Implementers(this.#concretes(namesSigners), this.#options.sha256);
    return this.#types;
  }

  /** Codec of a message without its name. */
  of(schema: DescMessage): AnyCodec {
    let codec = this.#codecs.get(schema);
    if (codec === undefined) {
      codec = this.#make(schema);
      this.#codecs.set(schema, codec);
    }
    return codec;
  }

  *#concretes(isWanted: (schema: DescMessage) => boolean): Generator<Concrete> {
    for (const schema of registry) {
      if (schema.kind !== "message" || !isWanted(schema)) continue;
      const { aminoName: name } = messageOptions(schema);
      if (name !== "") yield { name, codec: this.of(schema) };
    }
  }

  #make(schema: DescMessage): AnyCodec {
    if (schema.typeName === AnySchema.typeName) return this.#any() as AnyCodec;
    if (schema.typeName.startsWith("google.protobuf.")) throw aminoError(`${schema.typeName} has no amino form`);
    let fields: readonly AminoField<Message>[] | undefined;
    return structCodec<Message>(
      () => create(schema),
      () => {
        fields ??= schema.fields.map((field) => this.#field(schema, field));
        return fields;
      },
    ) as AnyCodec;
  }

  #field(schema: DescMessage, field: DescField): AminoField<Message> {
    if (field.oneof !== undefined) throw aminoError(`${schema.typeName}.${field.oneof.name} has no amino form`);
    const { nullable, aminoName, aminoKeepsEmpty } = fieldOptions(field);
    const isValue = field.fieldKind === "message" && !nullable;
    return {
      name: aminoName,
      codec: this.#codecOf(field),
      keepsEmpty: aminoKeepsEmpty || !nullable,
      isPointer: nullable,
      get: (message) => fieldValue(message, field) ?? (isValue ? goZero(field) : undefined),
      set: (message, value) => setFieldValue(message, field, value),
    };
  }

  #codecOf(field: DescField): AnyCodec {
    switch (field.fieldKind) {
      case "message":
        return this.of(field.message);
      case "enum":
        return int32Codec(true) as AnyCodec;
      case "scalar":
        return this.#scalar(field, field.scalar);
      case "list": {
        const empty = fieldOptions(field).aminoEncoding === "legacy_coins" ? [] : null;
        return listCodec(this.#element(field), empty as null | []) as AnyCodec;
      }
      case "map":
        throw aminoError(`map field ${field.name} has no amino form`);
    }
  }

  #element(field: DescField & { fieldKind: "list" }): AnyCodec {
    if (field.listKind === "message") return this.of(field.message);
    return field.listKind === "enum" ? (int32Codec(true) as AnyCodec) : this.#scalar(field, field.scalar);
  }

  #scalar(field: DescField, scalar: ScalarType): AnyCodec {
    const { customNumber, isAddress } = fieldOptions(field);
    switch (scalar) {
      case ScalarType.STRING:
        if (customNumber === "dec") throw aminoError(`decimal field ${field.name} has no amino form`);
        return (customNumber === "int" ? integerCodec : stringCodec) as AnyCodec;
      case ScalarType.BYTES:
        return (isAddress ? addressCodec(this.#options.addresses) : bytesCodec) as AnyCodec;
      case ScalarType.BOOL:
        return boolCodec as AnyCodec;
      case ScalarType.INT64:
      case ScalarType.UINT64:
        return int64Codec(scalar === ScalarType.INT64) as AnyCodec;
      case ScalarType.INT32:
      case ScalarType.UINT32:
        return int32Codec(scalar === ScalarType.INT32) as AnyCodec;
      default:
        throw aminoError(`field ${field.name} has no amino form`);
    }
  }

  /** `Any` holds messages: amino writes them as it writes an interface. */
  #any(): AminoCodec<Any | undefined> {
    const inner = interfaceCodec(() => this.messages());
    const typed = (any: Any | undefined): Typed | undefined => {
      if (any === undefined) return undefined;
      const { schema, message } = decodeAny(any);
      return { type: this.messages().byName(messageOptions(schema).aminoName), value: message };
    };
    const packed = (held: Typed | undefined): Any | undefined => {
      if (held === undefined) return undefined;
      const schema = registry.getMessage((held.value as Message).$typeName);
      return schema === undefined ? undefined : encodeAny(schema, held.value as Message);
    };
    return {
      wireType: 2,
      zero: () => undefined,
      isDefault: (any) => any === undefined,
      write: (any) => inner.write(typed(any)),
      read: (bytes, depth) => packed(inner.read(bytes, depth)),
      toJson: (any) => inner.toJson(typed(any)),
      fromJson: (json, depth) => packed(inner.fromJson(json, depth)),
    };
  }
}
