/**
 * Messages and chains for tests of the compute module.
 * @module
 */
import { formatAddress } from "@enclavenet/chain";
import { contractAddress } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { secretCompute as c } from "@enclavenet/proto";
import { expect } from "vitest";
import { message, primitives, testAccount } from "./accounts.ts";
import { type NetworkOptions, shown, TestNetwork } from "./network.ts";

export const [a, b] = [testAccount(1), testAccount(2)];
export const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...new Uint8Array(92));
export const FIRST = contractAddress(primitives, 1n, 1n, a.address);
export const FIRST_TEXT = formatAddress(FIRST);
export const SERVICE = "/secret.compute.v1beta1.Query/";

export const storeMsg = (wasm: Uint8Array = WASM, extra: object = {}) =>
  message(c.MsgStoreCodeSchema, { sender: a.address, wasmByteCode: wasm, ...extra });
export const initMsg = (extra: object = {}) =>
  message(c.MsgInstantiateContractSchema, {
    sender: a.address,
    codeId: 1n,
    label: "one",
    initMsg: Uint8Array.of(1),
    ...extra,
  });
export const execMsg = (extra: object = {}) =>
  message(c.MsgExecuteContractSchema, { sender: a.address, contract: FIRST, msg: Uint8Array.of(2), ...extra });

export function withCode(options: NetworkOptions = {}): TestNetwork {
  const network = new TestNetwork(options);
  network.deliver(a, [storeMsg()], { gas: 5_000_000n });
  return network;
}

export function withContract(extra: object = {}): TestNetwork {
  const network = withCode();
  expect(network.deliver(a, [initMsg(extra)]).log).toBe("");
  return network;
}

/** Events of the messages: everything after the seven of the ante handler. */
export const messageEvents = (result: Parameters<typeof shown>[0]) => shown(result).slice(7);

/** A refusal of the enclave that used some gas. */
export function fail(status: ConstructorParameters<typeof EnclaveError>[0]): never {
  throw new EnclaveError(status, { usedGas: 5_000n });
}
