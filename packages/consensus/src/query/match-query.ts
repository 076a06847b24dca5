/**
 * Whether values satisfy a condition, and whether an event's composite keys satisfy a query (subscriptions).
 * Searches of committed data have their own rule, "within one event": see the index.
 * @module
 */

import type { CompositeKeys } from "../base/events.ts";
import { tryParseRfc3339 } from "../base/rfc3339.ts";
import { compareDecimals, tryParseDecimal } from "./decimal.ts";
import type { Comparison, Condition, Operand, Query } from "./parse-query.ts";

/** Longest attribute value that is tried as a time. */
const MAX_TIME_LENGTH = 40;

function holds(op: Comparison, order: number): boolean {
  switch (op) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function compareValue(value: string, operand: Operand): number | undefined {
  if (operand.kind === "string") return value === operand.text ? 0 : undefined;
  if (operand.kind === "number") {
    const number = tryParseDecimal(value);
    return number === undefined ? undefined : compareDecimals(number, operand.value);
  }
  if (value.length > MAX_TIME_LENGTH) return undefined;
  const timeNs = tryParseRfc3339(value) ?? tryParseRfc3339(`${value}T00:00:00Z`);
  if (timeNs === undefined || timeNs === operand.timeNs) return timeNs === undefined ? undefined : 0;
  return timeNs < operand.timeNs ? -1 : 1;
}

/** Whether one attribute value satisfies a condition. A value of another type than the operand never does. */
export function matchesCondition(condition: Condition, value: string): boolean {
  if (condition.op === "EXISTS") return true;
  if (condition.op === "CONTAINS") return value.includes(condition.text);
  const order = compareValue(value, condition.operand);
  return order !== undefined && holds(condition.op, order);
}

/** Whether every condition is satisfied by some value of its key (spec 04 §5.4, subscriptions). */
export function matchesEvent(query: Query, keys: CompositeKeys): boolean {
  return query.conditions.every((condition) =>
    (keys.get(condition.key) ?? []).some((value) => matchesCondition(condition, value)),
  );
}
