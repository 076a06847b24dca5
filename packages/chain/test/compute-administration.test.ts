import { secretCompute as c, cosmosStoreInternalKv, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import {
  a,
  b,
  FIRST,
  FIRST_TEXT,
  fail,
  messageEvents,
  SERVICE,
  storeMsg,
  WASM,
  withContract,
} from "./support/contracts.ts";
import { migrated, NEW_KEY } from "./support/fake-enclave.ts";
import type { TestNetwork } from "./support/network.ts";

const WASM_2 = Uint8Array.from([...WASM, 1]);

const migrateMsg = (extra: object = {}) =>
  message(c.MsgMigrateContractSchema, {
    sender: a.text,
    contract: FIRST_TEXT,
    codeId: 2n,
    msg: Uint8Array.of(7),
    ...extra,
  });
const updateMsg = (extra: object = {}) =>
  message(c.MsgUpdateAdminSchema, { sender: a.text, contract: FIRST_TEXT, newAdmin: b.text, ...extra });
const clearMsg = (extra: object = {}) =>
  message(c.MsgClearAdminSchema, { sender: a.text, contract: FIRST_TEXT, ...extra });

/** A contract of `a`, and a second code. */
function network(admin = a.text): TestNetwork {
  const chain = withContract({ admin });
  chain.deliver(a, [storeMsg(WASM_2)], { gas: 5_000_000n });
  return chain;
}

function info(chain: TestNetwork) {
  return chain.query(
    `${SERVICE}ContractInfo`,
    c.QueryByContractAddressRequestSchema,
    { contractAddress: FIRST_TEXT },
    c.QueryContractInfoResponseSchema,
  ).contractInfo;
}

function contractsOf(chain: TestNetwork, codeId: bigint): number {
  const { code, value } = chain.rawQuery(
    `${SERVICE}ContractsByCodeId`,
    encode(c.QueryByCodeIdRequestSchema, create(c.QueryByCodeIdRequestSchema, { codeId })),
  );
  return code === 0 && value.length > 0 ? 1 : 0;
}

/** Code ids of the entries of the index by code. */
function indexed(chain: TestNetwork): number[] {
  const { value } = chain.rawQuery("/store/compute/subspace", Uint8Array.of(0x0a));
  return decode(cosmosStoreInternalKv.PairsSchema, value).pairs.map(({ key }) => Number(key[8]));
}

describe("MsgMigrateContract", () => {
  it("asks the enclave and moves the contract to the new code", () => {
    const chain = network();
    chain.enclave.script.push(() => migrated({ attributes: [{ key: "k", value: "v" }] }));
    const result = chain.deliver(a, [migrateMsg()]);
    expect(result.log).toBe("");
    expect(chain.enclave.callsOf("migrate")).toMatchObject([
      { currentCodeHash: primitives.sha256(WASM), codeHash: primitives.sha256(WASM_2), adminProof: expect.anything() },
    ]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgMigrateContract,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},msg_index=0}`,
      `migrate{code_id=2,contract_address=${FIRST_TEXT},msg_index=0}`,
      `wasm{contract_address=${FIRST_TEXT},k=v,msg_index=0}`,
    ]);
    expect(info(chain)).toMatchObject({ codeId: 2n, admin: a.text, label: "one" });
    expect([contractsOf(chain, 1n), contractsOf(chain, 2n)]).toEqual([0, 1]);
    expect(indexed(chain)).toEqual([2]);
    const { entries } = chain.query(
      `${SERVICE}ContractHistory`,
      c.QueryContractHistoryRequestSchema,
      { contractAddress: FIRST_TEXT },
      c.QueryContractHistoryResponseSchema,
    );
    expect(entries.map(({ operation, codeId, msg }) => [operation, codeId, [...msg]])).toEqual([
      [c.ContractCodeHistoryOperationType.INIT, 1n, [1]],
      [c.ContractCodeHistoryOperationType.MIGRATE, 2n, [7]],
    ]);
  });

  it("runs the contract under the new code, with its current key and proof", () => {
    const chain = network();
    chain.deliver(a, [migrateMsg()]);
    chain.deliver(a, [
      message(c.MsgExecuteContractSchema, { sender: a.address, contract: FIRST, msg: Uint8Array.of(2) }),
    ]);
    expect(chain.enclave.callsOf("execute")).toMatchObject([
      { codeHash: primitives.sha256(WASM_2), contractKey: { current: NEW_KEY, proof: expect.anything() } },
    ]);
    expect(chain.deliver(a, [migrateMsg({ codeId: 2n })]).log).toBe("");
  });

  it.each<[string, string, object, number, string, string]>([
    [
      "a sender that is not the admin",
      b.text,
      {},
      5,
      "compute",
      "requires migrate from admin: migrate contract failed",
    ],
    ["a contract without admin", "", {}, 5, "compute", "contract is not upgradable: migrate contract failed"],
    [
      "an unknown contract",
      a.text,
      { contract: b.text },
      18,
      "sdk",
      "unknown contract: contract: not found: invalid request",
    ],
    [
      "an unknown code",
      a.text,
      { codeId: 9n },
      18,
      "sdk",
      "unknown code: failed to get code info for code id 9: invalid request",
    ],
    ["code id 0", a.text, { codeId: 0n }, 18, "sdk", "code_id is required: invalid request"],
    ["an address that is none", a.text, { contract: "x" }, 7, "sdk", "x: invalid address"],
  ])("refuses %s", (_name, admin, extra, code, codespace, log) => {
    const result = network(admin).deliver(a, [migrateMsg(extra)]);
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
  });

  it("prints refusals of the enclave and errors of the contract, and changes nothing", () => {
    const chain = network();
    chain.enclave.script.push(() => fail("ValidationFailure"));
    expect(chain.deliver(a, [migrateMsg()])).toMatchObject({
      code: 5,
      codespace: "compute",
      log: expect.stringContaining("Execution error: Enclave: failed to validate transaction: migrate contract failed"),
    });
    chain.enclave.script.push(() => migrated({ error: "WFla" }));
    expect(chain.deliver(a, [migrateMsg()]).log).toContain("encrypted: WFla: migrate contract failed");
    expect(info(chain)).toMatchObject({ codeId: 1n });
  });
});

describe("MsgUpdateAdmin and MsgClearAdmin", () => {
  it("give the contract another admin, who may then do everything", () => {
    const chain = network();
    const result = chain.deliver(a, [updateMsg()]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgUpdateAdmin,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},msg_index=0}`,
      `update_contract_admin{contract_address=${FIRST_TEXT},new_admin_address=${b.text},msg_index=0}`,
    ]);
    expect(info(chain)?.admin).toBe(b.text);
    expect(chain.deliver(a, [migrateMsg()])).toMatchObject({ code: 5, codespace: "compute" });
    expect(chain.deliver(b, [migrateMsg({ sender: b.text })]).log).toBe("");
    expect(chain.enclave.callsOf("migrate")[0]?.adminProof).toEqual(new Uint8Array(32).fill(8));
  });

  it("leave the contract without admin", () => {
    const chain = network();
    expect(chain.deliver(a, [clearMsg()]).log).toBe("");
    expect(info(chain)?.admin).toBe("");
    expect(chain.deliver(a, [migrateMsg()]).log).toContain("contract is not upgradable");
    expect(chain.deliver(a, [updateMsg()]).log).toContain("caller is not the admin: unauthorized");
  });

  it.each([
    ["update", updateMsg({ sender: b.text, newAdmin: testAccount(3).text })],
    ["clear", clearMsg({ sender: b.text })],
  ])("are refused to others: %s", (_name, change) => {
    const chain = network();
    const result = chain.deliver(b, [change]);
    expect(result).toMatchObject({ code: 4, codespace: "sdk" });
    expect(result.log).toContain("caller is not the admin: unauthorized");
    expect(chain.enclave.callsOf("updateAdmin")).toEqual([]);
  });

  it("name another admin than the old one", () => {
    const result = network().deliver(a, [updateMsg({ newAdmin: a.text })]);
    expect(result).toMatchObject({ code: 10, codespace: "compute" });
    expect(result.log).toContain("new admin is the same as the old: invalid CosmosMsg from the contract");
  });
});
