/**
 * Values of an interface type: a registered type's name in JSON, the first bytes of that name's hash in binary.
 * @module
 */
import type { JsonValue } from "@bufbuild/protobuf";
import { concatBytes, toHex, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import { WireCursor } from "../../tx/wire-cursor.ts";
import { type AminoCodec, aminoError, deeper, jsonObject, uvarint } from "./codec.ts";

/** SHA-256. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** A registered type. */
export interface Concrete {
  readonly name: string;
  readonly codec: AminoCodec<unknown>;
  /** Bytes of a key stand behind their length also where nothing follows. */
  readonly isLengthPrefixed?: boolean;
}

/** A value with its type. */
export interface Typed {
  readonly type: Concrete;
  readonly value: unknown;
}

const PREFIX_BYTES = 4;

/** Prefix bytes of a name: of its hash, without leading zeros, three bytes, then again without zeros, four. */
export function prefixOf(name: string, sha256: Sha256): Uint8Array {
  const withoutZeros = (bytes: Uint8Array) => bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  const hash = withoutZeros(sha256(utf8ToBytes(name)));
  return withoutZeros(hash.subarray(3)).slice(0, PREFIX_BYTES);
}

/** The types that an interface may hold. */
export class Implementers {
  readonly #byName = new Map<string, Concrete>();
  readonly #byPrefix = new Map<string, Concrete>();
  readonly #prefixes = new Map<string, Uint8Array>();

  constructor(types: Iterable<Concrete>, sha256: Sha256) {
    for (const type of types) {
      const prefix = prefixOf(type.name, sha256);
      this.#byName.set(type.name, type);
      this.#byPrefix.set(toHex(prefix), type);
      this.#prefixes.set(type.name, prefix);
    }
  }

  byName(name: string): Concrete {
    const type = this.#byName.get(name);
    if (type === undefined) throw aminoError(`unrecognized concrete type name ${name.slice(0, 200)}`);
    return type;
  }

  byPrefix(prefix: Uint8Array): Concrete {
    const type = this.#byPrefix.get(toHex(prefix));
    if (type === undefined) throw aminoError(`unrecognized prefix bytes ${toUpperHex(prefix)}`);
    return type;
  }

  prefix(type: Concrete): Uint8Array {
    return this.#prefixes.get(type.name) as Uint8Array;
  }
}

function readConcrete(implementers: Implementers, bytes: Uint8Array, depth: number): Typed {
  const type = implementers.byPrefix(bytes.subarray(0, PREFIX_BYTES));
  const body = bytes.subarray(PREFIX_BYTES);
  if (type.isLengthPrefixed !== true) return { type, value: type.codec.read(body, depth) };
  const cursor = new WireCursor(body);
  const { content } = cursor.lengthDelimited();
  if (!cursor.isAtEnd) throw aminoError("bytes left over after reading interface contents");
  return { type, value: type.codec.read(content, depth) };
}

/** A value of one of the types, or nothing. */
export function interfaceCodec(types: () => Implementers): AminoCodec<Typed | undefined> {
  return {
    wireType: 2,
    zero: () => undefined,
    isDefault: (typed) => typed === undefined,
    write(typed) {
      if (typed === undefined) return new Uint8Array(0);
      const { type, value } = typed;
      const body = type.codec.write(value);
      const length = type.isLengthPrefixed === true ? uvarint(BigInt(body.length)) : new Uint8Array(0);
      return concatBytes(types().prefix(type), length, body);
    },
    read: (bytes, depth) => (bytes.length === 0 ? undefined : readConcrete(types(), bytes, deeper(depth))),
    toJson: (typed) => (typed === undefined ? null : typedToJson(typed)),
    fromJson(json, depth) {
      const { type: name, value } = wrapper(json);
      const type = types().byName(name);
      return { type, value: value === null ? type.codec.zero() : type.codec.fromJson(value, deeper(depth)) };
    },
  };
}

/** `{"type","value"}` around a value. */
export function typedToJson({ type, value }: Typed): JsonValue {
  return { type: type.name, value: type.codec.toJson(value) };
}

/** Reads `{"type","value"}`. Throws `PROTO_AMINO`. */
export function wrapper(json: JsonValue): { readonly type: string; readonly value: JsonValue } {
  const { type, value } = jsonObject(json);
  if (typeof type !== "string" || type === "") {
    throw aminoError("JSON encoding of interfaces require non-empty type field.");
  }
  if (value === undefined) throw aminoError("interface JSON wrapper should have non-empty value field");
  return { type, value };
}
