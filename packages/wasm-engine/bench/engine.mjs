/**
 * Bench of the engine: what metering costs, time per gas of every import, a token transfer, compiling.
 *
 * Cost model: metering adds a compare, a subtract and a store per instruction sequence, in short loops without calls one of
 * each per four rounds, the stack counter two stores per call of a function that calls. Best case: long sequences; worst
 * case: calls of small functions, and loops of few instructions that branch much. Times are processor time of the fastest round, so that a busy machine disturbs little.
 *
 * Run after a build: `node packages/wasm-engine/bench/engine.mjs`, with `--json` for the figures as one line of JSON.
 * @module
 */
import { readFileSync } from "node:fs";
import { compileModule } from "@enclavenet/wasm-engine";
import { importFigures } from "./imports.mjs";
import { meteringFigures } from "./loops.mjs";
import { fastest } from "./tools.mjs";
import { transferFigures } from "./transfer.mjs";

/** The loop that imports are held against: compiler output, run as contracts are. */
const REFERENCE_LOOP = "counter, burn_gas";

function compileFigures() {
  return ["counter", "token"].map((name) => {
    const wasm = new Uint8Array(readFileSync(new URL(`../../../contracts/artifacts/${name}.wasm`, import.meta.url)));
    const { size } = compileModule(wasm);
    const [ms] = fastest(9, [() => compileModule(wasm)]);
    return { contract: name, kib: wasm.length / 1024, ms, growth: size.instrumented / size.original };
  });
}

/** A few digits are enough. */
function rounded(value) {
  if (typeof value === "number") return Number(value.toPrecision(3));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, rounded(entry)]));
}

function measure() {
  const metering = meteringFigures();
  const reference = metering.find(({ loop }) => loop === REFERENCE_LOOP);
  return rounded({
    metering,
    imports: importFigures(reference.nsPerGas),
    transfer: transferFigures(),
    compile: compileFigures(),
  });
}

function printTable(title, rows) {
  const columns = Object.keys(rows[0]);
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  process.stdout.write(`\n${title}\n`);
  for (const line of cells)
    process.stdout.write(
      `  ${line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd()}\n`,
    );
}

const figures = measure();
if (process.argv.includes("--json")) {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} else {
  printTable("Metering", figures.metering);
  printTable(`Imports, held against the loop "${REFERENCE_LOOP}"`, figures.imports);
  printTable("Token transfer, microseconds", [figures.transfer]);
  printTable("Compiling", figures.compile);
}
