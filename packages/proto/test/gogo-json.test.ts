/** JSON of the REST gateway: the literals of spec 04 §2.3 to §2.6, the rules of §2.2, and refusals. */
import { createRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  AnySchema,
  cosmosAuth,
  cosmosBank,
  cosmosBase,
  cosmosBaseAbci,
  cosmosBaseNode,
  cosmosCryptoSecp256k1,
  cosmosTx,
  cosmosTxSigning,
  create,
  encode,
  encodeAny,
  fromGogoJson,
  type MessageShape,
  registry,
  secretCompute,
  secretRegistration,
  TimestampSchema,
  tendermintTypes,
  toGogoJson,
} from "@enclavenet/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withGoDefaults } from "../src/encode.ts";
import { addresses, json } from "./support/addresses.ts";
import { anyMessage, isOurs } from "./support/arbitrary.ts";

const sender = "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03";
const contract = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
const key = new Uint8Array(33).fill(2);

function show<S extends DescMessage>(schema: S, message: MessageShape<S>): string {
  return JSON.stringify(toGogoJson(schema, message, json));
}

describe("toGogoJson", () => {
  it("prints accounts (spec 04 §2.3)", () => {
    const publicKey = encodeAny(
      cosmosCryptoSecp256k1.PubKeySchema,
      create(cosmosCryptoSecp256k1.PubKeySchema, { key }),
    );
    const base = create(cosmosAuth.BaseAccountSchema, {
      address: sender,
      pubKey: publicKey,
      accountNumber: 1n,
      sequence: 7n,
    });
    const account = encodeAny(cosmosAuth.BaseAccountSchema, base);
    const response = create(cosmosAuth.QueryAccountResponseSchema, { account });
    expect(show(cosmosAuth.QueryAccountResponseSchema, response)).toBe(
      `{"account":{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":"${sender}","pub_key":{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"${"AgIC".repeat(11)}"},"account_number":"1","sequence":"7"}}`,
    );
    const address = "secret10d07y265gmmuvt4z0w9aw880jnsr700jc88vt0";
    const gov = create(cosmosAuth.ModuleAccountSchema, {
      baseAccount: { address, accountNumber: 9n },
      name: "gov",
      permissions: ["burner"],
    });
    const module = create(cosmosAuth.QueryModuleAccountByNameResponseSchema, {
      account: encodeAny(cosmosAuth.ModuleAccountSchema, gov),
    });
    expect(show(cosmosAuth.QueryModuleAccountByNameResponseSchema, module)).toBe(
      `{"account":{"@type":"/cosmos.auth.v1beta1.ModuleAccount","base_account":{"address":"${address}","pub_key":null,"account_number":"9","sequence":"0"},"name":"gov","permissions":["burner"]}}`,
    );
  });

  it("prints balances, node configuration and auth parameters (spec 04 §1.4, §2.3)", () => {
    const balance = create(cosmosBank.QueryBalanceResponseSchema, { balance: { denom: "uscrt" } });
    expect(show(cosmosBank.QueryBalanceResponseSchema, balance)).toBe('{"balance":{"denom":"uscrt","amount":"0"}}');
    const config = create(cosmosBaseNode.ConfigResponseSchema, {
      minimumGasPrice: "0.012500000000000000uscrt",
      pruningKeepRecent: "0",
      pruningInterval: "0",
    });
    expect(show(cosmosBaseNode.ConfigResponseSchema, config)).toBe(
      '{"minimum_gas_price":"0.012500000000000000uscrt","pruning_keep_recent":"0","pruning_interval":"0","halt_height":"0"}',
    );
    const params = create(cosmosAuth.ParamsSchema, {
      maxMemoCharacters: 256n,
      txSigLimit: 7n,
      txSizeCostPerByte: 10n,
      sigVerifyCostEd25519: 590n,
      sigVerifyCostSecp256k1: 1000n,
    });
    expect(toGogoJson(cosmosAuth.ParamsSchema, params, json)).toEqual({
      max_memo_characters: "256",
      sig_verify_cost_ed25519: "590",
      sig_verify_cost_secp256k1: "1000",
      tx_sig_limit: "7",
      tx_size_cost_per_byte: "10",
    });
  });

  it("prints a transaction (spec 04 §2.4)", () => {
    const execute = create(secretCompute.MsgExecuteContractSchema, {
      sender: addresses.fromText(sender),
      contract: addresses.fromText(contract),
      msg: new Uint8Array([1, 2, 3]),
    });
    const tx = create(cosmosTx.TxSchema, {
      body: { messages: [encodeAny(secretCompute.MsgExecuteContractSchema, execute)] },
      authInfo: {
        signerInfos: [
          {
            publicKey: encodeAny(
              cosmosCryptoSecp256k1.PubKeySchema,
              create(cosmosCryptoSecp256k1.PubKeySchema, { key }),
            ),
            modeInfo: {
              sum: { case: "single", value: { mode: cosmosTxSigning.SignMode.DIRECT } },
            },
            sequence: 3n,
          },
        ],
        fee: { amount: [{ denom: "uscrt", amount: "2500" }], gasLimit: 25000n },
      },
      signatures: [new Uint8Array(3)],
    });
    const response = create(cosmosBaseAbci.TxResponseSchema, {
      height: 57n,
      txhash: "AB",
      gasWanted: 25000n,
      gasUsed: 19432n,
      tx: encodeAny(cosmosTx.TxSchema, tx),
      timestamp: "2024-01-01T00:00:00Z",
      events: [{ type: "coin_spent", attributes: [{ key: "spender", value: sender, index: true }] }],
    });
    expect(show(cosmosBaseAbci.TxResponseSchema, response)).toBe(
      '{"height":"57","txhash":"AB","codespace":"","code":0,"data":"","raw_log":"","logs":[],"info":"","gas_wanted":"25000","gas_used":"19432",' +
        '"tx":{"@type":"/cosmos.tx.v1beta1.Tx",' +
        `"body":{"messages":[{"@type":"/secret.compute.v1beta1.MsgExecuteContract","sender":"${sender}","contract":"${contract}","msg":"AQID","callback_code_hash":"","sent_funds":[],"callback_sig":null}],` +
        '"memo":"","timeout_height":"0","extension_options":[],"non_critical_extension_options":[]},' +
        `"auth_info":{"signer_infos":[{"public_key":{"@type":"/cosmos.crypto.secp256k1.PubKey","key":"${"AgIC".repeat(11)}"},"mode_info":{"single":{"mode":"SIGN_MODE_DIRECT"}},"sequence":"3"}],` +
        '"fee":{"amount":[{"denom":"uscrt","amount":"2500"}],"gas_limit":"25000","payer":"","granter":""},"tip":null},' +
        '"signatures":["AAAA"]},' +
        `"timestamp":"2024-01-01T00:00:00Z","events":[{"type":"coin_spent","attributes":[{"key":"spender","value":"${sender}","index":true}]}]}`,
    );
  });

  it("prints the answers of broadcast and simulate (spec 04 §2.5, §6.6)", () => {
    const response = create(cosmosTx.BroadcastTxResponseSchema, { txResponse: { txhash: "AB" } });
    expect(show(cosmosTx.BroadcastTxResponseSchema, response)).toBe(
      '{"tx_response":{"height":"0","txhash":"AB","codespace":"","code":0,"data":"","raw_log":"","logs":[],"info":"","gas_wanted":"0","gas_used":"0","tx":null,"timestamp":"","events":[]}}',
    );
    const simulated = create(cosmosTx.SimulateResponseSchema, {
      gasInfo: { gasWanted: 18446744073709551615n, gasUsed: 5n },
      result: {
        data: new Uint8Array([1]),
        msgResponses: [encodeAny(cosmosBank.MsgSendResponseSchema, create(cosmosBank.MsgSendResponseSchema))],
      },
    });
    expect(show(cosmosTx.SimulateResponseSchema, simulated)).toBe(
      '{"gas_info":{"gas_wanted":"18446744073709551615","gas_used":"5"},"result":{"data":"AQ==","log":"","events":[],"msg_responses":[{"@type":"/cosmos.bank.v1beta1.MsgSendResponse"}]}}',
    );
  });

  it("prints contract information, keys and parameters (spec 04 §2.2, §4.1)", () => {
    const info = create(secretCompute.QueryContractInfoResponseSchema, {
      contractAddress: contract,
      contractInfo: { codeId: 1n, creator: addresses.fromText(sender), label: "l" },
    });
    expect(show(secretCompute.QueryContractInfoResponseSchema, info)).toBe(
      `{"contract_address":"${contract}","contract_info":{"code_id":"1","creator":"${sender}","label":"l","created":null,"ibc_port_id":"","admin":"","admin_proof":null,"require_governance":false}}`,
    );
    const key = create(secretRegistration.KeySchema, { key: new Uint8Array(3) });
    expect(show(secretRegistration.KeySchema, key)).toBe('{"key":"AAAA"}');
    const params = create(secretCompute.ParamsSchema, { compileCost: "800000000000000000", maxContractSize: 2097152n });
    const response = create(secretCompute.ParamsResponseSchema, { params });
    expect(show(secretCompute.ParamsResponseSchema, response)).toBe(
      '{"params":{"compile_cost":"0.800000000000000000","max_contract_size":"2097152"}}',
    );
    expect(show(secretCompute.ParamsResponseSchema, create(secretCompute.ParamsResponseSchema))).toBe(
      '{"params":{"compile_cost":"0.000000000000000000","max_contract_size":"0"}}',
    );
    const history = create(secretCompute.ContractCodeHistoryEntrySchema, { operation: 1 });
    expect(show(secretCompute.ContractCodeHistoryEntrySchema, history)).toContain(
      '"operation":"CONTRACT_CODE_HISTORY_OPERATION_TYPE_INIT"',
    );
  });

  it("prints messages held by value, unset times and unset oneofs as Go does", () => {
    const header = create(tendermintTypes.HeaderSchema, { height: 5n });
    const shown = toGogoJson(tendermintTypes.HeaderSchema, header, json);
    expect(shown).toMatchObject({
      version: { block: "0", app: "0" },
      time: "0001-01-01T00:00:00Z",
      last_block_id: { hash: null, part_set_header: { total: 0, hash: null } },
      encrypted_random: null,
    });
    expect(toGogoJson(tendermintTypes.ValidatorSchema, create(tendermintTypes.ValidatorSchema), json)).toMatchObject({
      pub_key: {},
    });
    const odd = create(cosmosTx.ModeInfo_SingleSchema, { mode: 77 as never });
    expect(toGogoJson(cosmosTx.ModeInfo_SingleSchema, odd, json)).toEqual({ mode: 77 });
  });

  it.each([
    [0, ""],
    [500_000_000, ".500"],
    [1_000, ".000001"],
    [1, ".000000001"],
    [120_000_000, ".120"],
  ])("prints %d nanoseconds as %j", (nanos, text) => {
    const time = create(TimestampSchema, { seconds: 1704067200n, nanos });
    expect(toGogoJson(TimestampSchema, time, json)).toBe(`2024-01-01T00:00:00${text}Z`);
  });

  it.each([
    ["PROTO_UNKNOWN_TYPE", AnySchema, create(AnySchema, { typeUrl: "/no.such.Type" })],
    ["PROTO_TIME", TimestampSchema, create(TimestampSchema, { seconds: 10n ** 15n })],
    ["PROTO_NUMBER", cosmosBase.CoinSchema, create(cosmosBase.CoinSchema, { amount: "1e3" })],
    [
      "PROTO_DECODE",
      AnySchema,
      create(AnySchema, { typeUrl: "/cosmos.base.v1beta1.Coin", value: new Uint8Array([255]) }),
    ],
  ] as const)("throws %s for what has no JSON form", (code, schema, message) => {
    expect(() => toGogoJson(schema as DescMessage, message as Message, json)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it("bounds nesting through Any", () => {
    let any = create(AnySchema, { typeUrl: "/cosmos.tx.v1beta1.TxBody" });
    for (let i = 0; i < 70; i++) {
      const body = create(cosmosTx.TxBodySchema, { messages: [any] });
      any = create(AnySchema, { typeUrl: "/cosmos.tx.v1beta1.TxBody", value: encode(cosmosTx.TxBodySchema, body) });
    }
    expect(() => toGogoJson(AnySchema, any, json)).toThrow(expect.objectContaining({ code: "PROTO_TOO_DEEP" }));
  });
});

describe("fromGogoJson", () => {
  const { BroadcastTxRequestSchema: request } = cosmosTx;

  it("takes proto and lowerCamel names, enums by name or number (spec 04 §2.3)", () => {
    const expected = create(request, { txBytes: new Uint8Array([1, 2, 3]), mode: cosmosTx.BroadcastMode.SYNC });
    for (const body of [
      { txBytes: "AQID", mode: "BROADCAST_MODE_SYNC" },
      { tx_bytes: "AQID", mode: 2 },
    ]) {
      expect(fromGogoJson(request, body, json)).toEqual(expected);
    }
    expect(fromGogoJson(request, { txBytes: null }, json)).toEqual(create(request));
  });

  it.each([
    ["PROTO_JSON_UNKNOWN_FIELD", request, { x: 1 }],
    ["PROTO_JSON", request, { mode: "NO_SUCH_MODE" }],
    ["PROTO_JSON", request, { mode: 1.5 }],
    ["PROTO_JSON", request, []],
    ["PROTO_JSON", request, "text"],
    ["BYTES_FORMAT", request, { tx_bytes: "***" }],
    ["PROTO_JSON", request, { tx_bytes: 7 }],
    ["PROTO_JSON", cosmosTx.GetTxsEventRequestSchema, { page: "-1" }],
    ["PROTO_JSON", cosmosTx.GetTxsEventRequestSchema, { page: 2 ** 60 }],
    ["PROTO_JSON", cosmosTx.GetTxsEventRequestSchema, { events: "x" }],
    ["PROTO_JSON", cosmosTx.TxBodySchema, { messages: [{ no: "type" }] }],
    ["PROTO_UNKNOWN_TYPE", cosmosTx.TxBodySchema, { messages: [{ "@type": "/no.such.Type" }] }],
    ["PROTO_JSON", cosmosTx.ModeInfoSchema, { single: {}, multi: {} }],
    ["PROTO_NUMBER", cosmosBase.CoinSchema, { amount: "1.5" }],
    ["PROTO_NUMBER", secretCompute.ParamsSchema, { compile_cost: "0.1234567890123456789" }],
    ["PROTO_TIME", cosmosBaseNode.StatusResponseSchema, { timestamp: "2024-02-30T00:00:00Z" }],
  ])("throws %s for a bad body", (code, schema, body) => {
    expect(() => fromGogoJson(schema as DescMessage, body, json)).toThrow(expect.objectContaining({ code }));
  });

  it("names the unknown field and the message", () => {
    expect(() => fromGogoJson(request, { x: 1 }, json)).toThrow(
      'unknown field "x" in cosmos.tx.v1beta1.BroadcastTxRequest',
    );
  });

  it("reads decimals into their wire form and times with offsets", () => {
    const params = fromGogoJson(secretCompute.ParamsSchema, { compile_cost: "0.8" }, json);
    expect(params.compileCost).toBe("800000000000000000");
    const status = fromGogoJson(
      cosmosBaseNode.StatusResponseSchema,
      { timestamp: "2024-01-01T01:00:00.5+01:00" },
      json,
    );
    expect(status.timestamp).toEqual(create(TimestampSchema, { seconds: 1704067200n, nanos: 500_000_000 }));
  });

  it("bounds nesting", () => {
    let body: unknown = {};
    for (let i = 0; i < 100; i++) body = { multi: { mode_infos: [body] } };
    expect(() => fromGogoJson(cosmosTx.ModeInfoSchema, body, json)).toThrow(
      expect.objectContaining({ code: "PROTO_TOO_DEEP" }),
    );
  });
});

describe("round trip", () => {
  const schemas = [...createRegistry(registry)].filter(
    (type): type is DescMessage => type.kind === "message" && isOurs(type),
  );
  const coin = fc.record({
    denom: fc.string({ maxLength: 8 }),
    amount: fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
  });
  const any = coin.map((init) => encodeAny(cosmosBase.CoinSchema, create(cosmosBase.CoinSchema, init)));

  it.each(schemas.map((schema) => [schema.typeName, schema] as const))("%s", (_, schema) => {
    fc.assert(
      fc.property(anyMessage(schema, { any }), (message) => {
        const shown = JSON.parse(JSON.stringify(toGogoJson(schema, message, json))) as unknown;
        expect(fromGogoJson(schema, shown, json)).toEqual(withGoDefaults(schema, message));
      }),
      { numRuns: 15 },
    );
  });
});
