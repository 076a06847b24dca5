/**
 * The numbers of docs/reference/limits.md are those of the code: every cell that has a number says where each of its numbers
 * stands in the sources, and a cell that says nothing fails.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const MIB = 1024 ** 2;

/** A product or a number of TypeScript: `64 * 1024 * 1024`, `10_000n`. */
function numberOf(text: string): number {
  if (!/^[\d_n *]+$/.test(text)) throw new Error(`no number: ${text}`);
  return text.split("*").reduce((product, one) => product * Number(one.replaceAll(/[_n ]/g, "")), 1);
}

/** The value of a constant, or of a field with that name, where it is set. */
function constant(source: string): number {
  const [file = "", name = ""] = source.split(" ");
  const found = [
    ...read(`packages/${file}`).matchAll(
      new RegExp(`\\b${name}(?:: [\\w.]+)? ?[=:] "?([\\d_n *]+)"?(?:[;,]| \\})`, "g"),
    ),
  ];
  if (found.length !== 1) throw new Error(`${file} sets ${name} ${found.length} times`);
  return numberOf(found[0]?.[1] ?? "");
}

const plain = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, " ");
const mib = (value: number): string => `${value / MIB} MiB`;
const COMPUTE = "chain/src/modules/compute";
const OUTPUT = "enclave/src/contract-engine/output-limits.ts";
const WORK = "wasm-engine/src/runtime/host-work.ts";

/** Columns "what" of the page's rows, with the texts that its "value" must have, made of the code. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  "wasm stack of a call": [plain(constant("wasm-engine/src/instrument/stack-weight.ts STACK_LIMIT_SLOTS"))],
  "gas of a call": [
    plain(constant(`${COMPUTE}/gas.ts MAX_CALL_GAS`) / constant(`${COMPUTE}/gas.ts GAS_MULTIPLIER`)),
    plain(constant("enclave/src/contract-engine/run.ts MAX_CALL_GAS") / constant(`${COMPUTE}/gas.ts GAS_MULTIPLIER`)),
  ],
  "memory of a call": [
    `${constant("wasm-engine/src/instrument/gas-rules.ts MAX_MEMORY_PAGES")} pages`,
    mib(constant("wasm-engine/src/instrument/gas-rules.ts MAX_MEMORY_PAGES") * 65_536),
    `${plain(constant("wasm-engine/src/instrument/gas-rules.ts GAS_PER_PAGE"))} wasm gas a page`,
  ],
  "nesting of messages and replies": [plain(constant(`${COMPUTE}/keeper.ts MAX_CALL_DEPTH`))],
  "nesting of queries": [plain(constant("enclave/src/contract-engine/query-chain.ts MAX_QUERY_DEPTH"))],
  "work of the host for a call": [
    `${constant(`${WORK} HOST_WORK_ALLOWANCE`) / MIB} Mi units`,
    `${plain(constant(`${WORK} WORK_PER_HOST_CALL`))} a call`,
    `${plain(constant(`${WORK} WORK_PER_QUERY`))} a query, and ${constant(`${WORK} WORK_PER_QUERY_BYTE`)} a byte of it`,
    `${constant(`${WORK} WORK_PER_KEY_BYTE`)} a byte of a name to write`,
    `first ${constant(`${WORK} SHORT_NAME_BYTES`)}`,
    `${constant(`${WORK} WORK_PER_ADDRESS_BYTE`)} a byte of an address`,
    `${constant(`${WORK} WORK_PER_MESSAGE_BYTE`)} a byte of a message to sign or verify`,
  ],
  "an ecall": [`${constant("node/src/localnet/options.ts enclaveDeadlineMs") / 1000} seconds`],
  "code that is sent": [plain(constant(`${COMPUTE}/messages.ts MAX_SENT_CODE_BYTES`))],
  "code that is unpacked": [plain(constant("node/src/network/genesis-document.ts max_contract_size"))],
  "pages that it begins with, when stored": [plain(constant("wasm-engine/src/compatibility.ts MAX_INITIAL_PAGES"))],
  "the same, when it is to run": [plain(constant("wasm-engine/src/instrument/gas-rules.ts MAX_MEMORY_PAGES"))],
  "compiled modules that the enclave keeps": [
    plain(constant("enclave/src/contract-engine/module-cache.ts MAX_MODULES")),
    mib(constant("enclave/src/contract-engine/module-cache.ts MAX_KEPT_BYTES")),
  ],
  "a contract's message, encrypted": [plain(constant("enclave/src/transactions/messages.ts MAX_MESSAGE_BYTES"))],
  "an output: response, error, answer of a query": [
    plain(constant(`${OUTPUT} MAX_OUTPUT_BYTES`)),
    `nested ${constant("wire/src/json/parse.ts MAX_DEPTH")} deep`,
  ],
  "attributes of a response and of its events together": [plain(constant(`${OUTPUT} MAX_ATTRIBUTES`))],
  "events of a response; messages of a response": [
    `${plain(constant(`${OUTPUT} MAX_EVENTS`))} each`,
    `${plain(constant(`${OUTPUT} MAX_MESSAGES`))} each`,
  ],
  "results of contracts in a transaction, in a block: data, errors, events, with 64 bytes for each event and 16 for each attribute":
    [
      `${mib(constant("chain/src/baseapp/result-budget.ts MAX_TX_RESULT_BYTES"))}, `,
      mib(constant("chain/src/baseapp/result-budget.ts MAX_BLOCK_RESULT_BYTES")),
    ],
  "label of a contract": [`${constant(`${COMPUTE}/messages.ts MAX_LABEL_BYTES`)} bytes`],
  "name of a record": [`${constant(`${WORK} HOST_WORK_ALLOWANCE`) / constant(`${WORK} WORK_PER_KEY_BYTE`) / 1024} KiB`],
  "value of a record": [`${plain(constant("wasm-engine/src/imports/state.ts PSEUDO_GAS_PER_BYTE"))} wasm gas a byte`],
  "signatures of a batch": [
    `${plain(constant("wasm-engine/src/imports/crypto.ts ED25519_BATCH_EACH_GAS"))} wasm gas each`,
  ],
};

/** Columns of a row. */
const rows = read("docs/reference/limits.md")
  .split("\n")
  .filter((line) => /^\| (?!what |--- )/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| /, "")));

describe("docs/reference/limits.md", () => {
  it.each(rows)("%s: %s", (what = "", value = "") => {
    const expected = Object.hasOwn(ROWS, what) ? ROWS[what] : undefined;
    if (expected === undefined) expect(value.replaceAll(/`[^`]*`/g, "")).not.toMatch(/\d/);
    for (const text of expected ?? []) expect(value).toContain(text);
  });

  it("has every row that is known here", () => {
    expect(Object.keys(ROWS).filter((what) => !rows.some(([cell]) => cell === what))).toEqual([]);
  });

  it("counts events and attributes as the code does", () => {
    const [what] = rows.find(([cell]) => cell?.startsWith("results of contracts")) ?? [];
    const events = `${COMPUTE}/contract-events.ts`;
    expect(what).toContain(`${constant(`${events} BYTES_PER_EVENT`)} bytes for each event`);
    expect(what).toContain(`${constant(`${events} BYTES_PER_ATTRIBUTE`)} for each attribute`);
  });
});
