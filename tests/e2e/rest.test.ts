/**
 * Queries over REST of the real command: the tier-1 rows of spec 04 §1.2 with the literals of §1.4, §2.2 and §2.3.
 * @module
 */
import { fromBase64, fromHex, toBase64, toHex } from "@enclavenet/common";
import { decodeBech32 } from "@enclavenet/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, type Deployed, deploy, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { RestClient } from "../support/rest.ts";

/** An account that nobody has (spec 04 §3.3, "z"). */
const NOBODY = "secret1z6sk34np3xhwh8ttcd4plvp9qg63awj82ykepa";
const ACCOUNTS = {
  validator: "secret14aj08vd2ntty7dvskdmdu4zhf23mcwgtute8dz",
  a: "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03",
  b: "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne",
  c: "secret1ajz54hz8azwuy34qwy9fkjnfcrvf0dzswy0lqq",
  d: "secret1ldjxljw7v4vk6zhyduywh04hpj0jdwxsmrlatf",
};
const FEE_COLLECTOR = "secret17xpfvakm2amg962yls6f84z3kell8c5ljuhfkp";
const LABEL = "a label/with 100% ünï";

let net: Localnet;
let rest: RestClient;
let a: ReturnType<typeof clientOf>;
let counter: Deployed;

beforeAll(async () => {
  net = await startLocalnet();
  rest = new RestClient(net.ready.rest);
  a = clientOf(net.ready, MNEMONICS.a);
  counter = await deploy(a, "counter", { count: 7 }, LABEL);
});

afterAll(async () => {
  await net?.stop();
});

function error(code: number, message: string) {
  return { code, message, details: [] };
}

describe("auth", () => {
  it("shows an account before and after its first transaction", async () => {
    const account = {
      "@type": "/cosmos.auth.v1beta1.BaseAccount",
      address: ACCOUNTS.c,
      pub_key: null,
      account_number: "3",
      sequence: "0",
    };
    expect(await rest.get(`/cosmos/auth/v1beta1/accounts/${ACCOUNTS.c}?`)).toEqual({ account });
    const c = clientOf(net.ready, MNEMONICS.c);
    const amount = [{ denom: "uscrt", amount: "1" }];
    const tx = await c.tx.bank.send(
      { from_address: c.address, to_address: ACCOUNTS.d, amount },
      { gasLimit: 25_000, ...FAST },
    );
    expect(tx.code).toBe(0);
    const key = toBase64(fromHex("02f2b904612c3b792291f956d0d95f57d71d54973154980b87bb608784c64b70a0"));
    expect(await rest.get(`/cosmos/auth/v1beta1/accounts/${ACCOUNTS.c}`)).toEqual({
      account: { ...account, pub_key: { "@type": "/cosmos.crypto.secp256k1.PubKey", key }, sequence: "1" },
    });
    const { info } = await rest.get(`/cosmos/auth/v1beta1/account_info/${ACCOUNTS.c}`);
    expect(info).toMatchObject({ address: ACCOUNTS.c, account_number: "3", sequence: "1" });
  });

  it("does not find an account that nobody has", async () => {
    expect(await rest.fail(`/cosmos/auth/v1beta1/accounts/${NOBODY}`)).toEqual([
      404,
      error(5, `account ${NOBODY} not found`),
    ]);
  });

  it("answers a text that is no address", async () => {
    const [status, body] = await rest.fail("/cosmos/auth/v1beta1/accounts/secret1unknown");
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toContain("decoding bech32 failed");
  });

  it("has exactly these parameters", async () => {
    expect(await rest.get("/cosmos/auth/v1beta1/params")).toEqual({
      params: {
        max_memo_characters: "256",
        sig_verify_cost_ed25519: "590",
        sig_verify_cost_secp256k1: "1000",
        tx_sig_limit: "7",
        tx_size_cost_per_byte: "10",
      },
    });
  });

  it("lists accounts in the order of their bytes, in pages", async () => {
    const { accounts, pagination } = await rest.get("/cosmos/auth/v1beta1/accounts");
    const base = accounts.filter((one: { address?: string }) => one.address !== undefined);
    const addresses = base.map((one: { address: string }) => one.address);
    expect(addresses).toEqual(expect.arrayContaining([...Object.values(ACCOUNTS), counter.address]));
    const bytes = addresses.map((address: string) => toHex(decodeBech32(address).data));
    expect(bytes).toEqual([...bytes].sort());
    expect(pagination).toEqual({ next_key: null, total: String(accounts.length) });

    const first = await rest.get("/cosmos/auth/v1beta1/accounts?pagination.limit=2");
    expect(first.accounts).toEqual(accounts.slice(0, 2));
    const key = encodeURIComponent(first.pagination.next_key);
    const second = await rest.get(`/cosmos/auth/v1beta1/accounts?pagination.limit=2&pagination.key=${key}`);
    expect(second.accounts).toEqual(accounts.slice(2, 4));
    const counted = await rest.get(
      "/cosmos/auth/v1beta1/accounts?pagination.offset=1&pagination.limit=1&pagination.count_total=true",
    );
    expect([counted.accounts, counted.pagination.total]).toEqual([accounts.slice(1, 2), pagination.total]);
    const last = await rest.get("/cosmos/auth/v1beta1/accounts?pagination.reverse=true&pagination.limit=1");
    expect(last.accounts).toEqual(accounts.slice(-1));
  });

  it("finds a module's account by name", async () => {
    const { account } = await rest.get("/cosmos/auth/v1beta1/module_accounts/fee_collector");
    expect(account).toEqual({
      "@type": "/cosmos.auth.v1beta1.ModuleAccount",
      base_account: {
        address: FEE_COLLECTOR,
        pub_key: null,
        account_number: expect.stringMatching(/^\d+$/),
        sequence: "0",
      },
      name: "fee_collector",
      permissions: [],
    });
    expect(await rest.get(`/cosmos/auth/v1beta1/accounts/${FEE_COLLECTOR}`)).toEqual({ account });
    const all = await rest.get("/cosmos/auth/v1beta1/module_accounts");
    expect(all.accounts).toContainEqual(account);
    expect(await rest.fail("/cosmos/auth/v1beta1/module_accounts/nope")).toEqual([
      404,
      error(5, "account nope not found"),
    ]);
  });
});

describe("bank", () => {
  const balance = (address: string, denom = "uscrt") =>
    `/cosmos/bank/v1beta1/balances/${address}/by_denom?denom=${denom}`;

  it("answers 0 for whoever and whatever it does not know", async () => {
    expect(await rest.get(balance(NOBODY))).toEqual({ balance: { denom: "uscrt", amount: "0" } });
    expect(await rest.get(balance(ACCOUNTS.a, "unknown"))).toEqual({ balance: { denom: "unknown", amount: "0" } });
    expect((await rest.get(`/cosmos/bank/v1beta1/balances/${NOBODY}`)).balances).toEqual([]);
  });

  it("shows the state of a height", async () => {
    const before = { balance: { denom: "uscrt", amount: "1000000000000000000" } };
    const request = await rest.request(balance(ACCOUNTS.a), { headers: { "x-cosmos-block-height": "1" } });
    expect(request.body).toEqual(before);
    expect(request.headers.get("grpc-metadata-x-cosmos-block-height")).toBe("1");
    expect(await rest.get(balance(ACCOUNTS.a))).not.toEqual(before);
    expect(await rest.get(balance(ACCOUNTS.a), { "grpc-metadata-x-cosmos-block-height": "1" })).toEqual(before);
  });

  it("cannot show the future", async () => {
    const [status, body] = await rest.fail(balance(ACCOUNTS.a), { "x-cosmos-block-height": "999999" });
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toContain("cannot query with height in the future; please provide a valid height");
    expect((await rest.fail(balance(ACCOUNTS.a), { "x-cosmos-block-height": "next" }))[0]).toBe(400);
  });

  it("knows the supply", async () => {
    const { supply, pagination } = await rest.get("/cosmos/bank/v1beta1/supply");
    expect(supply).toEqual([{ denom: "uscrt", amount: "5000000000000000000" }]);
    expect(pagination).toEqual({ next_key: null, total: "1" });
    expect(await rest.get("/cosmos/bank/v1beta1/supply/by_denom?denom=uscrt")).toEqual({ amount: supply[0] });
  });
});

describe("node and registration", () => {
  it("tell the least gas price", async () => {
    expect(await rest.get("/cosmos/base/node/v1beta1/config")).toEqual({
      minimum_gas_price: "0.012500000000000000uscrt",
      pruning_keep_recent: "0",
      pruning_interval: "0",
      halt_height: "0",
    });
  });

  it("tell the parameters of consensus, as the client reads them", async () => {
    const { params } = await a.query.consensus.params({});
    expect(params?.block).toEqual({ max_bytes: "22020096", max_gas: "-1" });
    expect(params?.validator).toEqual({ pub_key_types: ["ed25519"] });
  });

  it("tell the network's public keys", async () => {
    const { key } = await rest.get("/registration/v1beta1/tx-key?");
    expect(fromBase64(key)).toHaveLength(32);
    const registration = await rest.get("/registration/v1beta1/registration-key");
    const text = Buffer.from(registration.key, "base64").toString();
    expect(text).toMatch(
      /^\{"reg_info":null,"node_exch_key":\{"bytes":"[\w+/]{43}="\},"io_exch_key":\{"bytes":"[\w+/]{43}="\}\}$/,
    );
    expect(JSON.parse(text).io_exch_key.bytes).toBe(key);
  });

  it("know of no other node", async () => {
    expect(await rest.fail("/registration/v1beta1/encrypted-seed/AAAA")).toEqual([
      500,
      error(2, "codespace sdk code 9: unknown address: Node has not been authenticated yet"),
    ]);
  });
});

describe("compute", () => {
  const C = "/compute/v1beta1";
  const NOT_FOUND = error(2, "codespace compute code 9: not found");
  const noRecord = (what: string) => error(5, `no ${what} for height 1: this node keeps no records of its enclave`);

  it("shows code and contract", async () => {
    const { codeId, codeHash, address } = counter;
    const info = {
      code_id: String(codeId),
      creator: ACCOUNTS.a,
      label: LABEL,
      created: { block_height: expect.stringMatching(/^\d+$/), tx_index: "0" },
      ibc_port_id: "",
      admin: "",
      admin_proof: null,
      require_governance: false,
    };
    expect(await rest.get(`${C}/info/${address}`)).toEqual({ contract_address: address, contract_info: info });
    expect(await rest.get(`${C}/contracts/${codeId}`)).toEqual({
      contract_infos: [{ contract_address: address, contract_info: { ...info, created: null } }],
    });
    expect(await rest.get(`${C}/code_hash/by_code_id/${codeId}?`)).toEqual({ code_hash: codeHash });
    expect(await rest.get(`${C}/code_hash/by_contract_address/${address}?`)).toEqual({ code_hash: codeHash });
    const code = { code_id: String(codeId), creator: ACCOUNTS.a, code_hash: codeHash, source: "", builder: "" };
    expect(await rest.get(`${C}/codes`)).toEqual({ code_infos: [code] });
    const whole = await rest.get(`${C}/code/${codeId}`);
    expect(whole.code_info).toEqual(code);
    expect(fromBase64(whole.wasm).subarray(0, 4)).toEqual(Uint8Array.of(0, 0x61, 0x73, 0x6d));
  });

  it("analyses the code, and has no records of the enclave", async () => {
    const hash = encodeURIComponent(Buffer.from(counter.codeHash, "hex").toString("base64"));
    expect(await rest.get(`${C}/analyze_code?code_hash=${hash}`)).toEqual({
      has_ibc_entry_points: false,
      required_features: "random",
    });
    expect(await rest.get(`${C}/ecalls?start_height=1&end_height=1000`)).toEqual({ records: [] });
    const [status, { code }] = await rest.fail(`${C}/ecall/1000000`);
    expect([status, code]).toEqual([400, 9]);
  });

  it("finds by label, whatever the label holds", async () => {
    expect(await rest.get(`${C}/contract_address/${encodeURIComponent(LABEL)}`)).toEqual({
      contract_address: counter.address,
    });
    expect(await rest.get(`${C}/label/${counter.address}`)).toEqual({ label: LABEL });
  });

  it("shows the history", async () => {
    const { entries } = await rest.get(`${C}/contract_history/${counter.address}`);
    expect(entries).toEqual([
      {
        operation: "CONTRACT_CODE_HISTORY_OPERATION_TYPE_INIT",
        code_id: String(counter.codeId),
        updated: { block_height: expect.stringMatching(/^\d+$/), tx_index: "0" },
        msg: expect.any(String),
      },
    ]);
    expect(await rest.get(`${C}/contract_history/${NOBODY}`)).toEqual({ entries: [] });
  });

  it("has exactly these parameters", async () => {
    expect(await rest.get(`${C}/params`)).toEqual({
      params: { compile_cost: "0.800000000000000000", max_contract_size: "2097152" },
    });
  });

  it.each([
    [`/info/${NOBODY}`, 500, NOT_FOUND],
    [`/label/${NOBODY}`, 500, NOT_FOUND],
    [`/code_hash/by_contract_address/${NOBODY}`, 500, NOT_FOUND],
    ["/code/999", 500, NOT_FOUND],
    ["/contracts/999", 500, NOT_FOUND],
    ["/contracts/0", 500, error(2, "codespace compute code 13: invalid: code id")],
    ["/code/0", 500, error(2, "codespace compute code 13: invalid: code id")],
    ["/code_hash/by_code_id/999", 500, error(2, "failed to get code info for code id 999")],
    ["/contract_address/no%20such", 500, error(2, "codespace sdk code 9: unknown address: no such")],
    [`/authorized_migration/${NOBODY}`, 404, error(5, "no authorized migration found for the given contract address")],
    [
      `/authorized_admin_update/${NOBODY}`,
      404,
      error(5, "no authorized admin update found for the given contract address"),
    ],
    ["/ecall/1", 404, noRecord("ecall record")],
    ["/network_pubkey/1/0", 404, noRecord("network keys")],
    [`/encrypted_seed/${"ab".repeat(32)}?height=1`, 404, noRecord("encrypted seed")],
    ["/encrypted_seed/zz?height=1", 400, error(3, "cert_hash is not hex")],
    ["/block_traces/1", 404, noRecord("traces")],
    ["/machine_id_proof/1/00", 404, noRecord("machine id proof")],
    ["/block_create_results/1", 404, noRecord("results of stored codes")],
    ["/ecalls?start_height=1&end_height=1001", 400, error(3, "at most 1000 heights at once")],
  ])("answers %s with %i", async (path, status, body) => {
    expect(await rest.fail(`${C}${path}`)).toEqual([status, body]);
  });

  it("answers a query that nobody can decrypt", async () => {
    const [status, body] = await rest.fail(`${C}/query/${counter.address}?query=${"A".repeat(100)}`);
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(/^codespace compute code 4: query contract failed: /);
  });

  it("answers a query's own error encrypted, in the form that clients look for", async () => {
    const [status, body] = await failingQuery();
    expect([status, body.code]).toEqual([500, 2]);
    expect(body.message).toMatch(/query contract failed: encrypted: [\w+/=]+$/);
  });

  /** The client's own query, seen from the wire. */
  async function failingQuery(): Promise<readonly [number, { code: number; message: string }]> {
    let url = "";
    const { fetch: original } = globalThis;
    globalThis.fetch = (input, init) => {
      if (String(input).includes("/query/")) url = String(input);
      return original(input, init);
    };
    try {
      const query = { fail: { text: "no" } };
      await a.query.compute.queryContract({ contract_address: counter.address, code_hash: counter.codeHash, query });
    } finally {
      globalThis.fetch = original;
    }
    return rest.fail(url.slice(net.ready.rest.length));
  }
});
