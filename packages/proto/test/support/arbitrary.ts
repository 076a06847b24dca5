/** Random messages of any schema, for fast-check. */
import { create, type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { fieldOptions } from "../../src/field-options.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = fc.uint8Array({ maxLength: 40 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });

/** What to put into messages, and what to leave out. */
export interface ArbitraryOptions {
  /** How google.protobuf.Any is filled; by default with types and bytes that mean nothing. */
  readonly any?: fc.Arbitrary<{ typeUrl: string; value: Uint8Array }>;
  /** Full names ("tendermint.types.Header.time") of fields to leave unset. */
  readonly without?: ReadonlySet<string>;
  /** 64-bit integers that may occur. */
  readonly allowed?: (value: bigint) => boolean;
}

/** Whether a type is the chain's own, and made of its own: descriptors of files are google's and have fractions. */
export function isOurs({ typeName }: { readonly typeName: string }): boolean {
  return /^(cosmos|secret|tendermint)\./.test(typeName) && typeName !== "cosmos.reflection.v1.FileDescriptorsResponse";
}

function scalar(field: DescField, type: ScalarType, { allowed = () => true }: ArbitraryOptions): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING: {
      const isNumber = fieldOptions(field).customNumber !== undefined;
      return isNumber ? fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }).map(String) : text;
    }
    case ScalarType.BYTES:
      return bytes;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.INT32:
      return int32;
    case ScalarType.UINT32:
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case ScalarType.UINT64:
      return uint64.filter(allowed);
    case ScalarType.INT64:
    case ScalarType.SFIXED64:
      return int64.filter(allowed);
    default:
      throw new Error(`no arbitrary for ${field.name}`);
  }
}

function enumeration(schema: DescEnum): fc.Arbitrary<number> {
  return fc.constantFrom(...schema.values.map(({ number }) => number));
}

const opaqueAny = fc.record({ typeUrl: text.map((name) => `/${name}`), value: bytes });

function single(field: DescField, depth: number, options: ArbitraryOptions): fc.Arbitrary<unknown> {
  if (field.message !== undefined) return anyMessage(field.message, options, depth - 1);
  return field.enum === undefined ? scalar(field, field.scalar as ScalarType, options) : enumeration(field.enum);
}

function wellKnown(schema: DescMessage, options: ArbitraryOptions): fc.Arbitrary<Message> | undefined {
  const nanos = fc.integer({ min: 0, max: 999_999_999 });
  const seconds = (min: bigint, max: bigint) => fc.bigInt({ min, max }).filter(options.allowed ?? (() => true));
  switch (schema.typeName) {
    case "google.protobuf.Any":
      return (options.any ?? opaqueAny).map((init) => create(schema, init));
    case "google.protobuf.Timestamp":
      return fc.record({ seconds: seconds(-62135596800n, 253402300799n), nanos }).map((init) => create(schema, init));
    case "google.protobuf.Duration":
      return fc.record({ seconds: seconds(0n, 10n ** 9n), nanos }).map((init) => create(schema, init));
    default:
      return undefined;
  }
}

/** Random messages of `schema`; below `depth`, message fields are left unset and lists of messages empty. */
export function anyMessage(schema: DescMessage, options: ArbitraryOptions = {}, depth = 4): fc.Arbitrary<Message> {
  const special = wellKnown(schema, options);
  if (special !== undefined) return special;
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const member of schema.members) {
    const name = member.localName;
    if (member.kind === "oneof") {
      const cases = depth > 0 ? member.fields : member.fields.filter((field) => field.message === undefined);
      members[name] = fc.oneof(
        fc.constant({ case: undefined }),
        ...cases.map((field) => single(field, depth, options).map((value) => ({ case: field.localName, value }))),
      );
    } else if (options.without?.has(`${schema.typeName}.${member.name}`)) {
    } else if (member.message !== undefined && depth <= 0) {
      if (member.fieldKind === "list") members[name] = fc.constant([]);
    } else if (member.fieldKind === "list") {
      members[name] = fc.array(single(member, depth, options), { maxLength: 3 });
    } else if (member.message !== undefined) {
      members[name] = fc.option(single(member, depth, options), { nil: undefined });
    } else {
      members[name] = single(member, depth, options);
    }
  }
  return fc.record(members).map((init) => create(schema, init as never) as Message);
}
