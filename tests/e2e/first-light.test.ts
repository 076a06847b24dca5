/**
 * The unmodified client against the real command: every step of a contract's life, encrypted all the way.
 * @module
 */
import { fromUtf8 } from "secretjs";
import { AminoWallet } from "secretjs/dist/wallet_amino.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  attributeOf,
  clientOf,
  clientWith,
  type Deployed,
  deploy,
  execute,
  FAST,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";

let net: Localnet;
let counter: Deployed;
let a: ReturnType<typeof clientOf>;
let b: ReturnType<typeof clientOf>;

beforeAll(async () => {
  net = await startLocalnet();
  a = clientOf(net.ready, MNEMONICS.a);
  b = clientOf(net.ready, MNEMONICS.b);
  counter = await deploy(a, "counter", { count: 7 });
});

afterAll(async () => {
  await net?.stop();
});

async function count(): Promise<number> {
  const answer = await a.query.compute.queryContract<object, { count: number }>({
    contract_address: counter.address,
    code_hash: counter.codeHash,
    query: { get_count: {} },
  });
  return answer.count;
}

describe("bank", () => {
  it("sends coins and charges the whole fee", async () => {
    const before = await a.query.bank.balance({ address: b.address, denom: "uscrt" });
    const tx = await a.tx.bank.send(
      { from_address: a.address, to_address: b.address, amount: [{ denom: "uscrt", amount: "5" }] },
      { gasLimit: 25_000, ...FAST },
    );
    expect([tx.code, tx.rawLog]).toEqual([0, ""]);
    const after = await a.query.bank.balance({ address: b.address, denom: "uscrt" });
    expect(BigInt(after.balance?.amount ?? 0) - BigInt(before.balance?.amount ?? 0)).toBe(5n);
  });

  it("answers a wrong sequence with sdk 32", async () => {
    const refused = a.tx.bank.send(
      { from_address: a.address, to_address: b.address, amount: [{ denom: "uscrt", amount: "1" }] },
      {
        gasLimit: 25_000,
        explicitSignerData: { accountNumber: 1, sequence: 999_999, chainId: "secretdev-1" },
        ...FAST,
      },
    );
    await expect(refused).rejects.toThrow(/code 32 \(codespace: sdk\)/);
  });
});

describe("a contract", () => {
  it("starts with the encrypted count of its instantiation", async () => {
    expect(await count()).toBe(7);
  });

  it("executes an encrypted message", async () => {
    const tx = await execute(b, counter, { add: { n: 5 } });
    expect([tx.code, tx.rawLog]).toEqual([0, ""]);
    expect(await count()).toBe(12);
  });

  it("returns data and attributes that only the sender can read", async () => {
    const text = "only b reads this";
    const tx = await execute(b, counter, { echo: { text } });
    expect(tx.code).toBe(0);
    expect(attributeOf(tx, "wasm", "text")).toBe(text);
    const seenByA = await a.query.getTx(tx.transactionHash);
    expect(JSON.stringify(seenByA)).not.toContain(text);
    expect(JSON.stringify(seenByA)).toContain(counter.address);
  });

  it("decrypts the contract's own error for its sender", async () => {
    const tx = await execute(b, counter, { fail: { text: "told you so" } });
    expect([tx.code, tx.codespace]).toEqual([3, "compute"]);
    expect(tx.rawLog).toContain("told you so");
    const seenByA = await a.query.getTx(tx.transactionHash);
    expect(seenByA?.rawLog).toMatch(/message index: 0: encrypted: [\w+/=]+: execute contract failed$/);
  });

  it("refuses a message for another code hash", async () => {
    const tx = await execute(b, counter, { increment: {} }, { codeHash: "ab".repeat(32) });
    expect([tx.code, tx.codespace]).toEqual([3, "compute"]);
    expect(tx.rawLog).toContain("failed to validate transaction");
  });

  it("runs out of gas and changes nothing", async () => {
    const before = await count();
    const tx = await execute(b, counter, { burn_gas: { iterations: 100_000_000 } }, { gasLimit: 100_000 });
    expect([tx.code, tx.codespace]).toEqual([11, "sdk"]);
    expect(await count()).toBe(before);
  });

  it("loses its writes when it panics", async () => {
    const before = await count();
    const tx = await execute(b, counter, { panic: {} });
    expect([tx.code, tx.codespace]).toEqual([3, "compute"]);
    expect(tx.rawLog).toContain("the contract panicked");
    expect(await count()).toBe(before);
  });

  it("returns a query's own error as text", async () => {
    const answer = await a.query.compute.queryContract({
      contract_address: counter.address,
      code_hash: counter.codeHash,
      query: { fail: { text: "no such thing" } },
    });
    expect(JSON.stringify(answer)).toContain("no such thing");
  });
});

describe("the token", () => {
  it("goes from upload to a decrypted history", async () => {
    const token = await deploy(a, "token", {
      name: "Private Coin",
      symbol: "PRIV",
      decimals: 6,
      prng_seed: Buffer.from("seed").toString("base64"),
      initial_balances: [{ address: a.address, amount: "1000" }],
      config: { public_total_supply: true, enable_deposit: true, enable_redeem: true },
    });
    const info = await a.query.snip20.getSnip20Params({
      contract: { address: token.address, code_hash: token.codeHash },
    });
    expect(info.token_info.symbol).toBe("PRIV");
    for (const [client, key] of [
      [a, "key of a"],
      [b, "key of b"],
    ] as const) {
      expect((await execute(client, token, { set_viewing_key: { key } })).code).toBe(0);
    }
    expect((await execute(a, token, { transfer: { recipient: b.address, amount: "250", memo: "rent" } })).code).toBe(0);
    expect((await execute(b, token, { deposit: {} }, { funds: "40" })).code).toBe(0);
    expect((await execute(b, token, { redeem: { amount: "15" } })).code).toBe(0);

    const contract = { address: token.address, code_hash: token.codeHash };
    const balance = await b.query.snip20.getBalance({ contract, address: b.address, auth: { key: "key of b" } });
    expect(balance.balance.amount).toBe("275");
    const history = await b.query.snip20.getTransferHistory({
      contract,
      address: b.address,
      auth: { key: "key of b" },
      page_size: 10,
    });
    expect(history.transfer_history.txs[0]).toMatchObject({ coins: { amount: "250", denom: "PRIV" }, memo: "rent" });

    const stranger = await a.query.snip20.getBalance({ contract, address: b.address, auth: { key: "key of a" } });
    expect(stranger).toHaveProperty("viewing_key_error");
  });
});

describe("amino signing", () => {
  it("is authenticated by the chain and again inside the enclave", async () => {
    const c = clientWith(net.ready, new AminoWallet(MNEMONICS.c));
    const before = await count();
    const tx = await execute(c, counter, { add: { n: 10 } }, { funds: "3" });
    expect([tx.code, tx.rawLog]).toEqual([0, ""]);
    expect(JSON.stringify(tx.tx)).toContain("SIGN_MODE_LEGACY_AMINO_JSON");
    expect(await count()).toBe(before + 10);
  });
});

describe("data", () => {
  it("of an execution decrypts to what the contract returned", async () => {
    const tx = await execute(b, counter, { echo: { text: "data too" } });
    const bytes = tx.data[0];
    expect(bytes).toBeDefined();
    // MsgExecuteContractResponse: one field, the data that secretjs has decrypted already.
    expect(fromUtf8(bytes as Uint8Array)).toContain("data too");
  });
});
