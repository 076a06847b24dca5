/**
 * Binary encoding as Go's gogoproto writes it: messages held by value (`nullable = false`) are present even when empty,
 * an unset number with a custom type is "0", an unset time.Time is year 1 (spec 05 §2.7, §3.1). The bytes of anything
 * that is hashed, stored or answered come from here, not from `toBinary`.
 * @module
 */
import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { fieldOptions } from "./field-options.ts";

/** Seconds of Go's zero time, 0001-01-01T00:00:00Z. */
const ZERO_TIME_SECONDS = -62135596800n;

/** Binary form of `message`, as Go would write it. */
export function encode<S extends DescMessage>(schema: S, message: MessageShape<S>): Uint8Array {
  return toBinary(schema, withGoDefaults(schema, message));
}

/**
 * `message` with every value that Go cannot leave out. The argument is never changed, and it is returned itself when
 * nothing is missing.
 */
export function withGoDefaults<S extends DescMessage>(schema: S, message: MessageShape<S>): MessageShape<S> {
  return fill(schema, message) as MessageShape<S>;
}

/** The value of a message field that Go holds by value and that was not set. */
export function goZero(field: DescField & { readonly message: DescMessage }): Message {
  if (fieldOptions(field).isTime) return create(TimestampSchema, { seconds: ZERO_TIME_SECONDS });
  return create(field.message);
}

/** Replaces the value of one property; returns the value itself when nothing is missing in it. */
interface Step {
  readonly property: string;
  apply(value: unknown): unknown;
}

const plans = new WeakMap<DescMessage, readonly Step[]>();

function fill(schema: DescMessage, message: Message): Message {
  const source = message as unknown as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  for (const step of planOf(schema)) {
    const value = source[step.property];
    const filled = step.apply(value);
    if (filled === value) continue;
    copy ??= Object.assign(create(schema), message) as unknown as Record<string, unknown>;
    copy[step.property] = filled;
  }
  return copy === undefined ? message : (copy as unknown as Message);
}

function planOf(schema: DescMessage): readonly Step[] {
  let plan = plans.get(schema);
  if (plan === undefined) {
    plan = isComplete(schema, new Set()) ? [] : schema.fields.flatMap(stepOf);
    plans.set(schema, plan);
  }
  return plan;
}

/** Whether no value can be missing in a message of this schema or below it. */
function isComplete(schema: DescMessage, above: ReadonlySet<DescMessage>): boolean {
  if (above.has(schema)) return true;
  const path = new Set(above).add(schema);
  return schema.fields.every(
    (field) => !isNeeded(field) && (field.message === undefined || isComplete(field.message, path)),
  );
}

function isNeeded(field: DescField): boolean {
  if (field.fieldKind === "list" || field.fieldKind === "map" || field.oneof !== undefined) return false;
  const options = fieldOptions(field);
  return !options.nullable && (field.fieldKind === "message" || options.customNumber !== undefined);
}

function stepOf(field: DescField): Step[] {
  const schema = field.message;
  if (schema === undefined) {
    return isNeeded(field) ? [{ property: field.localName, apply: (value) => (value === "" ? "0" : value) }] : [];
  }
  if (field.fieldKind === "list") return [{ property: field.localName, apply: (list) => fillList(schema, list) }];
  if (field.fieldKind !== "message") return [];
  if (field.oneof !== undefined) {
    const name = field.localName;
    return [{ property: field.oneof.localName, apply: (choice) => fillChoice(schema, name, choice as Choice) }];
  }
  const isRequired = isNeeded(field);
  const apply = (value: unknown): unknown => {
    if (value !== undefined) return fill(schema, value as Message);
    return isRequired ? fill(schema, goZero(field)) : value;
  };
  return [{ property: field.localName, apply }];
}

function fillList(schema: DescMessage, list: unknown): unknown {
  const items = list as readonly Message[];
  const filled = items.map((item) => fill(schema, item));
  return filled.every((item, index) => item === items[index]) ? list : filled;
}

interface Choice {
  readonly case: string | undefined;
  readonly value?: unknown;
}

function fillChoice(schema: DescMessage, name: string, choice: Choice): Choice {
  if (choice.case !== name) return choice;
  const filled = fill(schema, choice.value as Message);
  return filled === choice.value ? choice : { case: name, value: filled };
}
