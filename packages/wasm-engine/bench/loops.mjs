/**
 * CPU loops, each as a plain module run by V8 as it is, and inside a contract run by the engine: what metering and the
 * stack limit cost.
 * @module
 */
import { readFileSync } from "node:fs";
import { call, compileModule, InstancePool } from "@enclavenet/wasm-engine";
import { assemble, fastest } from "./tools.mjs";

const repeat = (count, body) => `
  i32.const ${count} local.set $n
  loop ${body}
    local.get $n i32.const 1 i32.sub local.tee $n br_if 0
  end`;

const XORSHIFT = `local.get 0 local.get 0 i64.const 13 i64.shl i64.xor local.tee 0
  local.get 0 i64.const 7 i64.shr_u i64.xor local.tee 0
  local.get 0 i64.const 17 i64.shl i64.xor`;

const rotate = (bits) => `local.get $t i32.const ${bits} i32.rotr`;
/** The sum of rotations and a shift of the word at `$p + offset`, as in the message schedule of SHA-256. */
const schedule = (offset, a, b, shift) => `local.get $p i32.load offset=${offset} local.set $t
  ${rotate(a)} ${rotate(b)} i32.xor local.get $t i32.const ${shift} i32.shr_u i32.xor`;

/** Functions `$run (result i64)` and what they call; memory of 4 pages. */
const LOOPS = {
  "SHA-256 rounds": `(func $run (result i64)
    (local $n i32) (local $p i32) (local $t i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32) (local $x i32)
    i32.const 1779033703 local.set $a i32.const 1359893119 local.set $e
    ${repeat(
      5_000,
      `i32.const 4096 local.set $p
      loop
        local.get $p local.get $p i32.load ${schedule(4, 7, 18, 3)} i32.add local.get $p i32.load offset=36 i32.add
        ${schedule(56, 17, 19, 10)} i32.add i32.store offset=64
        local.get $p i32.const 4 i32.add local.tee $p i32.const 4288 i32.lt_u br_if 0
      end
      i32.const 4096 local.set $p
      loop
        local.get $e local.set $t
        local.get $h ${rotate(6)} ${rotate(11)} i32.xor ${rotate(25)} i32.xor i32.add
        local.get $e local.get $f i32.and local.get $e i32.const -1 i32.xor local.get $g i32.and i32.xor i32.add
        local.get $p i32.load offset=4096 i32.add local.get $p i32.load i32.add local.set $x
        local.get $g local.set $h local.get $f local.set $g local.get $e local.set $f
        local.get $d local.get $x i32.add local.set $e
        local.get $a local.set $t
        local.get $x ${rotate(2)} ${rotate(13)} i32.xor ${rotate(22)} i32.xor i32.add
        local.get $a local.get $b i32.and local.get $a local.get $c i32.and i32.xor
        local.get $b local.get $c i32.and i32.xor i32.add
        local.get $c local.set $d local.get $b local.set $c local.get $a local.set $b local.set $a
        local.get $p i32.const 4 i32.add local.tee $p i32.const 4352 i32.lt_u br_if 0
      end`,
    )}
    local.get $a i64.extend_i32_u local.get $e i64.extend_i32_u i64.add)`,

  "insertion sort": `(func $run (result i64)
    (local $n i32) (local $i i32) (local $j i32) (local $v i32) (local $s i32)
    ${repeat(
      10,
      `i32.const 0 local.set $i i32.const 12345 local.set $s
      loop
        local.get $s i32.const 1103515245 i32.mul i32.const 12345 i32.add local.set $s
        local.get $i local.get $s i32.store offset=4096
        local.get $i i32.const 4 i32.add local.tee $i i32.const 8192 i32.lt_u br_if 0
      end
      i32.const 4 local.set $i
      loop
        local.get $i i32.load offset=4096 local.set $v local.get $i local.set $j
        block loop
          local.get $j i32.eqz br_if 1
          local.get $j i32.load offset=4092 local.get $v i32.le_s br_if 1
          local.get $j local.get $j i32.load offset=4092 i32.store offset=4096
          local.get $j i32.const 4 i32.sub local.set $j br 0
        end end
        local.get $j local.get $v i32.store offset=4096
        local.get $i i32.const 4 i32.add local.tee $i i32.const 8192 i32.lt_u br_if 0
      end`,
    )}
    i32.const 0 i64.load offset=8192)`,

  "copy of bytes": `(func $run (result i64) (local $n i32) (local $i i32)
    ${repeat(
      800,
      `i32.const 0 local.set $i
      loop
        local.get $i local.get $i i32.load8_u offset=4096 i32.const 1 i32.add i32.store8 offset=135168
        local.get $i i32.const 1 i32.add local.tee $i i32.const 8192 i32.lt_u br_if 0
      end`,
    )}
    i32.const 0 i64.load offset=135168)`,

  "copy of words": `(func $run (result i64) (local $n i32) (local $i i32)
    ${repeat(
      8_000,
      `i32.const 0 local.set $i
      loop
        local.get $i local.get $i i64.load offset=4096 i64.store offset=135168
        local.get $i i32.const 8 i32.add local.tee $i i32.const 8192 i32.lt_u br_if 0
      end`,
    )}
    i32.const 0 i64.load offset=135168)`,

  "64-bit arithmetic": `(func $run (result i64) (local $n i32) (local $x i64) (local $y i64)
    i64.const 88172645463325252 local.set $x i64.const 1 local.set $y
    ${repeat(
      4_000_000,
      `local.get $x i64.const 6364136223846793005 i64.mul i64.const 1442695040888963407 i64.add local.tee $x
      i64.const 29 i64.rotl local.get $y i64.xor local.get $x i64.const 33 i64.shr_u i64.add local.set $y`,
    )}
    local.get $y)`,

  "calls of a leaf": `(func $mix (param i64) (result i64) ${XORSHIFT})
    (func $run (result i64) (local $n i32) (local $x i64) i64.const 88172645463325252 local.set $x
    ${repeat(3_000_000, "local.get $x call $mix local.set $x")} local.get $x)`,

  "calls through two functions": `(func $mix (param i64) (result i64) ${XORSHIFT})
    (func $through (param i64) (result i64) local.get 0 call $mix i64.const 1 i64.add)
    (func $run (result i64) (local $n i32) (local $x i64) i64.const 88172645463325252 local.set $x
    ${repeat(3_000_000, "local.get $x call $through local.set $x")} local.get $x)`,
};

const plain = (functions) => `(module (memory 4) ${functions} (export "run" (func $run)))`;
const contract = (functions) => `(module (memory 4)
  (data (i32.const 16) "\\40\\00\\00\\00\\40\\00\\00\\00\\08\\00\\00\\00")
  (data (i32.const 32) "\\40\\00\\00\\00\\40\\00\\00\\00\\08\\00\\00\\00")
  (func (export "interface_version_8")) (func (export "allocate") (param i32) (result i32) i32.const 16)
  ${functions}
  (func (export "query") (param i32 i32) (result i32) i32.const 64 call $run i64.store i32.const 32))`;

const pool = new InstancePool();
const REQUEST = {
  entry: "query",
  env: Uint8Array.of(1),
  msg: Uint8Array.of(1),
  gasLimit: 2n ** 62n,
  backend: {},
  readOnly: true,
};

/** Both forms in turn, so that a busy machine slows down both. */
function compare(name, runPlain, runMetered) {
  const gas = Number(runMetered());
  runPlain();
  const times = fastest(25, [runPlain, runMetered]);
  return {
    loop: name,
    unmeteredMs: times[0],
    meteredMs: times[1],
    ratio: times[1] / times[0],
    nsPerGas: (times[1] * 1e6) / gas,
  };
}

function loop(name, functions) {
  const raw = new WebAssembly.Instance(new WebAssembly.Module(assemble(plain(functions)))).exports;
  const module = compileModule(assemble(contract(functions)));
  const { output } = call(module, REQUEST, pool);
  const actual = new DataView(output.buffer).getBigInt64(0, true);
  if (actual !== raw.run()) throw new Error(`${name}: metered and unmetered results differ`);
  return compare(
    name,
    () => raw.run(),
    () => call(module, REQUEST, pool).gas.used,
  );
}

/** A function of compiler output: the loop of the counter's `burn_gas`, without metering on a host of stubs. */
function counterLoop() {
  const wasm = new Uint8Array(readFileSync(new URL("../../../contracts/artifacts/counter.wasm", import.meta.url)));
  const json = (value) => new TextEncoder().encode(JSON.stringify(value));
  const env = json({
    block: { height: 7, time: "1700000000000000000", chain_id: "bench-1", random: "AAAA" },
    contract: { address: "secret1aa", code_hash: "00".repeat(32) },
    transaction: null,
  });
  const info = json({ sender: "secret1bb", funds: [] });
  const msg = json({ burn_gas: { iterations: 1_000_000 } });
  const module = compileModule(wasm);
  const compiled = new WebAssembly.Module(wasm);
  const stubs = Object.fromEntries(WebAssembly.Module.imports(compiled).map(({ name }) => [name, () => 0]));
  const { exports } = new WebAssembly.Instance(compiled, { env: stubs });
  const place = (bytes) => {
    const region = exports.allocate(bytes.length);
    const view = new DataView(exports.memory.buffer);
    new Uint8Array(exports.memory.buffer).set(bytes, view.getUint32(region, true));
    view.setUint32(region + 8, bytes.length, true);
    return region;
  };
  const backend = { read: () => ({ value: undefined, externalGas: 0n }), write() {} };
  return compare(
    "counter, burn_gas",
    () => exports.execute(place(env), place(info), place(msg)),
    () => call(module, { ...REQUEST, entry: "execute", env, info, msg, backend, readOnly: false }, pool).gas.used,
  );
}

/** Figures of all loops. */
export function meteringFigures() {
  return [...Object.entries(LOOPS).map(([name, functions]) => loop(name, functions)), counterLoop()];
}
