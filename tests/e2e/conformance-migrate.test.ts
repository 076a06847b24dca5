/**
 * Conformance, migration (spec 03 §6.4 #35): who may, to what, and what is there during it and after it. What is expected
 * comes from there, §4.2, §5.3 and §5.4. The probes have no `migrate`; `probe-v2` and `v010-probe` have.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { create, encode, secretCompute } from "@enclavenet/proto";
import { MsgClearAdmin, MsgSetContractGovernance, MsgUpdateAdmin } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ContractName, FAST } from "../support/localnet.ts";
import {
  type Code,
  calling,
  emit,
  events,
  failure,
  json64,
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
let v2: Code;
let other: Probe;

beforeAll(async () => {
  stage = await Stage.open();
  v2 = await stage.code("probe-v2");
  other = await stage.make("probe");
});

afterAll(async () => {
  await stage?.close();
});

const kept: Step = { set: { key: "kept", value: "🍌" } };
const env: Step = { input: { name: "env" } };
const fail: Step = { fail: { text: "no" } };

/** A contract that its maker may migrate. */
const make = (name: ContractName = "probe") => stage.make(name, [kept], { admin: stage.a.address });

const refused = (why: string) => ["compute", 5, `${why}: migrate contract failed`];
const enclave = (why: string) => refused(`Execution error: Enclave: ${why}`);

async function codeIdOf({ address }: Probe): Promise<number> {
  const { contract_info } = await stage.a.query.compute.contractInfo({ contract_address: address });
  return Number(contract_info?.code_id);
}

const textOf = async (of: Probe, key: string) => new TextDecoder().decode(await stage.read(of, key));

describe("#35 who may migrate, and to what", () => {
  it("the admin; state and address stay, the code is the new one's", async () => {
    const contract = await make();
    const steps = [{ log: { key: "k", value: "v" } }, { data: { text: "moved" } }];
    const tx = await stage.migrate(contract, v2, run(...steps));
    expect(text(tx, "migrate")).toBe("moved");
    expect(events(tx, "migrate")).toEqual([
      [
        ["code_id", `${v2.id}`],
        ["contract_address", contract.address],
      ],
    ]);
    expect(wasmAttributes(tx)).toEqual([
      ["contract_address", contract.address],
      ["k", "v"],
    ]);
    const types = tx.events.map(({ type }) => type);
    expect(types.indexOf("migrate")).toBeLessThan(types.indexOf("wasm"));
    const now = { address: contract.address, code: v2 };
    expect([await textOf(now, "kept"), await textOf(now, "version")]).toEqual(["🍌", "2"]);
    expect(await codeIdOf(contract)).toBe(v2.id);
    // The old code's hash opens nothing any more.
    expect(failure(await stage.execute(contract, []))[2]).toContain("failed to validate transaction");
  });

  it("nobody else", async () => {
    const contract = await make();
    const tx = await stage.migrate(contract, v2, run(), { client: stage.b });
    expect(failure(tx)).toEqual(refused("requires migrate from admin"));
    expect(await codeIdOf(contract)).toBe(contract.code.id);
  });

  it("nobody at all where there is no admin", async () => {
    const tx = await stage.migrate(await stage.make("probe"), v2, run());
    expect(failure(tx)).toEqual(refused("contract is not upgradable"));
  });

  it("not to a code that is not there, nor a contract that is not there", async () => {
    const contract = await make();
    const unknown = await stage.migrate(contract, { id: 9_999, hash: v2.hash }, run());
    expect(failure(unknown)).toEqual([
      "sdk",
      18,
      "unknown code: failed to get code info for code id 9999: invalid request",
    ]);
    const nowhere = await stage.migrate({ ...contract, address: stage.b.address }, v2, run());
    expect(failure(nowhere)).toEqual(["sdk", 18, "unknown contract: contract: not found: invalid request"]);
  });

  it("not to a code without migrate, nor under another code's hash", async () => {
    const contract = await make();
    expect(failure(await stage.migrate(contract, contract.code, run()))).toEqual(
      enclave("calling a function in the contract failed for an unexpected reason"),
    );
    expect(failure(await stage.migrate(contract, v2, run(), { hash: contract.code.hash }))).toEqual(
      enclave("failed to validate transaction"),
    );
  });

  it("not when the contract fails or panics; nothing of it stays", async () => {
    const contract = await make();
    const write: Step = { set: { key: "kept", value: "lost" } };
    expect(failure(await stage.migrate(contract, v2, run(write, fail)))).toEqual(refused("Generic error: no"));
    expect(failure(await stage.migrate(contract, v2, run(write, { panic: {} })))).toEqual(
      enclave("the contract panicked"),
    );
    expect([await textOf(contract, "kept"), await codeIdOf(contract)]).toEqual(["🍌", contract.code.id]);
  });

  it.each(["probe-v2", "v010-probe"] as const)("%s: to the same code again", async (name) => {
    const contract = await make(name);
    const tx = await stage.migrate(contract, contract.code, run({ data: { text: "again" } }));
    expect(text(tx, "migrate")).toBe("again");
    expect(await textOf(contract, "kept")).toBe("🍌");
  });

  it("from the older interface to the newer one", async () => {
    const contract = await make("v010-probe");
    expect((await stage.migrate(contract, v2, run())).rawLog).toBe("");
    const now = { address: contract.address, code: v2 };
    expect(await textOf(now, "kept")).toBe("🍌");
    const shown = JSON.parse(text(await stage.execute(now, [env]))) as { block: { random: string } };
    expect(Buffer.from(shown.block.random, "base64")).toHaveLength(32);
  });
});

describe("#35 during a migration", () => {
  it("the environment has the new code's hash", async () => {
    const contract = await make();
    const tx = await stage.migrate(contract, v2, run(env));
    expect(JSON.parse(text(tx, "migrate"))).toMatchObject({
      contract: { address: contract.address, code_hash: v2.hash },
      transaction: { index: 0, hash: tx.transactionHash },
    });
  });

  it("messages run, and the new code hears of them", async () => {
    const contract = await make();
    const note: Step = { log: { key: "called", value: "yes" } };
    const steps = [
      onReply(1, { reply_data: {} }, { append: { text: "!" } }),
      emit(sub(calling("v1", other, [note, { data: { text: "hello" } }]), "always", 1)),
    ];
    const tx = await stage.migrate(contract, v2, run(...steps));
    expect(text(tx, "migrate")).toBe("hello!");
    expect(wasmAttributes(tx)).toContainEqual(["called", "yes"]);
    const failing = run(onReply(1, { reply_error: {} }), emit(sub(calling("v1", other, [fail]), "error", 1)));
    expect(text(await stage.migrate(contract, v2, failing), "migrate")).toBe("Generic error: no");
  });
});

describe("a contract that administers another", () => {
  it("migrates it with wasm.migrate, and hands it on with wasm.update_admin", async () => {
    const admin = other;
    const { address: contract_addr } = await stage.make("probe", [], { admin: admin.address });
    const wasm = (kind: string, fields: object) => emit(sub({ wasm: { [kind]: { contract_addr, ...fields } } }));
    const migrated = await stage.execute(admin, [
      wasm("migrate", {
        code_hash: v2.hash,
        code_id: v2.id,
        msg: json64(run({ log: { key: "moved", value: "yes" } })),
      }),
    ]);
    expect(migrated.rawLog).toBe("");
    expect(wasmAttributes(migrated)).toContainEqual(["moved", "yes"]);
    const now: Probe = { address: contract_addr, code: v2 };
    expect(await textOf(now, "version")).toBe("2");
    const info = async () =>
      (await stage.a.query.compute.contractInfo({ contract_address: contract_addr })).contract_info;
    expect((await info())?.code_id).toBe(`${v2.id}`);
    const handed = await stage.execute(admin, [wasm("update_admin", { admin: stage.a.address, code_hash: v2.hash })]);
    expect(handed.rawLog).toBe("");
    expect((await info())?.admin).toBe(stage.a.address);
    const [, , why] = failure(await stage.execute(admin, [wasm("clear_admin", { code_hash: v2.hash })]));
    expect(why).toContain("caller is not the admin: unauthorized");
  });
});

describe("a contract that wants to hear of the migrations it orders", () => {
  /** Orders the migration of a fresh contract; what it is told is what it answers. */
  async function ordered(replyOn: ReplyOn, ...steps: readonly Step[]) {
    const { address: contract_addr } = await stage.make("probe", [], { admin: other.address });
    const migrate = { contract_addr, code_hash: v2.hash, code_id: v2.id, msg: json64(run(...steps)) };
    return stage.execute(other, [
      { data: { text: "own" } },
      onReply(1, { input: { name: "msg" } }),
      emit(sub({ wasm: { migrate } }, replyOn, 1)),
    ]);
  }
  const told = async (replyOn: ReplyOn, ...steps: readonly Step[]) =>
    JSON.parse(text(await ordered(replyOn, ...steps))) as { id: number; result: { ok?: { data: string } } };

  it.each(["always", "success"] as const)("is told of a success on %s: the new code's data and events", async (on) => {
    const { id, result } = await told(on, { data: { text: "moved" } });
    expect([id, Buffer.from(result.ok?.data ?? "", "base64").toString()]).toEqual([1, "moved"]);
    expect(JSON.stringify(result)).toContain('"type":"migrate"');
  });

  it.each(["always", "error"] as const)("is told of the contract's error on %s", async (on) => {
    expect(await told(on, fail)).toEqual({ id: 1, result: { error: "Generic error: no" } });
  });

  it("hears nothing where it did not ask", async () => {
    expect(text(await ordered("error"))).toBe("own");
    const [codespace, code] = failure(await ordered("success", fail));
    expect([codespace, code]).toEqual(["compute", 5]);
  });
});

describe("a contract that is bound to governance", () => {
  const bind = (contract: Probe, client = stage.a) => {
    const message = new MsgSetContractGovernance({ sender: client.address, contract_address: contract.address });
    return client.tx.broadcast([message], { gasLimit: 100_000, ...FAST });
  };
  const isBound = async ({ address: contract_address }: Probe) =>
    (await stage.a.query.compute.contractInfo({ contract_address })).contract_info?.require_governance;

  it("is bound by its admin alone; then nothing of its administration goes without approval", async () => {
    const contract = await make();
    const theirs = ["sdk", 4, "only contract admin can change governance requirement: unauthorized"];
    expect(failure(await bind(contract, stage.b))).toEqual(theirs);
    expect(await isBound(contract)).toBe(false);
    const tx = await bind(contract);
    expect(tx.rawLog).toBe("");
    expect(events(tx, "message")).toContainEqual([
      ["module", "compute"],
      ["sender", stage.a.address],
      ["contract_address", contract.address],
      ["require_governance", "true"],
    ]);
    expect(await isBound(contract)).toBe(true);
    expect(failure(await stage.migrate(contract, v2, run()))).toEqual(
      refused("requires governance approval for migration"),
    );
    const parties = { sender: stage.a.address, contract_address: contract.address };
    for (const change of [new MsgUpdateAdmin({ ...parties, new_admin: stage.b.address }), new MsgClearAdmin(parties)]) {
      const refusal = await stage.a.tx.broadcast([change], { gasLimit: 100_000, ...FAST });
      expect(failure(refusal)).toEqual(["sdk", 4, "requires governance approval for admin change: unauthorized"]);
    }
    // It runs as before.
    expect(await textOf(contract, "kept")).toBe("🍌");
  });

  it("is bound by a contract that is its admin, with a stargate message", async () => {
    const contract = await stage.make("probe", [], { admin: other.address });
    const binding = (sender: string) => {
      const fields = { sender, contractAddress: contract.address };
      const schema = secretCompute.MsgSetContractGovernanceSchema;
      const value = toBase64(encode(schema, create(schema, fields)));
      return emit(sub({ stargate: { type_url: "/secret.compute.v1beta1.MsgSetContractGovernance", value } }));
    };
    expect(failure(await stage.execute(other, [binding(stage.a.address)]))).toEqual([
      "sdk",
      4,
      "dispatch: submessages: contract doesn't have permission: unauthorized",
    ]);
    expect((await stage.execute(other, [binding(other.address)])).rawLog).toBe("");
    expect(await isBound(contract)).toBe(true);
  });
});
