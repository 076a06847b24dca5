import { bytesToUtf8, fromBase64, toBase64, utf8ToBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { cosmosBank, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { testAccount } from "./support/accounts.ts";
import { a, b, coins, execMsg, first, network, run, SECOND, second } from "./support/dispatch.ts";
import { executed } from "./support/fake-enclave.ts";
import { balanceOf, FUNDS, type TestNetwork } from "./support/network.ts";

describe("queries of contracts", () => {
  const ask = (chain: TestNetwork, request: object, gasLimit = 500_000_000n, depth = 2) => {
    let answer: unknown;
    let sdkGas = -1n;
    const result = run(chain, (_call, handlers) => {
      const response = handlers.queryChain({
        request: utf8ToBytes(JSON.stringify(request)),
        depth,
        gasLimit,
        usedHints: [],
      });
      answer = JSON.parse(bytesToUtf8(response.response));
      sdkGas = response.sdkGas;
      return executed({ usedGas: 0n });
    });
    return {
      answer,
      sdkGas,
      result,
      data: () => JSON.parse(bytesToUtf8(fromBase64((answer as { Ok: { Ok: string } }).Ok.Ok))) as unknown,
    };
  };

  it("read balances, and pay for them", () => {
    const balance = ask(network(), { bank: { balance: { address: b.text, denom: "uscrt" } } });
    expect(balance.data()).toEqual({ amount: { denom: "uscrt", amount: `${FUNDS}` } });
    expect(balance.sdkGas).toBeGreaterThan(0n);
    expect(ask(network(), { bank: { balance: { address: b.text, denom: "other" } } }).data()).toEqual({
      amount: { denom: "other", amount: "0" },
    });
    expect(ask(network(), { bank: { all_balances: { address: first } } }).data()).toEqual({ amount: coins(1000) });
    expect(ask(network(), { bank: { all_balances: { address: testAccount(60).text } } }).data()).toEqual({
      amount: [],
    });
  });

  it("read contract info and raw records", () => {
    expect(ask(network(), { wasm: { contract_info: { contract_addr: second } } }).data()).toEqual({
      code_id: 1,
      creator: a.text,
      pinned: false,
    });
    const chain = network();
    run(chain, () => executed({ writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }));
    const raw = (key: string) =>
      ask(chain, { wasm: { raw: { contract_addr: first, key, callback_code_hash: "" } } }).data();
    expect(raw("AQ==")).toEqual([{ Key: "01", Value: "Ag==" }]);
    expect(raw("AA==")).toEqual([]);
  });

  it("ask other contracts through the enclave again, one deeper and within what is left", () => {
    const chain = network();
    chain.enclave.script.push(
      (_call, handlers) => {
        const { response, sdkGas } = handlers.queryChain({
          request: utf8ToBytes(
            JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "AQI=" } } }),
          ),
          depth: 2,
          gasLimit: 100_000_000n,
          usedHints: [],
        });
        expect(bytesToUtf8(response)).toBe('{"Ok":{"Ok":"BQ=="}}');
        expect(sdkGas).toBeGreaterThan(20_000n);
        return executed({ usedGas: 0n });
      },
      () => ({ usedGas: 1_000_000n, error: undefined, data: Uint8Array.of(5) }),
    );
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).log).toBe("");
    const [query] = chain.enclave.callsOf("query");
    expect(query).toMatchObject({ contractAddress: SECOND, query: Uint8Array.of(1, 2), depth: 2 });
    expect(query?.gasLimit).toBeLessThan(80_000_000n);
  });

  it("pass an encrypted error of the callee in the form that the enclave opens", () => {
    const chain = network();
    chain.enclave.script.push(
      (_call, handlers) => {
        const request = utf8ToBytes(
          JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "" } } }),
        );
        const { response } = handlers.queryChain({ request, depth: 2, gasLimit: 100_000_000n, usedHints: [] });
        expect(bytesToUtf8(response)).toBe(
          '{"Ok":{"Err":{"generic_err":{"msg":"encrypted: WFla: query contract failed"}}}}',
        );
        return executed();
      },
      () => ({ usedGas: 0n, error: "WFla", data: undefined }),
    );
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).log).toBe("");
  });

  it("call allowed gRPC methods and no others", () => {
    const data = toBase64(
      encode(
        cosmosBank.QueryBalanceRequestSchema,
        create(cosmosBank.QueryBalanceRequestSchema, { address: b.text, denom: "uscrt" }),
      ),
    );
    const { answer } = ask(network(), { stargate: { path: "/cosmos.bank.v1beta1.Query/Balance", data } });
    const { Ok } = (answer as { Ok: { Ok: string } }).Ok;
    expect(decode(cosmosBank.QueryBalanceResponseSchema, fromBase64(Ok)).balance?.amount).toBe(`${FUNDS}`);
    const path = "/cosmos.bank.v1beta1.Query/AllBalances";
    expect(ask(network(), { stargate: { path, data } }).answer).toEqual({
      Err: { unsupported_request: { kind: `query path '${path}' is not allowed from the contract` } },
    });
  });

  it.each(
    [
      "cosmos.auth.v1beta1: Account Params",
      "cosmos.bank.v1beta1: Balance DenomMetadata SupplyOf Params",
      "secret.compute.v1beta1: ContractInfo CodeHashByContractAddress CodeHashByCodeId LabelByAddress",
      "secret.compute.v1beta1: AddressByLabel ContractsByCodeId",
    ].flatMap((line) => {
      const [name = "", ...methods] = line.split(/:? /);
      return methods.map((method) => `/${name}.Query/${method}`);
    }),
  )("of %s reach its module", (path) => {
    const { answer, result } = ask(network(), { stargate: { path, data: "" } });
    expect(result.code).toBe(0);
    // An empty question is answered, or refused by the module itself.
    expect(JSON.stringify(answer)).not.toContain("unsupported_request");
  });

  it.each<[string, object, unknown]>([
    ["custom queries", { custom: {} }, { Err: { unsupported_request: { kind: "custom" } } }],
    ...[
      "staking.bonded_denom",
      "staking.validators",
      "staking.all_validators",
      "staking.validator",
      "staking.all_delegations",
      "staking.delegation",
      "staking.unbonding_delegations",
      "dist.rewards",
      "mint.inflation",
      "mint.bonded_ratio",
      "gov.proposals",
      "ibc.port_id",
      "ibc.list_channels",
      "ibc.channel",
    ].map((name): [string, object, unknown] => {
      const [module = "", kind = ""] = name.split(".");
      return [`${name}, of no module`, { [module]: { [kind]: {} } }, { Err: { unsupported_request: { kind: name } } }];
    }),
    ...[
      "/cosmos.staking.v1beta1.Query/Validator",
      "/cosmos.gov.v1beta1.Query/Proposal",
      "/ibc.applications.transfer.v1.Query/DenomTrace",
    ].map((path): [string, object, unknown] => [
      `${path}, which is allowed but has no module`,
      { stargate: { path, data: "" } },
      { Err: { unsupported_request: { kind: `No route to query '${path}'` } } },
    ]),
    ...[
      "/cosmos.bank.v1beta1.Query/AllBalances",
      "/secret.compute.v1beta1.Query/QuerySecretContract",
      "/cosmos.bank.v1beta1.Query/Balance/",
      "cosmos.bank.v1beta1.Query/Balance",
      "/cosmos.bank.v1beta1.Msg/Send",
      "constructor",
      "",
    ].map((path): [string, object, unknown] => [
      `${path}, which is not allowed`,
      { stargate: { path, data: "" } },
      { Err: { unsupported_request: { kind: `query path '${path}' is not allowed from the contract` } } },
    ]),
    [
      "a contract that does not exist",
      { wasm: { contract_info: { contract_addr: b.text } } },
      { Ok: { Err: { generic_err: { msg: "contract: not found" } } } },
    ],
    [
      "an address that is none",
      { bank: { all_balances: { address: "x" } } },
      { Ok: { Err: { generic_err: { msg: "x: invalid address" } } } },
    ],
  ])("answer %s without failing", (_name, request, expected) => {
    const { answer, result } = ask(network(), request);
    expect(answer).toEqual(expected);
    expect(result.code).toBe(0);
  });

  it("end the caller when they run out of gas, whatever the contract would do", () => {
    const chain = network();
    const asked = ask(chain, { bank: { all_balances: { address: b.text } } }, 50_000n);
    expect(asked.answer).toBeUndefined();
    expect(asked.result).toMatchObject({
      code: 3,
      log: expect.stringContaining("Out of gas: execute contract failed") as string,
    });
  });

  it("end it with what the contract had used before, so that the transaction is out of gas", () => {
    const result = run(
      network(),
      ({ request }, handlers) => {
        const { gasLimit: limit } = request as { readonly gasLimit: bigint };
        const gasLimit = limit - 5_000_000n;
        const body = utf8ToBytes(
          JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "AQI=" } } }),
        );
        expect(() => handlers.queryChain({ request: body, depth: 2, gasLimit, usedHints: [] })).toThrow(
          expect.objectContaining({ name: "EnclaveError", status: "OutOfGas" }),
        );
        throw new EnclaveError("OutOfGas", { usedGas: limit - gasLimit });
      },
      ({ request }) => {
        const { gasLimit } = request as { readonly gasLimit: bigint };
        throw new EnclaveError("OutOfGas", { usedGas: gasLimit + 34n });
      },
    );
    expect(result).toMatchObject({ code: 11, codespace: "sdk" });
  });

  it("leave no trace in the state", () => {
    const chain = network();
    run(
      chain,
      (_call, handlers) => {
        const request = utf8ToBytes(
          JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "" } } }),
        );
        handlers.queryChain({ request, depth: 2, gasLimit: 100_000_000n, usedHints: [] });
        return executed();
      },
      (_call, handlers) => {
        handlers.removeState({ key: Uint8Array.of(1), legacyKey: Uint8Array.of(2), usedHints: [] });
        throw new EnclaveError("UnauthorizedWrite");
      },
    );
    expect(balanceOf(chain, first)).toBe(1000n);
  });
});
