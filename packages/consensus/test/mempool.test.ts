import type { CheckTxRequest, ExecTxResult } from "@enclavenet/abci";
import { bytesToUtf8, CodedError, utf8ToBytes } from "@enclavenet/common";
import { beforeEach, describe, expect, it } from "vitest";
import {
  DEFAULT_MEMPOOL_LIMITS,
  ErrMempoolIsFull,
  ErrTxInMempoolCache,
  ErrTxTooLarge,
  Mempool,
  type MempoolLimits,
  txSizeInBlock,
} from "../src/index.ts";
import { result } from "./support/results.ts";

let answers: (request: CheckTxRequest) => ExecTxResult | Promise<ExecTxResult>;
let seen: string[];
let added: number;
let maxGas: bigint;

beforeEach(() => {
  answers = () => result();
  seen = [];
  added = 0;
  maxGas = -1n;
});

function mempool(limits: Partial<MempoolLimits> = {}): Mempool {
  return new Mempool(
    { ...DEFAULT_MEMPOOL_LIMITS, ...limits },
    {
      checkTx: async (request) => {
        seen.push(`${request.recheck ? "re" : ""}${bytesToUtf8(request.tx)}`);
        return await answers(request);
      },
      maxGas: () => maxGas,
      onAdded: () => {
        added++;
      },
    },
  );
}

const tx = utf8ToBytes;
const content = (pool: Mempool) => pool.list(1000).map(bytesToUtf8);

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("mempool", () => {
  it("keeps accepted transactions in order and forgets refused ones", async () => {
    const pool = mempool();
    answers = ({ tx: bytes }) => result({ code: bytesToUtf8(bytes) === "bad" ? 5 : 0 });
    await pool.checkTx(tx("a"));
    expect((await pool.checkTx(tx("bad"))).code).toBe(5);
    await pool.checkTx(tx("b"));
    expect(content(pool)).toEqual(["a", "b"]);
    expect(added).toBe(2);
    expect(pool.totalBytes).toBe(2);
    expect((await pool.checkTx(tx("bad"))).code).toBe(5);
  });

  it("refuses what it has seen, what is too large, and anything when full", async () => {
    const pool = mempool({ maxTxs: 2, maxTxBytes: 4, maxTotalBytes: 9 });
    await pool.checkTx(tx("aaaa"));
    expect(CodedError.is(await refusal(pool.checkTx(tx("aaaa"))), ErrTxInMempoolCache)).toBe(true);
    expect(CodedError.is(await refusal(pool.checkTx(tx("aaaaa"))), ErrTxTooLarge)).toBe(true);
    await pool.checkTx(tx("bbb"));
    expect(CodedError.is(await refusal(pool.checkTx(tx("c"))), ErrMempoolIsFull)).toBe(true);
    pool.removeCommitted([tx("aaaa")], [result()]);
    await pool.checkTx(tx("c"));
    expect(content(pool)).toEqual(["bbb", "c"]);
    const narrow = mempool({ maxTotalBytes: 5 });
    await narrow.checkTx(tx("aaa"));
    expect(CodedError.is(await refusal(narrow.checkTx(tx("bbb"))), ErrMempoolIsFull)).toBe(true);
    await narrow.checkTx(tx("bb"));
  });

  it("counts transactions that are still being checked", async () => {
    const pool = mempool({ maxTxs: 1 });
    const first = pool.checkTx(tx("a"));
    expect(CodedError.is(await refusal(pool.checkTx(tx("b"))), ErrMempoolIsFull)).toBe(true);
    expect(CodedError.is(await refusal(pool.checkTx(tx("a"))), ErrMempoolIsFull)).toBe(true);
    await first;
    expect(content(pool)).toEqual(["a"]);
  });

  it("gives back what it reserved when the application fails", async () => {
    const pool = mempool({ maxTxs: 1 });
    answers = () => {
      throw new Error("gone");
    };
    await expect(pool.checkTx(tx("a"))).rejects.toThrow("gone");
    answers = () => result();
    await pool.checkTx(tx("a"));
    expect(pool.totalBytes).toBe(1);
  });

  it("remembers committed successes only", async () => {
    const pool = mempool();
    await pool.checkTx(tx("good"));
    await pool.checkTx(tx("fails"));
    pool.removeCommitted([tx("good"), tx("fails")], [result(), result({ code: 1 })]);
    expect(pool.size).toBe(0);
    expect(pool.totalBytes).toBe(0);
    expect(CodedError.is(await refusal(pool.checkTx(tx("good"))), ErrTxInMempoolCache)).toBe(true);
    expect((await pool.checkTx(tx("fails"))).code).toBe(0);
  });

  it("does not take a waiting transaction twice even after its hash left the cache", async () => {
    const pool = mempool({ cacheSize: 1 });
    await pool.checkTx(tx("a"));
    await pool.checkTx(tx("b"));
    expect(CodedError.is(await refusal(pool.checkTx(tx("a"))), ErrTxInMempoolCache)).toBe(true);
  });

  it("reaps in order up to the first that does not fit", async () => {
    const pool = mempool();
    answers = ({ tx: bytes }) => result({ gasWanted: BigInt(bytes.length) });
    for (const text of ["aa", "bbbb", "c"]) await pool.checkTx(tx(text));
    const reap = (bytes: bigint, gas: bigint) => pool.reap(bytes, gas).map(bytesToUtf8);
    expect(reap(1000n, -1n)).toEqual(["aa", "bbbb", "c"]);
    expect(reap(4n, -1n)).toEqual(["aa"]);
    expect(reap(3n, -1n)).toEqual([]);
    expect(reap(9n, -1n)).toEqual(["aa"]);
    expect(reap(10n, -1n)).toEqual(["aa", "bbbb"]);
    expect(reap(1000n, 6n)).toEqual(["aa", "bbbb"]);
    expect(reap(1000n, 5n)).toEqual(["aa"]);
    expect(pool.size).toBe(3);
  });

  it("reaps at most as many as one block may hold, and the rest for the next", async () => {
    const pool = mempool({ maxBlockTxs: 2 });
    for (const text of ["a", "b", "c"]) await pool.checkTx(tx(text));
    const first = pool.reap(1000n, -1n);
    expect(first.map(bytesToUtf8)).toEqual(["a", "b"]);
    pool.removeCommitted(
      first,
      first.map(() => result()),
    );
    expect(pool.reap(1000n, -1n).map(bytesToUtf8)).toEqual(["c"]);
  });

  it("measures a transaction as a field of the block's data", () => {
    for (const [length, size] of [
      [0, 2],
      [127, 129],
      [128, 131],
      [16_383, 16_386],
      [16_384, 16_388],
    ] as const) {
      expect(txSizeInBlock(new Uint8Array(length))).toBe(BigInt(size));
    }
  });

  it("refuses a transaction that asks for more gas than any block has", async () => {
    const pool = mempool();
    maxGas = 10n;
    answers = () => result({ gasWanted: 11n });
    expect(await pool.checkTx(tx("a"))).toMatchObject({ code: 11, codespace: "sdk" });
    answers = () => result({ gasWanted: 10n });
    expect(await pool.checkTx(tx("a"))).toMatchObject({ code: 0 });
  });

  it("holds back CheckTx while locked, and waits for those that run", async () => {
    const pool = mempool();
    let release: () => void = () => {};
    answers = () =>
      new Promise((resolve) => {
        release = () => resolve(result());
      });
    const running = pool.checkTx(tx("running"));
    const locked = pool.lock();
    const held = pool.checkTx(tx("held"));
    release();
    await locked;
    await running;
    expect(seen).toEqual(["running"]);
    answers = () => result();
    await pool.recheck([]);
    pool.unlock();
    await held;
    expect(seen).toEqual(["running", "rerunning", "held"]);
    expect(content(pool)).toEqual(["running", "held"]);
  });

  it("queues a sequence of one account and keeps it across blocks", async () => {
    const pool = mempool();
    let committed = 0;
    let next = 0;
    // An account whose transactions must come in sequence, in the check state as in a block.
    answers = ({ tx: bytes }) => {
      const sequence = Number(bytesToUtf8(bytes));
      if (sequence !== next) return result({ code: 32 });
      next++;
      return result();
    };
    const checks = Array.from({ length: 150 }, (_, i) => pool.checkTx(tx(String(i))));
    expect((await Promise.all(checks)).every((r) => r.code === 0)).toBe(true);
    const block = pool.list(100);
    await pool.lock();
    committed = block.length;
    next = committed;
    pool.removeCommitted(
      block,
      block.map(() => result()),
    );
    await pool.recheck([]);
    pool.unlock();
    expect(content(pool)).toEqual(Array.from({ length: 50 }, (_, i) => String(100 + i)));
    expect((await pool.checkTx(tx("150"))).code).toBe(0);
  });

  it("rechecks all but what the block holds, which stays until the block shows", async () => {
    const pool = mempool();
    for (const text of ["a", "b", "c"]) await pool.checkTx(tx(text));
    seen = [];
    await pool.recheck([tx("a"), tx("b")]);
    expect(seen).toEqual(["rec"]);
    expect(content(pool)).toEqual(["a", "b", "c"]);
  });

  it("drops what a recheck refuses, and would take it again", async () => {
    const pool = mempool();
    for (const text of ["a", "b", "c"]) await pool.checkTx(tx(text));
    answers = ({ tx: bytes }) => result({ code: bytesToUtf8(bytes) === "b" ? 4 : 0 });
    await pool.recheck([]);
    expect(content(pool)).toEqual(["a", "c"]);
    answers = () => result();
    expect((await pool.checkTx(tx("b"))).code).toBe(0);
  });
});
