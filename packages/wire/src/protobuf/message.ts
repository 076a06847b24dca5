/**
 * Messages as tables of fields: one strict decoder and one canonical encoder for all of them.
 *
 * Rules (spec 04 §6.1): an unknown field is refused, unless the message lets non-critical ones pass; a field that is not
 * repeated occurs once, and so does the choice of a oneof; a field has its own wire type; fields may come in any order, but
 * are written in ascending order with defaults left out.
 * @module
 */
import { joinBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import type { FieldType } from "./fields.ts";
import { ProtoReader } from "./reader.ts";

/** Messages nest at most this deep. */
const MAX_DEPTH = 16;

/** Set in the number of a field that a reader may ignore (ADR-020). */
const NON_CRITICAL_BIT = 1 << 10;

/** One bit per field tells whether it occurred. */
const MAX_FIELDS = 31;

/** A named field: its number and type. */
type Field<T> = readonly [number: number, type: FieldType<T>];

type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

export interface MessageCodec<T> {
  /** Throws {@link WireError}. */
  decode(bytes: Uint8Array): T;
  /** The same for a message inside others. */
  decodeAt(bytes: Uint8Array, depth: number): T;
  encode(value: T): Uint8Array;
}

export interface MessageOptions<T> {
  /** Unknown fields with the non-critical bit pass; the property of this name is then true. */
  readonly nonCriticalMark?: string;
  /** Only the canonical encoding is accepted: ascending fields, shortest varints, no explicit defaults (ADR-027). */
  readonly canonical?: boolean;
  /** Fields of which at most one may be present. */
  readonly oneof?: readonly (keyof T & string)[];
}

interface Slot {
  readonly key: string;
  readonly number: number;
  readonly type: FieldType<unknown>;
  readonly bit: number;
}

/** Refuses what ADR-027 leaves out. Only called for fields that are not repeated. */
function checkNotDefault(name: string, { number }: Slot, value: unknown): void {
  const isDefault = value instanceof Uint8Array ? value.length === 0 : !value;
  if (isDefault) throw new WireError(`${name}: field ${number} is written with its default value`);
}

class Decoder<T extends object> {
  readonly #name: string;
  readonly #slots: readonly Slot[];
  readonly #byNumber: ReadonlyMap<number, Slot>;
  readonly #options: MessageOptions<T>;
  readonly #oneofBits: number;

  constructor(name: string, slots: readonly Slot[], options: MessageOptions<T>) {
    this.#name = name;
    this.#slots = slots;
    this.#byNumber = new Map(slots.map((slot) => [slot.number, slot]));
    this.#options = options;
    const chosen = slots.filter(({ key }) => (options.oneof as readonly string[] | undefined)?.includes(key));
    this.#oneofBits = chosen.reduce((bits, { bit }) => bits | bit, 0);
  }

  decode(bytes: Uint8Array, depth: number): T {
    if (depth > MAX_DEPTH) throw new WireError("messages nest too deep");
    const out: Record<string, unknown> = {};
    for (const { key, type } of this.#slots) out[key] = type.initial();
    const reader = new ProtoReader(bytes);
    const { canonical = false } = this.#options;
    let seen = 0;
    let last = 0;
    while (!reader.done) {
      const { number, wireType } = reader.tag();
      if (canonical && number < last) this.#refuse("fields are not in order");
      last = number;
      const slot = this.#byNumber.get(number);
      if (slot === undefined) {
        this.#passUnknown(reader, number, wireType, out);
        continue;
      }
      seen = this.#checkOnce(slot, wireType, seen);
      out[slot.key] = slot.type.read(reader, depth, out[slot.key]);
      if (canonical && !slot.type.repeated) checkNotDefault(this.#name, slot, out[slot.key]);
    }
    if (canonical && !reader.minimal) this.#refuse("not in canonical form");
    return out as T;
  }

  #refuse(reason: string): never {
    throw new WireError(`${this.#name}: ${reason}`);
  }

  #passUnknown(reader: ProtoReader, number: number, wireType: number, out: Record<string, unknown>): void {
    const { nonCriticalMark } = this.#options;
    if (nonCriticalMark === undefined || (number & NON_CRITICAL_BIT) === 0) this.#refuse(`unknown field ${number}`);
    reader.skip(wireType);
    out[nonCriticalMark as string] = true;
  }

  /** The fields seen, with this one. */
  #checkOnce({ number, type, bit }: Slot, wireType: number, seen: number): number {
    if (wireType !== type.wireType) this.#refuse(`field ${number} has another wire type`);
    if (!type.repeated && (seen & bit) !== 0) this.#refuse(`field ${number} occurs twice`);
    const now = seen | bit;
    const chosen = now & this.#oneofBits;
    if ((chosen & (chosen - 1)) !== 0) this.#refuse("more than one field of a choice");
    return now;
  }
}

/** Builds the codec of one message from its table of fields. */
export function messageCodec<T extends object>(
  name: string,
  fields: Fields<T>,
  options: MessageOptions<T> = {},
): MessageCodec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<unknown>][];
  if (entries.length > MAX_FIELDS) throw new RangeError(`${name}: too many fields`);
  const slots = entries
    .map(([key, [number, type]], index) => ({ key, number, type, bit: 1 << index }))
    .sort((a, b) => a.number - b.number);
  const decoder = new Decoder(name, slots, options);
  return {
    decode: (bytes) => decoder.decode(bytes, 0),
    decodeAt: (bytes, depth) => decoder.decode(bytes, depth),
    encode: (value) => joinBytes(slots.map(({ key, number, type }) => type.write(number, value[key as keyof T]))),
  };
}
