/**
 * Contracts bound to governance. Spec 03 §5.3. There is no module that could speak for governance yet; here a user owns its
 * account.
 * @module
 */
import { concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { secretCompute as c, create, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import { a, b, FIRST_TEXT, fail, initMsg, messageEvents, SERVICE, storeMsg, WASM } from "./support/contracts.ts";
import { TestNetwork } from "./support/network.ts";

const gov = testAccount(3);

/** The address of a module's account is the hash of its name. */
const ownedGovernance = {
  ...primitives,
  sha256: (bytes: Uint8Array) =>
    toHex(bytes) === toHex(utf8ToBytes("gov"))
      ? concatBytes(gov.address, new Uint8Array(12))
      : primitives.sha256(bytes),
};

/** A contract of `a`, and two codes. */
function network(admin = a.text): TestNetwork {
  const chain = new TestNetwork({ app: { primitives: ownedGovernance } });
  const messages = [storeMsg(), storeMsg(Uint8Array.from([...WASM, 1])), initMsg({ admin })];
  expect(chain.deliver(a, messages, { gas: 9_000_000n }).log).toBe("");
  return chain;
}

const bindMsg = (sender = a.text, contractAddress = FIRST_TEXT) =>
  message(c.MsgSetContractGovernanceSchema, { sender, contractAddress });
const migrateMsg = (codeId = 2n) =>
  message(c.MsgMigrateContractSchema, { sender: a.text, contract: FIRST_TEXT, codeId, msg: Uint8Array.of(7) });
const updateMsg = (newAdmin = b.text) =>
  message(c.MsgUpdateAdminSchema, { sender: a.text, contract: FIRST_TEXT, newAdmin });
const clearMsg = () => message(c.MsgClearAdminSchema, { sender: a.text, contract: FIRST_TEXT });
const approveMsg = (approval: { codeId?: bigint; newAdmin?: string }, authority = gov.text, address = FIRST_TEXT) =>
  message(c.MsgContractGovernanceProposalSchema, {
    authority,
    title: "t",
    description: "d",
    contracts: approval.codeId === undefined ? [] : [{ address, newCodeId: approval.codeId }],
    adminUpdates: approval.newAdmin === undefined ? [] : [{ address, newAdmin: approval.newAdmin }],
  });

/** A network whose contract is bound, and what governance approved for it. */
function bound(approval?: { codeId?: bigint; newAdmin?: string }): TestNetwork {
  const chain = network();
  expect(chain.deliver(a, [bindMsg()]).log).toBe("");
  if (approval !== undefined) expect(chain.deliver(gov, [approveMsg(approval)]).log).toBe("");
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

const approvedCode = (chain: TestNetwork) =>
  chain.rawQuery(
    `${SERVICE}AuthorizedMigration`,
    encode(
      c.QueryAuthorizedMigrationRequestSchema,
      create(c.QueryAuthorizedMigrationRequestSchema, { contractAddress: FIRST_TEXT }),
    ),
  );
const approvedAdmin = (chain: TestNetwork) =>
  chain.rawQuery(
    `${SERVICE}AuthorizedAdminUpdate`,
    encode(
      c.QueryAuthorizedAdminUpdateRequestSchema,
      create(c.QueryAuthorizedAdminUpdateRequestSchema, { contractAddress: FIRST_TEXT }),
    ),
  );

const REFUSED_MIGRATION = { codespace: "compute", code: 5 };
const REFUSED_CHANGE = { codespace: "sdk", code: 4 };

describe("MsgSetContractGovernance", () => {
  it("binds the contract, for ever", () => {
    const chain = network();
    expect(info(chain)?.requireGovernance).toBe(false);
    const result = chain.deliver(a, [bindMsg()]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgSetContractGovernance,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},contract_address=${FIRST_TEXT},require_governance=true,msg_index=0}`,
    ]);
    expect(info(chain)).toMatchObject({ requireGovernance: true, admin: a.text, codeId: 1n });
    expect(chain.deliver(a, [bindMsg()]).log).toBe("");
    expect(info(chain)?.requireGovernance).toBe(true);
  });

  it.each([
    ["somebody else", b, a.text, bindMsg(b.text), "sdk", 4, "only contract admin can change governance requirement: "],
    ["anybody without an admin", a, "", bindMsg(), "sdk", 4, "only contract admin can change governance requirement: "],
    ["no contract", a, a.text, bindMsg(a.text, b.text), "compute", 9, "contract: not found"],
    ["no address", a, a.text, bindMsg(a.text, "x"), "sdk", 7, "x: invalid address"],
  ])("is refused: %s", (_who, sender, admin, msg, codespace, code, log) => {
    const chain = network(admin);
    const result = chain.deliver(sender, [msg]);
    expect(result).toMatchObject({ codespace, code, log: expect.stringContaining(log) as string });
    expect(info(chain)?.requireGovernance).toBe(false);
  });
});

describe("a contract that is bound", () => {
  it("is not migrated without approval, nor to another code than the approved one", () => {
    const without = bound().deliver(a, [migrateMsg()]);
    expect(without).toMatchObject(REFUSED_MIGRATION);
    expect(without.log).toContain("requires governance approval for migration: migrate contract failed");
    const chain = bound({ codeId: 1n });
    const other = chain.deliver(a, [migrateMsg(2n)]);
    expect(other).toMatchObject(REFUSED_MIGRATION);
    expect(other.log).toContain("mismatch code id for migration: migrate contract failed");
    expect(chain.enclave.callsOf("migrate")).toEqual([]);
    expect(approvedCode(chain).code).toBe(0);
  });

  it("is migrated by its admin alone, once for each approval", () => {
    const chain = bound({ codeId: 2n });
    const theirs = message(c.MsgMigrateContractSchema, {
      sender: b.text,
      contract: FIRST_TEXT,
      codeId: 2n,
      msg: Uint8Array.of(7),
    });
    expect(chain.deliver(b, [theirs]).log).toContain("requires migrate from admin: migrate contract failed");
    expect(chain.deliver(a, [migrateMsg()]).log).toBe("");
    expect(info(chain)).toMatchObject({ codeId: 2n, requireGovernance: true });
    expect(approvedCode(chain)).toMatchObject({ codespace: "sdk" });
    expect(chain.deliver(a, [migrateMsg()]).log).toContain("requires governance approval for migration");
  });

  it("keeps the approval of a migration that failed", () => {
    const chain = bound({ codeId: 2n });
    chain.enclave.script.push(() => fail("ValidationFailure"));
    expect(chain.deliver(a, [migrateMsg()])).toMatchObject(REFUSED_MIGRATION);
    expect(chain.deliver(a, [migrateMsg()]).log).toBe("");
  });

  it("gets another admin with approval of that admin, once", () => {
    const without = bound().deliver(a, [updateMsg()]);
    expect(without).toMatchObject(REFUSED_CHANGE);
    expect(without.log).toContain("requires governance approval for admin change: unauthorized");
    const chain = bound({ newAdmin: b.text });
    const other = chain.deliver(a, [updateMsg(gov.text)]);
    expect(other).toMatchObject(REFUSED_CHANGE);
    expect(other.log).toContain(
      `admin mismatch: governance authorized '${b.text}', attempting '${gov.text}': unauthorized`,
    );
    expect(chain.deliver(a, [clearMsg()]).log).toContain(
      `admin mismatch: governance authorized '${b.text}', attempting ''`,
    );
    expect(chain.deliver(a, [updateMsg()]).log).toBe("");
    expect(info(chain)?.admin).toBe(b.text);
    expect(approvedAdmin(chain)).toMatchObject({ codespace: "sdk" });
  });

  it("loses its admin with approval of nobody; then nobody can migrate it without approval", () => {
    const chain = bound({ newAdmin: "" });
    expect(approvedAdmin(chain)).toMatchObject({ code: 0, value: new Uint8Array(0) });
    expect(chain.deliver(a, [updateMsg()]).log).toContain("admin mismatch: governance authorized ''");
    expect(chain.deliver(a, [clearMsg()]).log).toBe("");
    expect(info(chain)).toMatchObject({ admin: "", requireGovernance: true });
    expect(chain.deliver(a, [migrateMsg()]).log).toContain("requires governance approval for migration");
  });

  it("is no other contract's matter: one that is not bound needs no approval and uses none", () => {
    const chain = network();
    expect(chain.deliver(gov, [approveMsg({ codeId: 1n, newAdmin: b.text })]).log).toBe("");
    expect(chain.deliver(a, [migrateMsg(2n)]).log).toBe("");
    expect(chain.deliver(a, [updateMsg(gov.text)]).log).toBe("");
    expect([approvedCode(chain).code, approvedAdmin(chain).code]).toEqual([0, 0]);
  });
});

describe("MsgContractGovernanceProposal", () => {
  it("tells of each approval; a later one replaces an earlier one", () => {
    const chain = bound({ codeId: 1n });
    const result = chain.deliver(gov, [approveMsg({ codeId: 2n, newAdmin: b.text })]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgContractGovernanceProposal,sender=${gov.text},module=compute,msg_index=0}`,
      `contract_governance_proposal{contract_address=${FIRST_TEXT},code_id=2,sender=${gov.text},msg_index=0}`,
      `contract_governance_proposal{contract_address=${FIRST_TEXT},new_admin=${b.text},sender=${gov.text},msg_index=0}`,
    ]);
    expect(approvedCode(chain).value).toEqual(Uint8Array.of(8, 2));
    expect(chain.deliver(a, [migrateMsg(2n)]).log).toBe("");
  });

  it("is governance's alone", () => {
    const chain = bound();
    const result = chain.deliver(a, [approveMsg({ codeId: 2n }, a.text)]);
    expect(result).toMatchObject({ codespace: "undefined", code: 1 });
    expect(result.log).toContain(`invalid authority; expected ${gov.text}, got ${a.text}`);
    expect(chain.deliver(a, [approveMsg({ codeId: 2n })])).toMatchObject({ codespace: "sdk" });
    expect(approvedCode(chain).code).not.toBe(0);
  });

  it.each([
    ["of no address", approveMsg({ codeId: 2n }, gov.text, "x"), 7],
    ["of an admin that is no address", approveMsg({ newAdmin: "x" }), 7],
    ["of no code", approveMsg({ codeId: 0n }), 18],
  ])("is refused: an approval %s", (_what, msg, code) => {
    expect(bound().deliver(gov, [msg])).toMatchObject({ codespace: "sdk", code });
  });

  it("may name more contracts than a call has room for arguments", () => {
    const nothing = Array.from({ length: 300_000 }, () => ({}));
    for (const lists of [{ contracts: nothing }, { adminUpdates: nothing }]) {
      const many = message(c.MsgContractGovernanceProposalSchema, { authority: gov.text, ...lists });
      expect(bound().deliver(gov, [many])).toMatchObject({ codespace: "sdk", code: 7 });
    }
  });
});
