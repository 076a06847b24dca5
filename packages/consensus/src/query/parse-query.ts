/**
 * The event query language of CometBFT: conditions joined by AND, operators `= < <= > >= CONTAINS EXISTS`, operands
 * single-quoted strings, numbers, `TIME <RFC 3339>`, `DATE <yyyy-mm-dd>`, at most 512 characters (spec 04 §5.4).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { tryParseRfc3339 } from "../base/rfc3339.ts";
import { type Decimal, tryParseDecimal } from "./decimal.ts";

/** Right side of a comparison. `text` is what was written, without quotes. */
export type Operand =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string; readonly value: Decimal }
  | { readonly kind: "time"; readonly text: string; readonly timeNs: bigint };

/** Operators that compare. */
export type Comparison = "=" | "<" | "<=" | ">" | ">=";

/** One condition on a composite key `type.attribute`. */
export type Condition =
  | { readonly key: string; readonly op: "EXISTS" }
  | { readonly key: string; readonly op: "CONTAINS"; readonly text: string }
  | { readonly key: string; readonly op: Comparison; readonly operand: Operand };

/** Conditions that must all hold; at least one. */
export interface Query {
  readonly conditions: readonly Condition[];
}

/** Longest accepted query text. */
export const MAX_QUERY_LENGTH = 512;

const COMPARISON = /(?:<=|>=|=|<|>)/y;
const KEY = /[^\s\\()"'=><]+/y;
const STRING = /'([^']*)'/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.:-])/y;
const TIME = /TIME\s+([0-9TZ:.+-]+)/y;
const DATE = /DATE\s+(\d{4}-\d{2}-\d{2})(?![\w.:-])/y;
const SPACE = /\s*/y;

function syntaxError(message: string, position: number): LocalError {
  return new LocalError("QUERY_SYNTAX", `${message} at position ${position}`);
}

class Scanner {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position === this.#text.length;
  }

  /** Consumes a match at the current position and the blanks after it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position += match[0].length;
    this.#skipSpace();
    return match;
  }

  /** Consumes the word when it stands alone. */
  takeWord(word: string): boolean {
    const before = this.#position;
    if (this.take(KEY)?.[0] === word) return true;
    this.#position = before;
    return false;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#position;
    this.#position += SPACE.exec(this.#text)?.[0].length ?? 0;
  }
}

function timeOperand(text: string, rfc3339: string, position: number): Operand {
  const timeNs = tryParseRfc3339(rfc3339);
  if (timeNs === undefined) throw syntaxError("invalid time", position);
  return { kind: "time", text, timeNs };
}

function parseNumber(scanner: Scanner): Operand | undefined {
  const { position } = scanner;
  const match = scanner.take(NUMBER);
  if (match === undefined) return undefined;
  const value = tryParseDecimal(match[0]);
  if (value === undefined) throw syntaxError("number too long", position);
  return { kind: "number", text: match[0], value };
}

function parseOperand(scanner: Scanner): Operand {
  const { position } = scanner;
  const quoted = scanner.take(STRING);
  if (quoted !== undefined) return { kind: "string", text: quoted[1] as string };
  const time = scanner.take(TIME)?.[1];
  if (time !== undefined) return timeOperand(time, time, position);
  const date = scanner.take(DATE)?.[1];
  if (date !== undefined) return timeOperand(date, `${date}T00:00:00Z`, position);
  const number = parseNumber(scanner);
  if (number !== undefined) return number;
  throw syntaxError("expected a quoted string, a number, TIME or DATE", position);
}

function parseCondition(scanner: Scanner): Condition {
  const { position } = scanner;
  const key = scanner.take(KEY)?.[0];
  if (key === undefined) throw syntaxError("expected a key", position);
  if (scanner.takeWord("EXISTS")) return { key, op: "EXISTS" };
  if (scanner.takeWord("CONTAINS")) {
    const operand = parseOperand(scanner);
    if (operand.kind !== "string") throw syntaxError("CONTAINS takes a quoted string", position);
    return { key, op: "CONTAINS", text: operand.text };
  }
  const op = scanner.take(COMPARISON)?.[0] as Comparison | undefined;
  if (op === undefined) throw syntaxError("expected an operator", scanner.position);
  const operand = parseOperand(scanner);
  if (op !== "=" && operand.kind === "string") throw syntaxError("an order comparison takes no string", position);
  return { key, op, operand };
}

/** Parses a query. Throws LocalError `QUERY_SYNTAX`. */
export function parseQuery(text: string): Query {
  if (text.length > MAX_QUERY_LENGTH) throw syntaxError("query too long", MAX_QUERY_LENGTH);
  const scanner = new Scanner(text);
  const conditions = [parseCondition(scanner)];
  while (!scanner.atEnd) {
    if (!scanner.takeWord("AND")) throw syntaxError("expected AND", scanner.position);
    conditions.push(parseCondition(scanner));
  }
  return { conditions };
}

function operandToText(operand: Operand): string {
  if (operand.kind === "string") return `'${operand.text}'`;
  if (operand.kind === "number") return operand.text;
  return `${operand.text.includes("T") ? "TIME" : "DATE"} ${operand.text}`;
}

/** Canonical text of a query: what {@link parseQuery} reads back as the same conditions. */
export function queryToText(query: Query): string {
  return query.conditions
    .map((c) => {
      if (c.op === "EXISTS") return `${c.key} EXISTS`;
      if (c.op === "CONTAINS") return `${c.key} CONTAINS '${c.text}'`;
      return `${c.key} ${c.op} ${operandToText(c.operand)}`;
    })
    .join(" AND ");
}
