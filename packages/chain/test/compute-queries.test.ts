import { toHex } from "@enclavenet/common";
import { secretCompute as c, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { primitives } from "./support/accounts.ts";
import { a, b, FIRST, FIRST_TEXT, fail, SERVICE, WASM, withCode, withContract } from "./support/contracts.ts";
import type { TestNetwork } from "./support/network.ts";

describe("queries", () => {
  const bytesQuery = (network: TestNetwork, query: Uint8Array, contract = FIRST_TEXT) =>
    network.rawQuery(
      `${SERVICE}QuerySecretContract`,
      encode(
        c.QuerySecretContractRequestSchema,
        create(c.QuerySecretContractRequestSchema, { contractAddress: contract, query }),
      ),
    );

  it("asks the enclave at the last block with the query's gas limit", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 0n, error: undefined, data: Uint8Array.of(4) }));
    const answer = bytesQuery(network, Uint8Array.of(1, 2));
    expect(decode(c.QuerySecretContractResponseSchema, answer.value).data).toEqual(Uint8Array.of(4));
    expect(network.enclave.callsOf("query")[0]).toMatchObject({
      contractAddress: FIRST,
      query: Uint8Array.of(1, 2),
      height: 2n,
      timeNs: 1_700_000_010_123_456_789n,
      depth: 1,
    });
    expect(network.enclave.callsOf("query")[0]?.gasLimit).toBeGreaterThan(9_970_000_000n);
  });

  it.each<[string, () => unknown, string]>([
    [
      "an encrypted error",
      () => ({ usedGas: 0n, error: "WFla", data: undefined }),
      "codespace compute code 4: query contract failed: encrypted: WFla",
    ],
    [
      "a panic",
      () => fail("ContractPanic"),
      "codespace compute code 4: query contract failed: Execution error: Enclave: the contract panicked",
    ],
    ["an enclave without keys", () => fail("NotReady"), "the enclave holds no keys of this network"],
  ])("answers %s in both forms and lives on", (_name, script, text) => {
    const network = withContract();
    network.enclave.script.push(script);
    const answer = bytesQuery(network, Uint8Array.of(1));
    expect(answer.code).toBe(6);
    expect(answer.grpcStatus).toEqual({ code: 2, message: text });
    expect(bytesQuery(network, Uint8Array.of(1)).code).toBe(0);
  });

  it("has the ABCI form of an encrypted error that clients parse", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 0n, error: "WFla", data: undefined }));
    expect(bytesQuery(network, Uint8Array.of(1)).log).toBe("encrypted: WFla: query contract failed: unknown request");
  });

  it("stops a query at its gas limit", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 10_000_000_000n, error: undefined, data: Uint8Array.of(4) }));
    expect(bytesQuery(network, Uint8Array.of(1))).toMatchObject({ code: 6, codespace: "sdk" });
  });

  it("shows codes, hashes, labels and their errors", () => {
    const network = withContract();
    const hash = toHex(primitives.sha256(WASM));
    const byAddress = c.QueryByContractAddressRequestSchema;
    const ask = { contractAddress: FIRST_TEXT };
    expect(
      network.query(`${SERVICE}CodeHashByContractAddress`, byAddress, ask, c.QueryCodeHashResponseSchema).codeHash,
    ).toBe(hash);
    expect(
      network.query(
        `${SERVICE}CodeHashByCodeId`,
        c.QueryByCodeIdRequestSchema,
        { codeId: 1n },
        c.QueryCodeHashResponseSchema,
      ).codeHash,
    ).toBe(hash);
    expect(network.query(`${SERVICE}LabelByAddress`, byAddress, ask, c.QueryContractLabelResponseSchema).label).toBe(
      "one",
    );
    expect(
      network.query(
        `${SERVICE}AddressByLabel`,
        c.QueryByLabelRequestSchema,
        { label: "one" },
        c.QueryContractAddressResponseSchema,
      ).contractAddress,
    ).toBe(FIRST_TEXT);
    const code = network.query(
      `${SERVICE}Code`,
      c.QueryByCodeIdRequestSchema,
      { codeId: 1n },
      c.QueryCodeResponseSchema,
    );
    expect(code).toMatchObject({ wasm: WASM, codeInfo: { codeId: 1n, creator: a.text, codeHash: hash } });
    const contracts = network.query(
      `${SERVICE}ContractsByCodeId`,
      c.QueryByCodeIdRequestSchema,
      { codeId: 1n },
      c.QueryContractsByCodeIdResponseSchema,
    );
    expect(contracts.contractInfos).toMatchObject([{ contractAddress: FIRST_TEXT, contractInfo: { label: "one" } }]);
    expect(contracts.contractInfos[0]?.contractInfo?.created).toBeUndefined();
    const params = network.query(`${SERVICE}Params`, c.ParamsRequestSchema, {}, c.ParamsResponseSchema);
    expect(params.params).toMatchObject({ compileCost: "800000000000000000", maxContractSize: 2_097_152n });
  });

  it.each<[string, Uint8Array, number, string, string]>([
    [
      "ContractInfo",
      encode(
        c.QueryByContractAddressRequestSchema,
        create(c.QueryByContractAddressRequestSchema, { contractAddress: b.text }),
      ),
      2,
      "codespace compute code 9: not found",
      "not found: unknown request",
    ],
    [
      "CodeHashByCodeId",
      Uint8Array.of(8, 99),
      2,
      "failed to get code info for code id 99",
      "failed to get code info for code id 99: unknown request",
    ],
    [
      "AddressByLabel",
      Uint8Array.of(10, 1, 120),
      2,
      "codespace sdk code 9: unknown address: x",
      "x: unknown address: unknown request",
    ],
    ["Code", new Uint8Array(0), 2, "codespace compute code 13: invalid: code id", "code id: invalid: unknown request"],
    [
      "AuthorizedMigration",
      new Uint8Array(0),
      5,
      "no authorized migration found for the given contract address",
      "rpc error: code = NotFound desc = no authorized migration found for the given contract address: key not found",
    ],
  ])("%s fails in both forms", (method, data, code, grpc, log) => {
    expect(withContract().rawQuery(`${SERVICE}${method}`, data)).toMatchObject({
      log,
      grpcStatus: { code, message: grpc },
    });
  });

  it("answers an unknown contract's history with nothing", () => {
    const history = withCode().query(
      `${SERVICE}ContractHistory`,
      c.QueryContractHistoryRequestSchema,
      { contractAddress: b.text },
      c.QueryContractHistoryResponseSchema,
    );
    expect(history.entries).toEqual([]);
  });
});
