/**
 * What a contract may ask of time, stack, depth and memory, at its ends: upstream's error, and then the same processes and
 * a correct next block (design §3). Values: docs/reference/limits.md; spec 03 §2.1, §2.3, §2.5, §4.6, §4.7.
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { MsgExecuteContract, type TxResponse } from "secretjs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { binary } from "../../packages/wasm-engine/test/support/binary.ts";
import { assemble } from "../../packages/wasm-engine/test/support/wat.ts";
import { NOTHING, recorderWasm } from "../support/hostile-contracts.ts";
import { attributeOf, FAST } from "../support/localnet.ts";
import {
  type Abi,
  calling,
  emit,
  failure,
  onReply,
  PROBE_OF,
  type Probe,
  plain,
  run,
  Stage,
  type Step,
  sub,
  text,
} from "../support/probe.ts";
import { Survival } from "../support/survival.ts";

const ABIS = ["v1", "v0.10"] as const;
let stage: Stage;
let survival: Survival;
const probes = {} as Record<Abi, Probe>;

beforeAll(async () => {
  stage = await Stage.open();
  survival = await Survival.of(stage);
  for (const abi of ABIS) probes[abi] = await stage.make(PROBE_OF[abi]);
});

afterEach(() => survival.check());

afterAll(async () => {
  await stage?.close();
});

const failed = (why: string) => ["compute", 3, `Execution error: Enclave: ${why}: execute contract failed`];
const coded = ({ codespace, code }: TxResponse) => [codespace, code];

/** A recorder that from now on answers with `answer`, in which its own address is known. */
async function recording(answer: (self: Probe) => object): Promise<() => Promise<TxResponse>> {
  const code = await stage.store(recorderWasm());
  const made = await stage.instantiate(code, NOTHING);
  const self = { address: attributeOf(made, "message", "contract_address"), code };
  const send = (msg: object, gasLimit: number) =>
    stage.a.tx.broadcast(
      [
        new MsgExecuteContract({
          ...{ sender: stage.a.address, contract_address: self.address, code_hash: code.hash },
          ...{ msg, sent_funds: [] },
        }),
      ],
      { gasLimit, ...FAST },
    );
  const recorded = await send(answer(self), 500_000);
  expect(recorded.code, recorded.rawLog).toBe(0);
  return () => send({}, 30_000_000);
}

/** An answer with these messages. */
const saying = (...messages: object[]) => ({ Ok: { ...NOTHING.Ok, messages } });
const toSelf = ({ address, code }: Probe) => ({
  wasm: { execute: { contract_addr: address, code_hash: code.hash, msg: toBase64(utf8ToBytes("{}")), send: [] } },
});

describe.each(ABIS)("a call of %s", (abi) => {
  const attempt = async (step: Step, gasLimit: number) => stage.execute(probes[abi], [step], { gasLimit });

  it("may not recurse without end", async () => {
    const deep = await attempt({ recurse: { depth: 2_000_000_000 } }, 3_000_000);
    expect(failure(deep)).toEqual(failed("the contract has run out of space on the stack"));
    expect((await attempt({ recurse: { depth: 500 } }, 3_000_000)).code).toBe(0);
  });

  it("may not run without end", async () => {
    expect(coded(await attempt({ spin: { rounds: 4_000_000_000 } }, 1_000_000))).toEqual(["sdk", 11]);
  });

  it("may have 12 MiB of memory, when it pays for it", async () => {
    const grown = async (pages: number, gasLimit = 500_000) => attempt({ grow: { pages } }, gasLimit);
    const before = Number(text(await grown(0)));
    expect(text(await grown(192 - before))).toBe(`${before}`);
    expect(text(await grown(193 - before))).toBe("-1");
    expect(text(await grown(65_535, 2_000_000))).toBe("-1");
    // 65 535 pages cost 537 million wasm gas.
    expect(coded(await grown(65_535))).toEqual(["sdk", 11]);
    const heap = await attempt({ allocate: { bytes: 13_631_488 } }, 500_000);
    expect(failure(heap)).toEqual(failed("the contract panicked"));
  });

  it("may not touch what it does not have", async () => {
    const why = "the contract tried to access memory out of bounds";
    expect(failure(await attempt({ touch: { address: 0xfff0_0000 } }, 500_000))).toEqual(failed(why));
  });

  it("asks queries ten deep, and pays for each of them", async () => {
    const { address: contract, code } = probes[abi];
    const step = { query_recursion: { contract, code_hash: code.hash, depth: 1 } };
    const refused = { depth: 10, answer: { Err: { exceeded_recursion_limit: {} } } };
    expect(await stage.query(probes[abi], [step])).toEqual(refused);
    expect(JSON.parse(text(await attempt(step, 1_000_000)))).toEqual(refused);
    expect(coded(await attempt(step, 150_000))).toEqual(["sdk", 11]);
  });

  it("emits messages to itself three deep", async () => {
    const deeper = (levels: number): Step =>
      levels === 0
        ? { log: { key: "a", value: "b" } }
        : emit(plain(abi, calling(abi, probes[abi], [deeper(levels - 1)])));
    expect((await attempt(deeper(3), 1_000_000)).code).toBe(0);
  });
});

describe("messages of contracts", () => {
  it("nest a hundred deep", async () => {
    const call = await recording((self) => saying(sub(toSelf(self))));
    const tx = await call();
    expect(coded(tx)).toEqual(["compute", 30]);
    expect(tx.rawLog).toMatch(/(dispatch: submessages: ){100}max call depth exceeded$/);
  });

  it("nest a hundred deep also when every one wants a reply", async () => {
    const successes = await recording((self) => saying(sub(toSelf(self), "success", 1)));
    expect(coded(await successes())).toEqual(["compute", 30]);
    // It is no contract's own error: nobody hears of it, and what it was is not told (spec 03 §4.7).
    const always = await recording((self) => saying(sub(toSelf(self), "always", 1)));
    const why = /^dispatch: submessages: an sdk error occurred while sending a sub-message: the error was redacted /;
    expect(failure(await always())).toEqual(["undefined", 1, expect.stringMatching(why)]);
  });

  it("nest through replies as deep", async () => {
    const self = probes.v1;
    const again = emit(sub(calling("v1", self, [{ log: { key: "a", value: "b" } }]), "success", 7));
    const tx = await stage.execute(self, [onReply(7, again), again], { gasLimit: 30_000_000 });
    expect(coded(tx), tx.rawLog).toEqual(["compute", 30]);
  });

  it("end with the gas of their transaction", async () => {
    const call = [onReply(8, { spin: { rounds: 4_000_000_000 } }), emit(sub(bankSend(), "always", 8))];
    expect(coded(await stage.execute(probes.v1, call, { gasLimit: 400_000 }))).toEqual(["sdk", 11]);
  });
});

/** A message that comes to nothing and succeeds. */
const bankSend = () => ({ bank: { send: { to_address: stage.a.address, amount: [] } } });

describe("memory that code asks for", () => {
  const contract = (memory: string) =>
    assemble(`(module ${memory} (func (export "interface_version_8"))
      (func (export "allocate") (param i32) (result i32) i32.const 16) (func (export "deallocate") (param i32))
      (func (export "instantiate") (param i32 i32 i32) (result i32) local.get 2))`);

  it.each([
    ["513 pages", () => binary({ pages: 513 }), "Wasm contract memory's minimum must not exceed 512 pages."],
    [
      "a maximum of its own",
      () => contract('(memory (export "memory") 1 2)'),
      "Wasm contract memory's maximum must be unset. The host will set it for you.",
    ],
    ["none", () => contract(""), "Wasm contract doesn't have a memory section"],
  ])("%s: refused when it is stored", async (_what, wasm, reason) => {
    const tx = await stage.upload(wasm());
    expect([...coded(tx), tx.rawLog]).toEqual(["compute", 15, expect.stringContaining(reason)]);
  });

  it("193 pages: refused when it is to run", async () => {
    const made = await stage.instantiate(await stage.store(binary({ pages: 193 })), run());
    const reason = "Execution error: Enclave: failed to initialize wasm memory: instantiate contract failed";
    expect(failure(made)).toEqual(["compute", 2, reason]);
  });
});
