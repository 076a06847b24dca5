/**
 * Bench of the engine: metered against unmetered CPU loop, rewriting cost per megabyte, a whole call in a fresh instance.
 *
 * Cost model: metering adds a compare and a subtract per instruction sequence, the stack counter two updates per call of
 * a function that calls; a fresh instance pays for its memory. Best case: long sequences; worst case: short loop bodies.
 * Run after a build: `node packages/wasm-engine/bench/engine.mjs`.
 * @module
 */
import { readFileSync } from "node:fs";
import { call, compileModule } from "@enclavenet/wasm-engine";
import wabtFactory from "wabt";

const wabt = await wabtFactory();

const assemble = (text) => new Uint8Array(wabt.parseWat("bench.wat", text).toBinary({}).buffer);
const print = (line) => process.stdout.write(`${line}\n`);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function time(runs, action) {
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    action();
    times.push(performance.now() - start);
  }
  return median(times);
}

const ITERATIONS = 20_000_000;
/** A loop of xorshift steps, straight or through a call per round, as contract and as plain module. */
const LOOP = (step) => `
  (func $mix (param i64) (result i64)
    local.get 0 local.get 0 i64.const 13 i64.shl i64.xor local.tee 0
    local.get 0 i64.const 7 i64.shr_u i64.xor local.tee 0
    local.get 0 i64.const 17 i64.shl i64.xor)
  (func $through (param i64) (result i64) local.get 0 call $mix i64.const 1 i64.add)
  (func $loop (export "loop") (result i64) (local $n i32) (local $x i64)
    i32.const ${ITERATIONS} local.set $n i64.const 88172645463325252 local.set $x
    loop
      local.get $x ${step} local.set $x
      local.get $n i32.const 1 i32.sub local.tee $n br_if 0
    end
    local.get $x)`;
const CONTRACT = (step) => `(module (memory 2)
  (data (i32.const 16) "\\40\\00\\00\\00\\40\\00\\00\\00\\08\\00\\00\\00")
  (data (i32.const 32) "\\40\\00\\00\\00\\40\\00\\00\\00\\08\\00\\00\\00")
  (func (export "interface_version_8")) (func (export "allocate") (param i32) (result i32) i32.const 16)
  ${LOOP(step)}
  (func (export "query") (param i32 i32) (result i32) i32.const 64 call $loop i64.store i32.const 32))`;

const request = {
  entry: "query",
  env: Uint8Array.of(1),
  msg: Uint8Array.of(1),
  gasLimit: 2n ** 62n,
  backend: {},
  readOnly: true,
};

function loopBench(name, step) {
  const raw = new WebAssembly.Instance(new WebAssembly.Module(assemble(`(module ${LOOP(step)})`)));
  const module = compileModule(assemble(CONTRACT(step)));
  const expected = raw.exports.loop();
  const outcome = call(module, request);
  const actual = new DataView(outcome.output.buffer).getBigInt64(0, true);
  if (actual !== expected) throw new Error("metered and unmetered results differ");
  const plain = time(5, () => raw.exports.loop());
  const metered = time(5, () => call(module, request));
  const nsPerGas = (metered * 1e6) / Number(outcome.gas.used);
  print(
    `${name}: unmetered ${plain.toFixed(0)} ms, metered ${metered.toFixed(0)} ms, ratio ${(metered / plain).toFixed(2)}, ` +
      `${nsPerGas.toFixed(3)} ns per wasm gas`,
  );
}

loopBench("CPU loop, calls a leaf", "call $mix");
loopBench("CPU loop, calls through two functions", "call $through");

const EMPTY = `(module (memory 17) (data (i32.const 16) "\\40\\00\\00\\00\\40\\00\\00\\00\\08\\00\\00\\00")
  (func (export "interface_version_8")) (func (export "allocate") (param i32) (result i32) i32.const 16)
  (func (export "query") (param i32 i32) (result i32) i32.const 16))`;
const empty = compileModule(assemble(EMPTY));
for (let i = 0; i < 2_000; i++) call(empty, request);
const batch = time(20, () => {
  for (let i = 0; i < 500; i++) call(empty, request);
});
print(`empty call in a fresh instance of 17 pages: ${((batch * 1000) / 500).toFixed(0)} us`);

for (const name of ["counter", "token"]) {
  let wasm;
  try {
    wasm = new Uint8Array(readFileSync(new URL(`../../../contracts/artifacts/${name}.wasm`, import.meta.url)));
  } catch {
    print(`${name}.wasm: not built`);
    continue;
  }
  const { size } = compileModule(wasm);
  const ms = time(9, () => compileModule(wasm));
  print(
    `${name}.wasm: ${(wasm.length / 1024).toFixed(0)} KiB, parse + validate + rewrite + compile ${ms.toFixed(1)} ms ` +
      `(${((ms * 1_048_576) / wasm.length).toFixed(0)} ms per MiB), size x${(size.instrumented / size.original).toFixed(2)}`,
  );
}
