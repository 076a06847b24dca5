/**
 * Warm token transfers in the engine alone: JavaScript map as state, no encryption, no boundary.
 * @module
 */
import { readFileSync } from "node:fs";
import { call, compileModule, InstancePool } from "@enclavenet/wasm-engine";
import { encodeBech32, tryDecodeBech32 } from "@enclavenet/wire";
import { fastest } from "./tools.mjs";

const BATCH = 20;
const ROUNDS = 60;
const WARM_UP_MS = 2_000;

const json = (value) => new TextEncoder().encode(JSON.stringify(value));
const address = (seed) => encodeBech32("secret", new Uint8Array(20).fill(seed));

function mapBackend() {
  const state = new Map();
  const name = (key) => Buffer.from(key.buffer, key.byteOffset, key.length).toString("hex");
  return {
    read: (key) => ({ value: state.get(name(key)), externalGas: 0n }),
    write: (key, value) => void state.set(name(key), value),
    remove(key) {
      state.delete(name(key));
      return { externalGas: 0n };
    },
    addresses: {
      decode(text) {
        const decoded = tryDecodeBech32(text);
        return "failure" in decoded ? { error: "invalid" } : { prefix: decoded.prefix, bytes: decoded.data };
      },
      encode: encodeBech32,
    },
  };
}

/** A function that makes one transfer and returns its gas. */
function transfers(module, mode) {
  const pool = new InstancePool(mode);
  const request = {
    env: json({
      block: {
        height: 7,
        time: "1700000000000000000",
        chain_id: "bench-1",
        random: Buffer.alloc(32, 7).toString("base64"),
      },
      contract: { address: address(9), code_hash: "00".repeat(32) },
      transaction: { index: 0, hash: "AB".repeat(32) },
    }),
    info: json({ sender: address(1), funds: [] }),
    gasLimit: 10_000_000_000n,
    backend: mapBackend(),
    readOnly: false,
  };
  const run = (entry, msg) => {
    const outcome = call(module, { ...request, entry, msg }, pool);
    const output = outcome.error?.message ?? new TextDecoder().decode(outcome.output);
    if (!output.startsWith('{"Ok"')) throw new Error(`${entry}: ${output}`);
    return outcome.gas.used;
  };
  const balances = [{ address: address(1), amount: "1000000000" }];
  const init = { name: "Bench", symbol: "BENCH", decimals: 6, prng_seed: "YmVuY2g=", initial_balances: balances };
  run("instantiate", json(init));
  const transfer = json({ transfer: { recipient: address(2), amount: "1" } });
  return () => run("execute", transfer);
}

/** Microseconds of one transfer from fresh and from pooled instances. */
export function transferFigures() {
  const module = compileModule(
    new Uint8Array(readFileSync(new URL("../../../contracts/artifacts/token.wasm", import.meta.url))),
  );
  const modes = ["fresh", "pooled"].map((mode) => transfers(module, mode));
  const until = performance.now() + WARM_UP_MS;
  while (performance.now() < until) for (const run of modes) run();
  const batches = modes.map((run) => () => {
    for (let i = 0; i < BATCH; i++) run();
  });
  const [freshUs, pooledUs] = fastest(ROUNDS, batches).map((ms) => (ms * 1000) / BATCH);
  return { freshUs, pooledUs, wasmGas: Number(modes[1]()) };
}
