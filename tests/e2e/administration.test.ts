/**
 * A contract's administration with the unmodified client: migration, change and loss of the admin, and what a contract does
 * to another one that it administers.
 * @module
 */
import { secretCompute as c, create, decode, encode } from "@enclavenet/proto";
import type { SecretNetworkClient, TxResponse } from "secretjs";
import { AminoWallet } from "secretjs/dist/wallet_amino.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../support/grpc-client.ts";
import {
  attributeOf,
  clientOf,
  clientWith,
  contractWasm,
  FAST,
  instantiate,
  type Localnet,
  MNEMONICS,
  type StoredCode,
  startLocalnet,
  storeCode,
} from "../support/localnet.ts";
import { portOf } from "../support/processes.ts";
import { puppetWasm } from "../support/puppet.ts";

const GAS = { gasLimit: 400_000, ...FAST };
const NOTHING = { messages: [], attributes: [], events: [], data: null };

let net: Localnet;
let a: SecretNetworkClient;
let b: SecretNetworkClient;
let amino: SecretNetworkClient;
let first: StoredCode;
let second: StoredCode;
let puppet: StoredCode;

async function make(code: StoredCode, initMsg: object, admin?: string): Promise<string> {
  return (await instantiate(a, code, initMsg, admin === undefined ? {} : { admin })).address;
}

function migrate(client: SecretNetworkClient, contract: string, code: StoredCode, msg: object): Promise<TxResponse> {
  return client.tx.compute.migrateContract(
    { sender: client.address, contract_address: contract, code_id: code.codeId, code_hash: code.codeHash, msg },
    GAS,
  );
}

async function count(contract: string, code: StoredCode): Promise<number> {
  const query = { get_count: {} };
  const answer = await a.query.compute.queryContract<object, { count: number }>({
    contract_address: contract,
    code_hash: code.codeHash,
    query,
  });
  return answer.count;
}

async function info(contract: string) {
  const { contract_info } = await a.query.compute.contractInfo({ contract_address: contract });
  return contract_info;
}

beforeAll(async () => {
  net = await startLocalnet();
  a = clientOf(net.ready, MNEMONICS.a);
  b = clientOf(net.ready, MNEMONICS.b);
  amino = clientWith(net.ready, new AminoWallet(MNEMONICS.c));
  const counter = contractWasm("counter");
  first = await storeCode(a, counter);
  // The same behaviour under another hash: a custom section is appended.
  second = await storeCode(a, Uint8Array.from([...counter, 0, 3, 1, 0x76, 2]));
  puppet = await storeCode(a, puppetWasm());
});

afterAll(async () => {
  await net?.stop();
});

describe("migration", () => {
  it("runs the new code on the old state, and shows in info, code hash and history", async () => {
    const contract = await make(first, { count: 7 }, a.address);
    const tx = await migrate(a, contract, second, {});
    expect([tx.code, tx.rawLog]).toEqual([0, ""]);
    const types = tx.arrayLog?.map(({ type, key }) => `${type}.${key}`);
    expect(types).toEqual([
      "message.action",
      "message.sender",
      "message.module",
      "migrate.code_id",
      "migrate.contract_address",
      "wasm.contract_address",
      "wasm.migrated",
    ]);
    expect(await count(contract, second)).toBe(7);
    expect(await info(contract)).toMatchObject({ code_id: `${second.codeId}`, admin: a.address, admin_proof: null });
    expect(await a.query.compute.codeHashByContractAddress({ contract_address: contract })).toEqual({
      code_hash: second.codeHash,
    });
    const { entries } = await a.query.compute.contractHistory({ contract_address: contract });
    expect(entries?.map(({ operation, code_id }) => [operation, code_id])).toEqual([
      ["CONTRACT_CODE_HISTORY_OPERATION_TYPE_INIT", `${first.codeId}`],
      ["CONTRACT_CODE_HISTORY_OPERATION_TYPE_MIGRATE", `${second.codeId}`],
    ]);
    const grpc = new RawClient(portOf(net.ready.grpc));
    const called = await grpc.call(
      "/secret.compute.v1beta1.Query/ContractInfo",
      encode(
        c.QueryByContractAddressRequestSchema,
        create(c.QueryByContractAddressRequestSchema, { contractAddress: contract }),
      ),
    );
    grpc.close();
    const answer = decode(c.QueryContractInfoResponseSchema, called.bytes ?? new Uint8Array(0));
    expect(answer.contractInfo).toMatchObject({ codeId: BigInt(second.codeId), admin: a.address });
    const add = (code_hash: string) =>
      a.tx.compute.executeContract(
        { sender: a.address, contract_address: contract, code_hash, msg: { add: { n: 1 } } },
        GAS,
      );
    expect((await add(second.codeHash)).code).toBe(0);
    expect((await add(first.codeHash)).rawLog).toContain("failed to validate transaction");
    expect(await count(contract, second)).toBe(8);
    expect((await migrate(a, contract, second, { count: 3 })).code).toBe(0);
    expect(await count(contract, second)).toBe(3);
  });

  it("is the admin's alone, and decrypts the new code's errors", async () => {
    const contract = await make(first, { count: 7 }, a.address);
    expect(await migrate(b, contract, second, {})).toMatchObject({
      code: 5,
      codespace: "compute",
      rawLog: expect.stringContaining("requires migrate from admin: migrate contract failed"),
    });
    const wrong = await migrate(a, contract, second, { count: "many" });
    expect(wrong).toMatchObject({ code: 5, codespace: "compute" });
    expect(wrong.rawLog).toMatch(/message index: 0: Error parsing .*: migrate contract failed$/);
    const withoutExport = await storeCode(a, puppetWasm({ migrate: false }));
    expect((await migrate(a, contract, withoutExport, {})).rawLog).toContain(
      "calling a function in the contract failed for an unexpected reason: migrate contract failed",
    );
    expect(await count(contract, first)).toBe(7);
  });
});

describe("the admin", () => {
  it("hands the contract over, and the next one gives it up", async () => {
    const contract = await make(first, { count: 7 }, a.address);
    const update = await a.tx.compute.updateAdmin(
      { sender: a.address, contract_address: contract, new_admin: amino.address },
      GAS,
    );
    expect([update.code, update.rawLog]).toEqual([0, ""]);
    expect(attributeOf(update, "update_contract_admin", "new_admin_address")).toBe(amino.address);
    expect((await info(contract))?.admin).toBe(amino.address);
    expect((await migrate(a, contract, second, {})).rawLog).toContain("requires migrate from admin");
    // Amino sign documents from here on.
    expect((await migrate(amino, contract, second, { count: 9 })).rawLog).toBe("");
    expect(await count(contract, second)).toBe(9);
    const back = await amino.tx.compute.updateAdmin(
      { sender: amino.address, contract_address: contract, new_admin: a.address },
      GAS,
    );
    expect(back.rawLog).toBe("");
    const cleared = await a.tx.compute.clearAdmin({ sender: a.address, contract_address: contract }, GAS);
    expect(cleared.rawLog).toBe("");
    expect((await info(contract))?.admin).toBe("");
    expect((await migrate(a, contract, first, {})).rawLog).toContain(
      "contract is not upgradable: migrate contract failed",
    );
    const again = await a.tx.compute.clearAdmin({ sender: a.address, contract_address: contract }, GAS);
    expect(again.rawLog).toContain("caller is not the admin: unauthorized");
  });

  it("can be a contract, which migrates by message and then gives up its right", async () => {
    const master = await make(puppet, { Ok: NOTHING });
    const contract = await make(first, { count: 7 }, master);
    const say = (...messages: object[]) =>
      a.tx.compute.executeContract(
        {
          sender: a.address,
          contract_address: master,
          code_hash: puppet.codeHash,
          msg: {
            Ok: {
              ...NOTHING,
              messages: messages.map((wasm) => ({ id: 0, msg: { wasm }, gas_limit: null, reply_on: "never" })),
            },
          },
        },
        GAS,
      );
    const msg = Buffer.from(JSON.stringify({ count: 21 })).toString("base64");
    const migration = { contract_addr: contract, code_hash: second.codeHash, code_id: second.codeId, msg };
    const tx = await say({ migrate: migration }, { update_admin: { contract_addr: contract, admin: a.address } });
    expect([tx.code, tx.rawLog]).toEqual([0, ""]);
    expect(await count(contract, second)).toBe(21);
    expect((await info(contract))?.admin).toBe(a.address);
    const late = await say({ clear_admin: { contract_addr: contract } });
    expect(late.rawLog).toContain("caller is not the admin: unauthorized");
  });
});
