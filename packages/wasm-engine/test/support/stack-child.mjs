/**
 * Child process of the stack tests: runs given modules in a worker with a stack of a given size, under whatever V8 flags
 * the process was started with, and prints the outcomes as JSON.
 * @module
 */
import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const LEVELS = 11;

function backendOf(engine, compiled, level) {
  return {
    read: () => ({ value: Uint8Array.of(1), externalGas: 0n }),
    query() {
      const outcome =
        level + 1 < LEVELS ? run(engine, compiled, level + 1) : { kind: "bottom", native: false, used: "0" };
      if (outcome.native) throw new Error("native stack overflow in a nested call");
      return { response: new TextEncoder().encode(outcome.kind), externalGas: BigInt(outcome.used) };
    },
  };
}

function run(engine, compiled, level) {
  const outcome = engine.call(compiled, {
    entry: "query",
    env: Uint8Array.of(1),
    msg: Uint8Array.of(1),
    gasLimit: 1_000_000_000_000n,
    backend: backendOf(engine, compiled, level),
    readOnly: true,
  });
  return {
    kind: outcome.error?.kind ?? "output",
    native: outcome.nativeStackOverflow === true,
    used: String(outcome.gas.used),
    output: outcome.output === undefined ? "" : Buffer.from(outcome.output).toString("hex"),
  };
}

if (isMainThread) {
  const [bundle, cases, stackSizeMb] = process.argv.slice(2);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { bundle, cases },
    resourceLimits: { stackSizeMb: Number(stackSizeMb) },
  });
  worker.on("message", (message) => process.stdout.write(JSON.stringify(message)));
} else {
  const engine = await import(workerData.bundle);
  let capacity = "enough";
  try {
    engine.assertStackCapacity(LEVELS);
  } catch (error) {
    capacity = error.code;
  }
  const results = {};
  for (const [name, wasm] of Object.entries(JSON.parse(readFileSync(workerData.cases, "utf8")))) {
    const compiled = engine.compileModule(new Uint8Array(Buffer.from(wasm, "base64")));
    // Repeated, so that the optimising compiler takes over in between when it may.
    const attempt = () => {
      try {
        return run(engine, compiled, 0);
      } catch (error) {
        return { kind: "thrown", native: false, used: "0", output: error.message };
      }
    };
    const runs = Array.from({ length: 6 }, () => JSON.stringify(attempt()));
    results[name] = [...new Set(runs)].map((text) => JSON.parse(text));
  }
  parentPort.postMessage({ capacity, results });
}
