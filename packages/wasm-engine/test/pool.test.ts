/**
 * Pooled instances (spec 06 §0b.1): a call cannot tell whether its instance is fresh or was used before, nothing of a
 * call stays in the instance, and the pool is bounded.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Backend,
  type CallOutcome,
  type CompiledModule,
  call,
  compileModule,
  type EntryPoint,
  InstancePool,
} from "@enclavenet/wasm-engine";
import fc from "fast-check";
import { describe, expect, it, type TestContext } from "vitest";
import { memoryBackend, PLENTY } from "./support/backend.ts";
import { ENDS, type Program, program, text } from "./support/dirty.ts";
import { assemble, contract } from "./support/wat.ts";

const PAGE = 65_536;
const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

function query(module: CompiledModule, pool: InstancePool, options: { msg?: string; backend?: Backend } = {}) {
  return call(
    module,
    {
      entry: "query",
      env: encode("env"),
      msg: encode(options.msg ?? "msg"),
      gasLimit: 3_000_000n,
      backend: options.backend ?? memoryBackend(),
      readOnly: false,
    },
    pool,
  );
}

/** Everything that a call shows. */
function shown(run: () => CallOutcome): unknown {
  try {
    const outcome = run();
    const { output, error, gas } = outcome;
    return { output, kind: error?.kind, native: "nativeStackOverflow" in outcome, gas };
  } catch (error) {
    return { thrown: (error as Error).message };
  }
}

/** Bytes of an idle instance of `module`, real memory whole. */
function idleBytes(module: CompiledModule, pool: InstancePool): Uint8Array {
  const context = pool.take(module);
  const bytes = context.memory.all().slice();
  pool.give(module, context);
  return bytes;
}

function includes(bytes: Uint8Array, part: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(part);
}

describe("pooled and fresh instances", () => {
  const host: Partial<Backend> = {
    remove: () => {
      throw new Error("the host gave up");
    },
  };

  function compare(programs: readonly Program[]): void {
    const pool = new InstancePool();
    for (const one of programs) {
      const module = compileModule(assemble(text(one)));
      const expected = shown(() => query(module, new InstancePool("fresh"), { backend: memoryBackend(host) }));
      for (let i = 0; i < 3; i++) {
        expect(shown(() => query(module, pool, { backend: memoryBackend(host) }))).toEqual(expected);
      }
      // One comparison of all bytes: naming the first that differs would take the runner minutes.
      const fresh = idleBytes(module, new InstancePool("fresh"));
      expect(Buffer.compare(idleBytes(module, pool), fresh)).toBe(0);
    }
  }

  it("agree on outputs, gas, sizes and every byte, however a call ends", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(program, (one) => {
        seen.add(one.end);
        compare([one]);
      }),
      { numRuns: 150 },
    );
    expect(seen.size).toBe(ENDS.length);
  }, 60_000);

  it.each(ENDS)("agree after a call that ends with %s, on what another program of the module sees", (end) => {
    // One module, two behaviours: the first byte of the message decides between making a mess and looking at it.
    const module = compileModule(assemble(text({ actions: "everything", end })));
    const pool = new InstancePool();
    const look = () => query(module, pool, { msg: "look" });
    const expected = shown(() => query(module, new InstancePool("fresh"), { msg: "look" }));
    expect(expected).toHaveProperty("output.length", 8);
    for (let i = 0; i < 3; i++) {
      shown(() => query(module, pool, { msg: "mess", backend: memoryBackend(host) }));
      expect(shown(look)).toEqual(expected);
    }
  });
});

describe("our contracts", () => {
  const ENV = {
    block: {
      height: 7,
      time: "1700000000000000000",
      chain_id: "test-1",
      random: Buffer.alloc(32, 7).toString("base64"),
    },
    contract: { address: "secret1aa", code_hash: "00".repeat(32) },
    transaction: { index: 0, hash: "AB".repeat(32) },
  };

  function artifact(context: TestContext, name: string): Uint8Array {
    const path = fileURLToPath(new URL(`../../../contracts/artifacts/${name}.wasm`, import.meta.url));
    if (!existsSync(path)) context.skip(`contracts/artifacts/${name}.wasm is not built`);
    return new Uint8Array(readFileSync(path));
  }

  const SCRIPTS: Record<string, readonly (readonly [EntryPoint, unknown, bigint?])[]> = {
    counter: [
      ["instantiate", { count: 5 }],
      ["execute", { echo: { text: "x".repeat(300_000) } }],
      ["query", { get_text: {} }],
      ["execute", { panic: {} }],
      ["execute", { burn_gas: { iterations: 1_000_000_000 } }, 3_000_000n],
      ["execute", { fail: { text: "no" } }],
      ["execute", { roll: { sides: 6 } }],
      ["execute", { no_such_action: {} }],
      ["query", { get_count: {} }],
    ],
    token: [
      [
        "instantiate",
        {
          name: "Token",
          symbol: "TOKEN",
          decimals: 6,
          prng_seed: "YWFh",
          initial_balances: [{ address: "secret1bb", amount: "1000" }],
        },
      ],
      ["execute", { transfer: { recipient: "secret1cc", amount: "1" } }],
      ["execute", { transfer: { recipient: "secret1dd", amount: "2" } }],
      ["execute", { transfer: { recipient: "secret1cc", amount: "100000" } }],
      ["execute", { set_viewing_key: { key: "key" } }],
      ["query", { balance: { address: "secret1bb", key: "key" } }],
      ["query", { balance: { address: "secret1bb", key: "no" } }],
    ],
  };

  it.each(["counter", "token"])("%s: the same outcomes and state from both", (name) => {
    const results = (["fresh", "pooled"] as const).map((mode) => {
      const module = compileModule(artifactOf(name));
      const pool = new InstancePool(mode);
      const backend = memoryBackend();
      const outcomes = (SCRIPTS[name] ?? []).map(([entry, msg, gasLimit = PLENTY]) => {
        const { output, error, gas } = call(
          module,
          {
            entry,
            env: encode(JSON.stringify(ENV)),
            info: encode(JSON.stringify({ sender: "secret1bb", funds: [] })),
            msg: encode(JSON.stringify(msg)),
            gasLimit,
            backend,
            readOnly: entry === "query",
          },
          pool,
        );
        return { output: output && new TextDecoder().decode(output), kind: error?.kind, gas };
      });
      return { outcomes, state: [...backend.state], log: backend.log };
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.outcomes.some(({ output }) => output?.includes('"Ok"'))).toBe(true);
  });

  function artifactOf(name: string): Uint8Array {
    return new Uint8Array(
      readFileSync(fileURLToPath(new URL(`../../../contracts/artifacts/${name}.wasm`, import.meta.url))),
    );
  }

  it("keep their instance from call to call", (context) => {
    const module = compileModule(artifact(context, "counter"));
    const pool = new InstancePool();
    query(module, pool);
    const first = pool.take(module);
    pool.give(module, first);
    query(module, pool);
    expect(pool.take(module)).toBe(first);
  });
});

describe("plaintext", () => {
  const CANARY = "the canary that must not outlive its call";
  const settings = { backend: memoryBackend(), gasLimit: PLENTY, readOnly: false };
  const simple = compileModule(assemble(contract({ query: ["i32.const 16"] })));

  it("is in the instance while the call runs and gone right after it", () => {
    const pool = new InstancePool();
    const context = pool.take(simple);
    context.begin(settings);
    context.allocate(encode(CANARY));
    expect(includes(context.memory.all(), CANARY)).toBe(true);
    pool.give(simple, context);
    expect(pool.size.instances).toBe(1);
    expect(includes(context.memory.all(), CANARY)).toBe(false);
    expect(() => context.backend).toThrow();
  });

  it.each([
    ["returns", ["i32.const 16"]],
    ["traps", ["unreachable"]],
    ["runs out of gas", ["loop", "i32.const 0", "drop", "br 0", "end", "unreachable"]],
  ])("is gone when the call %s", (_how, body) => {
    const module = compileModule(assemble(contract({ query: body })));
    const pool = new InstancePool();
    query(module, pool, { msg: CANARY });
    expect(pool.size.instances).toBe(1);
    expect(includes(idleBytes(module, pool), CANARY)).toBe(false);
  });

  it("is gone from an instance that is thrown away, too", () => {
    const grow = compileModule(assemble(contract({ query: ["i32.const 9", "memory.grow", "drop", "i32.const 16"] })));
    for (const [module, mode] of [
      [grow, "pooled"],
      [simple, "fresh"],
    ] as const) {
      const pool = new InstancePool(mode);
      const context = pool.take(module);
      context.begin(settings);
      context.allocate(encode(CANARY));
      context.guest.function("query")(16, 16);
      pool.give(module, context);
      expect(pool.size).toEqual({ instances: 0, bytes: 0 });
      expect(
        context.memory
          .all()
          .slice(PAGE)
          .every((byte) => byte === 0),
      ).toBe(true);
      expect(includes(context.memory.all(), CANARY)).toBe(false);
    }
  });
});

describe("clearing", () => {
  it.each(["pooled", "fresh"] as const)("finds every byte wherever it is: %s", (mode) => {
    const module = compileModule(assemble(contract({ query: ["i32.const 16"] })));
    const original = idleBytes(module, new InstancePool());
    fc.assert(
      fc.property(fc.array(fc.nat(5 * PAGE - 1), { maxLength: 4 }), fc.constantFrom(1, 128), (addresses, value) => {
        const pool = new InstancePool(mode);
        const context = pool.take(module);
        for (const address of [...addresses, 0, 4095, 4096, 5 * PAGE - 1]) context.memory.all()[address] = value;
        pool.give(module, context);
        const expected = mode === "pooled" ? original : new Uint8Array(5 * PAGE);
        expect(Buffer.compare(context.memory.all(), expected)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the pool", () => {
  const sized = (pages: number) => compileModule(assemble(contract({ query: ["i32.const 16"], pages })));

  it("gives a nested call an instance of its own", () => {
    // Each level notes its depth in memory, asks the next one, and returns what it noted.
    const module = compileModule(
      assemble(
        contract({
          imports: ["query_chain"],
          query: [
            ...["i32.const 64", "local.get $msg", "i32.load", "i32.load8_u", "i32.store8"],
            ...["local.get $msg", "call $query_chain", "drop", "i32.const 16"],
          ],
        }),
      ),
    );
    const pool = new InstancePool();
    const nested = (depth: number): Uint8Array => {
      const outcome = query(module, pool, {
        msg: String.fromCharCode(depth),
        backend: memoryBackend({
          query: () => ({ response: depth < 9 ? nested(depth + 1) : new Uint8Array(0), externalGas: 0n }),
        }),
      });
      return outcome.output as Uint8Array;
    };
    expect(nested(1)[0]).toBe(1);
    expect(pool.size.instances).toBe(4);
    expect(nested(1)[0]).toBe(1);
  });

  it("forgets to what size memory had grown", () => {
    const result = ["i32.const 1024", `i32.const ${PAGE}`, "i32.store", "i32.const 1032", "i32.const 4", "i32.store"];
    const grow = ["i32.const 1", "memory.grow", "drop"];
    const first = ["local.get $msg", "i32.load", "i32.load8_u", "i32.const 109", "i32.eq"];
    const module = compileModule(
      assemble(contract({ query: [...first, "if", ...grow, "end", ...result, "i32.const 1024"] })),
    );
    const pool = new InstancePool();
    expect(query(module, pool, { msg: "mess" }).output).toEqual(new Uint8Array(4));
    expect(query(module, pool, { msg: "look" }).error?.kind).toBe("MemoryReadError");
    expect(pool.size.instances).toBe(1);
  });

  it("throws away what grew beyond the reserve, and keeps what grew within it", () => {
    const grow = (pages: number) =>
      compileModule(assemble(contract({ query: [`i32.const ${pages}`, "memory.grow", "drop", "i32.const 16"] })));
    const pool = new InstancePool();
    query(grow(5), pool);
    expect(pool.size.instances).toBe(0);
    query(grow(4), pool);
    expect(pool.size).toEqual({ instances: 1, bytes: 5 * PAGE });
  });

  it("is bounded in bytes and in instances, and lets the least recently used go", () => {
    const pool = new InstancePool();
    const large = [sized(192), sized(192), sized(192)];
    for (const module of large) query(module, pool);
    expect(pool.size).toEqual({ instances: 2, bytes: 2 * 192 * PAGE });
    query(large[1] as CompiledModule, pool);
    expect(pool.size.instances).toBe(2);
    const small = Array.from({ length: 70 }, () => sized(1));
    for (const module of small) query(module, pool);
    expect(pool.size.instances).toBeLessThanOrEqual(64);
    expect(pool.size.bytes).toBeLessThanOrEqual(33_554_432);
    for (const module of [...large, ...small]) pool.forget(module);
    expect(pool.size).toEqual({ instances: 0, bytes: 0 });
  });
});
