/**
 * Reading the token on the real network with permits that the client signs, and its histories page by page.
 * @module
 */
import type { Permission, Permit, SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, contractOf, type Network, startWithToken, succeed } from "./support/network.ts";

let network: Network;
let a: SecretNetworkClient;
let b: SecretNetworkClient;
const other = "secret1rgm2m5t530tdzyd99775n6vzumxa5luxcllml4";

beforeAll(async () => {
  network = await startWithToken();
  ({ a, b } = network.accounts);
  for (let i = 1; i <= 7; i++) {
    await succeed(a, network.token, { transfer: { recipient: b.address, amount: `${i}`, memo: `number ${i}` } });
    await succeed(b, network.token, { deposit: {} }, `${100 + i}`);
  }
});

afterAll(async () => {
  await network?.net.stop();
});

interface PermitOptions {
  readonly permissions?: Permission[];
  readonly name?: string;
  readonly tokens?: string[];
  readonly chain?: string;
}

/** A permit as the client's own signer makes it, of account b unless somebody else is named. */
function permitOf(options: PermitOptions = {}, signer: SecretNetworkClient = b): Promise<Permit> {
  const {
    permissions = ["balance"],
    name = "reading",
    tokens = [network.token.address],
    chain = "secretdev-1",
  } = options;
  return signer.utils.accessControl.permit.sign(signer.address, chain, name, tokens, permissions, false);
}

/** The balance that a permit opens, or the refusal. */
async function opened(permit: Permit): Promise<string> {
  const answer = await b.query.snip20.getBalance({
    contract: contractOf(network.token),
    address: b.address,
    auth: { permit },
  });
  return typeof answer === "string" ? answer : (answer.balance?.amount ?? JSON.stringify(answer));
}

const BALANCE = `${28 + 728}`;

describe("a permit", () => {
  it("opens the signer's balance without a transaction", async () => {
    expect(await opened(await permitOf())).toBe(BALANCE);
    expect(await opened(await permitOf({ permissions: ["owner"] }))).toBe(BALANCE);
    expect(
      await opened(await permitOf({ name: 'books & "accounts" <2026>', tokens: [other, network.token.address] })),
    ).toBe(BALANCE);
  });

  it("opens histories and allowances", async () => {
    const permit = await permitOf({ permissions: ["history", "allowance"] });
    const asked = { contract: contractOf(network.token), address: b.address, auth: { permit } };
    const { transfer_history } = await b.query.snip20.getTransferHistory({ ...asked, page_size: 1 });
    expect(transfer_history).toMatchObject({ total: 7, txs: [{ memo: "number 7" }] });
    const { transaction_history } = await b.query.snip20.getTransactionHistory({ ...asked, page_size: 2 });
    expect(transaction_history.txs.map(({ action }) => Object.keys(action)[0])).toEqual(["deposit", "transfer"]);
    await succeed(a, network.token, { increase_allowance: { spender: b.address, amount: "12" } });
    const { allowance } = await b.query.snip20.GetAllowance({
      contract: contractOf(network.token),
      owner: a.address,
      spender: b.address,
      auth: { permit },
    });
    expect(allowance.allowance).toBe("12");
    const received = { with_permit: { permit, query: { allowances_received: { page_size: 5 } } } };
    expect(await ask(b, network.token, received)).toMatchObject({ allowances_received: { count: 1 } });
  });

  it("is refused elsewhere, for something else, and under another's name", async () => {
    expect(await opened(await permitOf({ chain: "secret-4" }))).toContain("the permit is not for this chain");
    expect(await opened(await permitOf({ tokens: [other] }))).toContain("the permit is not for this token");
    expect(await opened(await permitOf({ permissions: ["history"] }))).toContain("does not give this permission");
    const permit = await permitOf();
    const foreign = await permitOf({}, network.accounts.c);
    // Signed by c: it opens what c has.
    expect(await opened(foreign)).toBe("0");
    const forged = { ...permit, signature: { ...permit.signature, signature: foreign.signature.signature } };
    expect(await opened(forged)).toContain("the permit's signature is not valid");
    const widened = { ...permit, params: { ...permit.params, permissions: ["owner" as const] } };
    expect(await opened(widened)).toContain("the permit's signature is not valid");
  });

  it("is void once its name is revoked by its signer", async () => {
    const [lent, kept] = [await permitOf({ name: "lent" }), await permitOf({ name: "kept" })];
    await succeed(a, network.token, { revoke_permit: { permit_name: "kept" } });
    await succeed(b, network.token, { revoke_permit: { permit_name: "lent" } });
    expect(await opened(lent)).toContain("the permit was revoked");
    expect(await opened(kept)).toBe(BALANCE);
  });
});

describe("a history", () => {
  const asked = () => ({ contract: contractOf(network.token), address: b.address, auth: { key: "key of b" } });

  it("of transfers is read page by page to its end", async () => {
    const memos: (string | undefined)[] = [];
    for (let page = 0; page < 4; page++) {
      const { transfer_history } = await b.query.snip20.getTransferHistory({ ...asked(), page, page_size: 3 });
      expect(transfer_history.total).toBe(7);
      memos.push(...transfer_history.txs.map(({ memo }) => memo));
    }
    expect(memos).toEqual([7, 6, 5, 4, 3, 2, 1].map((i) => `number ${i}`));
  });

  it("of transactions has all kinds, with heights and times of their blocks", async () => {
    const pages = await Promise.all(
      [0, 1, 2].map((page) => b.query.snip20.getTransactionHistory({ ...asked(), page, page_size: 6 })),
    );
    const txs = pages.flatMap(({ transaction_history }) => transaction_history.txs);
    expect(pages.map(({ transaction_history: { txs: page, total } }) => [page.length, total])).toEqual([
      [6, 14],
      [6, 14],
      [2, 14],
    ]);
    expect(txs.map(({ action, coins }) => [Object.keys(action)[0], coins.denom])).toEqual(
      Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? ["deposit", "uscrt"] : ["transfer", "PRIV"])),
    );
    const [latest] = txs;
    const height = String(latest?.block_height);
    const { block } = await b.query.tendermint.getBlockByHeight({ height });
    expect(Math.floor(Date.parse(String(block?.header?.time)) / 1000)).toBe(latest?.block_time);
  });
});
