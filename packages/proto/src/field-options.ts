/**
 * What the options of a field say about its JSON, amino JSON and encoding, read once per field and kept.
 * @module
 */
import { type DescField, type DescMessage, getOption, hasOption } from "@bufbuild/protobuf";
import * as amino from "./gen/amino/amino_pb.ts";
import * as cosmosProto from "./gen/cosmos_proto/cosmos_pb.ts";
import * as gogo from "./gen/gogoproto/gogo_pb.ts";

/** Options of one field, with their defaults resolved. */
export interface FieldOptions {
  /** False: a message field that Go holds by value, so it is always present. */
  readonly nullable: boolean;
  /** How a number written as text is to be read: whole, or with 18 decimals of which the wire carries the integer. */
  readonly customNumber: "int" | "dec" | undefined;
  /** A string whose empty value amino prints as zero, by `cosmos_proto.scalar`. */
  readonly scalarNumber: "int" | "dec" | undefined;
  /** Bytes that JSON shows as bech32 text. */
  readonly isAddress: boolean;
  /** A Timestamp that Go holds as time.Time: unset means year 1. */
  readonly isTime: boolean;
  readonly aminoName: string;
  readonly aminoEncoding: string;
  readonly aminoKeepsEmpty: boolean;
}

const cache = new WeakMap<DescField, FieldOptions>();

function numberKind(name: string): "int" | "dec" | undefined {
  if (name.endsWith("math.Int") || name === "cosmos.Int") return "int";
  return name.endsWith("Dec") ? "dec" : undefined;
}

function read(field: DescField): FieldOptions {
  return {
    nullable: !hasOption(field, gogo.nullable) || getOption(field, gogo.nullable),
    customNumber: numberKind(getOption(field, gogo.customtype)),
    scalarNumber: numberKind(getOption(field, cosmosProto.scalar)),
    isAddress: /\.(Acc|Val|Cons)Address$/.test(getOption(field, gogo.casttype)),
    isTime: getOption(field, gogo.stdtime),
    aminoName: getOption(field, amino.field_name) || field.name,
    aminoEncoding: getOption(field, amino.encoding),
    aminoKeepsEmpty: getOption(field, amino.dont_omitempty),
  };
}

/** The options of `field`. */
export function fieldOptions(field: DescField): FieldOptions {
  let options = cache.get(field);
  if (options === undefined) {
    options = read(field);
    cache.set(field, options);
  }
  return options;
}

/** Options of a message that amino JSON needs; the empty string where none is set. */
export interface MessageOptions {
  readonly aminoName: string;
  readonly aminoEncoding: string;
}

/** The options of `schema`. */
export function messageOptions(schema: DescMessage): MessageOptions {
  return {
    aminoName: getOption(schema, amino.name),
    aminoEncoding: getOption(schema, amino.message_encoding),
  };
}
