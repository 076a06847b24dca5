/**
 * Conformance, replies: who is told, of what, in which words, and what stays of the state. Numbers are those of spec 03
 * §6.4; what is expected comes from there, §4.1 and §4.7. A probe does about a reply what was kept for its id.
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  calling,
  data,
  emit,
  events,
  failure,
  json64,
  number,
  onReply,
  type Probe,
  type ReplyOn,
  run,
  Stage,
  type Step,
  sub,
  text,
  wasmAttributes,
} from "../support/probe.ts";

let stage: Stage;
let caller: Probe;
let callee: Probe;
let middle: Probe;
let old: Probe;
let counters = 0;

beforeAll(async () => {
  stage = await Stage.open();
  caller = await stage.make("probe", [], { funds: 100 });
  callee = await stage.make("probe");
  middle = await stage.make("probe");
  old = await stage.make("v010-probe");
});

afterAll(async () => {
  await stage?.close();
});

/** Calls of these contracts are messages of the newer interface. */
const call = (to: Probe, ...steps: readonly Step[]): object => calling("v1", to, steps);
const bank = (amount: number): object => ({
  bank: { send: { to_address: stage.b.address, amount: [{ denom: "uscrt", amount: `${amount}` }] } },
});
const shown: Step = { input: { name: "msg" } };
const fail: Step = { fail: { text: "no" } };
const base64 = (value: string): string => toBase64(utf8ToBytes(value));

/** A counter under a key of its own, with 10 in it. */
async function counter(of = caller) {
  counters++;
  const key = `counter ${counters}`;
  const add = (n: number): Step => ({ add: { key, n } });
  await stage.execute(of, [add(10)]);
  return { add, read: async () => number(await stage.read(of, key)) };
}

/** Runs steps of the caller that must succeed. */
async function done(...steps: readonly Step[]) {
  const tx = await stage.execute(caller, steps, { gasLimit: 1_500_000 });
  if (tx.code !== 0) throw new Error(tx.rawLog);
  return tx;
}

async function reason(...steps: readonly Step[]) {
  return failure(await stage.execute(caller, steps, { gasLimit: 1_500_000 }));
}

describe("what a reply says", () => {
  interface Heard {
    readonly id: number;
    readonly result: { readonly ok?: { readonly events: { readonly type: string }[]; readonly data: string | null } };
  }

  /** The reply to a message, as the contract gets it. */
  async function heard(msg: object, replyOn: ReplyOn = "always", limit: number | null = null): Promise<string> {
    return text(await done(onReply(7, shown), emit(sub(msg, replyOn, 7, limit))));
  }

  it("a call's data, and its events without those of the message", async () => {
    const reply = await heard(
      call(callee, { log: { key: "k", value: "v", encrypted: false } }, { data: { text: "d" } }),
    );
    const { id, result } = JSON.parse(reply) as Heard;
    expect([id, result.ok?.data]).toEqual([7, base64("d")]);
    expect(result.ok?.events.map(({ type }) => type)).toEqual(["execute", "wasm"]);
    expect(result.ok?.events[1]).toEqual({
      type: "wasm",
      attributes: [
        { key: "contract_address", value: callee.address },
        { key: "k", value: "v" },
      ],
    });
  });

  it("no data where there is none", async () => {
    const { result } = JSON.parse(await heard(call(callee))) as Heard;
    expect(result.ok?.data).toBeNull();
  });

  it("a contract's error in clear, in the words of its interface", async () => {
    expect(await heard(call(callee, fail))).toBe('{"id":7,"result":{"error":"Generic error: no"}}');
    const json = JSON.stringify('{"generic_err":{"msg":"no"}}');
    expect(await heard(call(old, fail))).toBe(`{"id":7,"result":{"error":${json}}}`);
  });

  it("of a transfer: no events, no data; of one that fails: codespace and code", async () => {
    expect(await heard(bank(1))).toBe('{"id":7,"result":{"ok":{"events":[],"data":null}}}');
    const redacted = (code: number) =>
      `{"id":7,"result":{"error":"the error was redacted (codespace: sdk, code: ${code}). ` +
      'For more info use latest localsecret and reproduce the issue"}}';
    expect(await heard(bank(1_000))).toBe(redacted(5));
    expect(await heard(bank(0))).toBe(redacted(10));
    expect(await heard(bank(1), "always", 1)).toBe(redacted(11));
  });

  it("of a contract made: its data", async () => {
    const { id: code_id, hash: code_hash } = callee.code;
    const made = (label: string, ...steps: Step[]) => ({
      wasm: { instantiate: { code_id, code_hash, msg: json64(run(...steps)), send: [], label } },
    });
    const { result } = JSON.parse(await heard(made("made well", { data: { text: "born" } }))) as Heard;
    expect(result.ok?.data).toBe(base64("born"));
    expect(await heard(made("made ill", fail))).toBe('{"id":7,"result":{"error":"Generic error: no"}}');
  });

  it("the id, of which there are 64 bits", async () => {
    // JSON.stringify has no integer of this size.
    const id = "18446744073709551615";
    const message = JSON.stringify(sub(bank(1), "always", 5)).replace('"id":5', `"id":${id}`);
    const steps = JSON.stringify([
      { on_reply: { id: 5, script: JSON.stringify(run(shown, { no_data: {} })) } },
      { emit: { messages: [message] } },
    ]).replace('"id":5', `"id":${id}`);
    const { address: contract_addr, code } = caller;
    const execute = { contract_addr, code_hash: code.hash, msg: base64(`{"run":{"steps":${steps}}}`), send: [] };
    const seen = `{"id":${id},"result":{"ok":{"events":[],"data":null}}}`;
    expect(wasmAttributes(await done(emit(sub({ wasm: { execute } }))))).toContainEqual(["msg", seen]);
  });

  it("the environment's index grows with the nesting; a reply has that of the message", async () => {
    const env: Step = { input: { name: "env" } };
    const tx = await done(env, onReply(7, env), emit(sub(call(callee, env), "always", 7)));
    const indices = wasmAttributes(tx)
      .filter(([key]) => key === "env")
      .map(([, value]) => (JSON.parse(value) as { transaction: { index: number } }).transaction.index);
    expect(indices).toEqual([0, 1, 1]);
  });
});

describe("who is told", () => {
  const outcomes: [ReplyOn, "good" | "bad", "told" | "not told" | "fails"][] = [
    ["always", "good", "told"],
    ["always", "bad", "told"],
    ["success", "good", "told"],
    ["success", "bad", "fails"],
    ["error", "good", "not told"],
    ["error", "bad", "told"],
    ["never", "good", "not told"],
    ["never", "bad", "fails"],
  ];
  it.each(outcomes)("reply_on %s, a call that is %s: %s", async (replyOn, kind, expected) => {
    for (const to of [callee, old]) {
      const steps = [onReply(7, { data: { text: "told" } }), { data: { text: "not told" } }];
      const message = emit(sub(call(to, ...(kind === "bad" ? [fail] : [])), replyOn, 7));
      if (expected === "fails") {
        const [codespace, code, why] = await reason(...steps, message);
        expect([codespace, code]).toEqual(["compute", 3]);
        expect(why).toMatch(/^dispatch: submessages: .*no.*: execute contract failed$/);
      } else expect(text(await done(...steps, message))).toBe(expected);
    }
  });

  it("the reply comes before the next message, and shows as an event", async () => {
    const note = (value: string): Step => ({ log: { key: "at", value } });
    const tx = await done(
      onReply(1, note("reply 1")),
      onReply(2, note("reply 2")),
      emit(
        sub(call(callee, note("1")), "always", 1),
        sub(call(callee, note("never"))),
        sub(call(callee, note("2"), fail), "error", 2),
        sub(call(callee, note("3"))),
      ),
    );
    const order = wasmAttributes(tx).filter(([key]) => key === "at");
    expect(order.map(([, value]) => value)).toEqual(["1", "reply 1", "never", "reply 2", "3"]);
    expect(events(tx, "reply")).toEqual([
      [["contract_address", caller.address]],
      [["contract_address", caller.address]],
    ]);
  });

  it("a contract that does nothing about a reply fails", async () => {
    const [codespace, code, why] = await reason(emit(sub(call(callee), "always", 404)));
    expect([codespace, code]).toEqual(["compute", 19]);
    expect(why).toContain("Generic error: nothing is to be done about this reply: reply to contract failed");
  });

  it("a contract that fails or panics in its reply fails, and nothing stays", async () => {
    const { add, read } = await counter();
    const other = await counter(callee);
    const replying = (step: Step) => [add(1), onReply(7, step), emit(sub(call(callee, other.add(1)), "always", 7))];
    const [, code, why] = await reason(...replying(fail));
    expect([code, why.includes("Generic error: no: reply to contract failed")]).toEqual([19, true]);
    const [, panicked, text] = await reason(...replying({ panic: {} }));
    expect(panicked).toBe(19);
    expect(text).toContain("Execution error: Enclave: the contract panicked: reply to contract failed");
    expect([await read(), await other.read()]).toEqual([10, 10]);
  });
});

describe("data", () => {
  const reply = (id: number, ...steps: Step[]) => [onReply(id, ...steps), emit(sub(call(callee), "always", id))];

  it("a reply's data takes the place of the caller's; the last that is there wins", async () => {
    const own: Step = { data: { text: "own" } };
    expect(text(await done(own, ...reply(1, { no_data: {} })))).toBe("own");
    expect(text(await done(own, ...reply(1, { data: { text: "1" } }), ...reply(2, { data: { text: "2" } })))).toBe("2");
    expect(text(await done(own, ...reply(1, { data: { text: "1" } }), ...reply(2)))).toBe("1");
  });

  it("a callee that is to tell its caller may not take data out of a reply to a transfer (02 §5.6)", async () => {
    const paying = await stage.make("probe", [], { funds: 10 });
    const inner = (...steps: Step[]) =>
      call(paying, { data: { text: "own" } }, onReply(1, ...steps), emit(sub(bank(1), "always", 1)));
    const outer = (...steps: Step[]) => [onReply(2, { reply_data: {} }), emit(sub(inner(...steps), "always", 2))];
    expect(text(await done(...outer()))).toBe("own");
    expect((await reason(...outer({ data: { text: "x" } })))[2]).toContain(
      "dispatch: submessages: cannot serialize v1 DataWithInternalReplyInfo into json: ",
    );
  });

  it("a callee's data is not the caller's", async () => {
    expect(text(await done(emit(sub(call(callee, { data: { text: "x" } })))))).toBe("");
  });
});

describe("#23 a counter and its replies, in order", () => {
  it("23, 23, 25, 10, 150, 1337", async () => {
    const key = "sane";
    const add = (n: number): Step => ({ add: { key, n } });
    const own = (...steps: Step[]) => call(caller, ...steps);
    const result = async (...steps: Step[]) => number(data(await done(...steps)));
    await done(add(10));
    expect(await result(add(13))).toBe(23);
    expect(await result(onReply(1, add(0)), emit(sub(bank(1), "always", 1)))).toBe(23);
    expect(await result(onReply(2, add(0)), emit(sub(own(add(2)), "always", 2)))).toBe(25);
    expect(await result(onReply(3, { reply_error: {} }, add(-15)), emit(sub(own(add(2), fail), "always", 3)))).toBe(10);
    const { id: code_id, hash: code_hash } = callee.code;
    const made = (label: string, ...steps: Step[]) => ({
      wasm: { instantiate: { code_id, code_hash, msg: json64(run(...steps)), send: [], label } },
    });
    const born = sub(made("sane 1", { add: { key: "n", n: 150 } }), "always", 4);
    expect(await result(onReply(4, { reply_data: {} }), emit(born))).toBe(150);
    const failing = sub(made("sane 2", fail), "error", 5);
    expect(await result(onReply(5, { remove: { key } }, add(1337)), emit(failing))).toBe(1337);
    expect(number(await stage.read(caller, key))).toBe(1337);
  });
});

describe("#24 replies that emit", () => {
  it("ten messages, each emitted by the reply to the one before", async () => {
    const { add, read } = await counter();
    const next = (id: number) => emit(sub(call(callee), "success", id));
    const script = (id: number) => onReply(id, add(1), ...(id < 110 ? [next(id + 1)] : []));
    const scripts = Array.from({ length: 10 }, (_, index) => script(101 + index));
    expect(number(data(await done(...scripts, next(101))))).toBe(20);
    expect(await read()).toBe(20);
  });

  it("several messages of one response; without replies the caller's data stands", async () => {
    const { add, read } = await counter();
    const several = emit(sub(call(callee), "success", 1), sub(call(callee), "success", 2));
    expect(number(data(await done(onReply(1, add(2)), onReply(2, add(90)), several)))).toBe(102);
    const quiet = emit(sub(call(caller, add(3))), sub(call(caller, add(3))));
    expect(number(data(await done(add(0), quiet)))).toBe(102);
    expect(await read()).toBe(108);
  });
});

describe("#25, #26, #27 what stays of a failed message", () => {
  it("#25 with a reply: the caller's state; without: nothing", async () => {
    const { add, read } = await counter();
    const other = await counter(callee);
    const failing = (replyOn: ReplyOn) => emit(sub(call(callee, other.add(5), fail), replyOn, 1));
    expect(number(data(await done(onReply(1, add(0)), add(1), failing("always"))))).toBe(11);
    expect([await read(), await other.read()]).toEqual([11, 10]);
    const [codespace, code] = await reason(add(1), failing("never"));
    expect([codespace, code]).toEqual(["compute", 3]);
    expect([await read(), await other.read()]).toEqual([11, 10]);
  });

  const notTold = "an sdk error occurred while sending a sub-message: the error was redacted (codespace: ";

  it("#26 a callee whose transfer fails: the caller is not told", async () => {
    const { add, read } = await counter();
    const callsBank = call(callee, emit(sub(bank(1_000_000))));
    const [, , why] = await reason(onReply(1, add(50)), add(1), emit(sub(callsBank, "always", 1)));
    expect(why).toContain(notTold);
    expect(await read()).toBe(10);
  });

  it.each([
    [
      "#27 coins that the caller does not have",
      () => calling("v1", callee, [], undefined, [{ denom: "uscrt", amount: "9999" }]),
    ],
    ["a panic", () => call(callee, { panic: {} })],
    ["a wrong code hash", () => calling("v1", callee, [], "ab".repeat(32))],
    ["a contract that is not there", () => calling("v1", { ...callee, address: stage.a.address }, [])],
    ["an error two levels down", () => call(middle, emit(sub(call(callee, fail))))],
  ])("%s: the caller is not told", async (_what, message) => {
    for (const replyOn of ["always", "error"] as const) {
      const [, , why] = await reason(onReply(1, { data: { text: "told" } }), emit(sub(message(), replyOn, 1)));
      expect(why).toContain(notTold);
    }
  });

  it("an error two levels down that the middle is told of", async () => {
    const told = [onReply(1, { reply_error: {} }), emit(sub(call(callee, fail), "error", 1))];
    const tx = await done(onReply(2, { reply_data: {} }), emit(sub(call(middle, ...told), "always", 2)));
    expect(text(tx)).toBe("Generic error: no");
  });
});

describe("#31 a chain of contracts, each of which puts its name behind what the next one said", () => {
  /** Steps of contract `at` of a chain of which the last does `last`. */
  function link(contracts: readonly Probe[], at: number, last: readonly Step[]): readonly Step[] {
    const next = contracts[at + 1];
    if (next === undefined) return last;
    const said = { reply_data: {} };
    const failed = { append: { text: "err" } };
    const lastFails = at === contracts.length - 2 && last.includes(fail);
    const react = onReply(9000, lastFails ? failed : said, { append: { text: ` -> addr${at}` } });
    return [react, emit(sub(call(next, ...link(contracts, at + 1, last)), "always", 9000))];
  }

  it("ten contracts", async () => {
    const all = [caller, callee, middle];
    while (all.length < 10) all.push(await stage.make("probe"));
    const steps = link(all, 0, [{ data: { text: "addr9" } }]);
    const tx = await stage.execute(caller, steps, { gasLimit: 3_000_000 });
    expect(text(tx)).toBe(Array.from({ length: 10 }, (_, index) => `addr${9 - index}`).join(" -> "));
  });

  it("three contracts, of which the last fails", async () => {
    const tx = await stage.execute(caller, link([caller, callee, middle], 0, [fail]), { gasLimit: 1_000_000 });
    expect(text(tx)).toBe("err -> addr1 -> addr0");
  });
});
