/**
 * Events of a contract's response (spec 03 §5.4).
 * @module
 */
import type { Event } from "@enclavenet/abci";
import type { Attribute, ContractResult } from "@enclavenet/enclave-api";
import { attribute } from "../../support/events.ts";
import { ErrInvalidEvent } from "./errors.ts";

const CONTRACT_ADDRESS = "contract_address";

/** White space that Go trims. */
const SPACE = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const OUTER_SPACE = new RegExp(`^${SPACE}|${SPACE}$`, "gu");

function trimSpace(text: string): string {
  return text.replace(OUTER_SPACE, "");
}

function customAttribute({ key, value }: Attribute): Attribute {
  const trimmed = { key: trimSpace(key), value: trimSpace(value) };
  if (trimmed.key === "") throw ErrInvalidEvent.wrap(`Empty attribute key. Value: ${value}`);
  if (trimmed.value === "") throw ErrInvalidEvent.wrap(`Empty attribute value. Key: ${key}`);
  if (trimmed.key.startsWith("_")) throw ErrInvalidEvent.wrap(`Attribute key starts with reserved prefix _: '${key}'`);
  return trimmed;
}

function customEvent(contract: string, event: ContractResult["events"][number]): Event {
  const type = trimSpace(event.type);
  if (type.length <= 2) throw ErrInvalidEvent.wrap(`Event type too short: '${event.type}'`);
  const attributes = event.attributes.map(customAttribute).map(({ key, value }) => attribute(key, value));
  return { type: `wasm-${type}`, attributes: [attribute(CONTRACT_ADDRESS, contract), ...attributes] };
}

/** The `wasm` event, which is always there, and the contract's own events after it. */
export function contractEvents(contract: string, result: ContractResult): Event[] {
  const own = result.attributes.filter(({ key }) => key !== CONTRACT_ADDRESS);
  const wasm: Event = {
    type: "wasm",
    attributes: [attribute(CONTRACT_ADDRESS, contract), ...own.map(({ key, value }) => attribute(key, value))],
  };
  return [wasm, ...result.events.map((event) => customEvent(contract, event))];
}

/** Bytes that every event and every attribute costs beside its texts. */
const BYTES_PER_EVENT = 64;
const BYTES_PER_ATTRIBUTE = 16;

function attributesSize(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, { key, value }) => sum + key.length + value.length + BYTES_PER_ATTRIBUTE, 0);
}

/** About how large a call makes the result of its transaction. */
export function resultSize({ attributes, events, data, error }: ContractResult): number {
  const inEvents = events.reduce((sum, one) => sum + one.type.length + attributesSize(one.attributes), 0);
  const texts = (data?.length ?? 0) + (error?.length ?? 0);
  return texts + attributesSize(attributes) + inEvents + BYTES_PER_EVENT * (events.length + 1);
}
