/**
 * Contracts that emit messages, for tests of dispatch.
 * @module
 */
import { formatAddress } from "@enclavenet/chain";
import { contractAddress } from "@enclavenet/crypto";
import { ReplyOn, type SubMessage } from "@enclavenet/enclave-api";
import { secretCompute as c } from "@enclavenet/proto";
import { message, primitives, testAccount } from "./accounts.ts";
import { executed, type Script } from "./fake-enclave.ts";
import { shown, TestNetwork } from "./network.ts";

export const [a, b] = [testAccount(1), testAccount(2)];
export const FIRST = contractAddress(primitives, 1n, 1n, a.address);
export const SECOND = contractAddress(primitives, 1n, 2n, a.address);
export const [first, second] = [formatAddress(FIRST), formatAddress(SECOND)];
export const execMsg = message(c.MsgExecuteContractSchema, {
  sender: a.address,
  contract: FIRST,
  msg: Uint8Array.of(2),
});

export function sub(json: object, overrides: Partial<SubMessage> = {}): SubMessage {
  return {
    id: 0n,
    message: JSON.stringify(json),
    gasLimit: undefined,
    replyOn: ReplyOn.never,
    wasMsgEncrypted: true,
    ...overrides,
  };
}

export const coins = (amount: number | string, denom = "uscrt") => [{ denom, amount: `${amount}` }];
export const bankSend = (amount: number | string, to = b.text) => ({
  bank: { send: { to_address: to, amount: coins(amount) } },
});
export const wasmExecute = (contract: string, extra: object = {}) => ({
  wasm: {
    execute: { contract_addr: contract, code_hash: "", msg: "AQ==", send: [], callback_sig: [1, 2, 255], ...extra },
  },
});

/** Two contracts, the first with 1000uscrt. */
export function network(): TestNetwork {
  const chain = new TestNetwork();
  const store = message(c.MsgStoreCodeSchema, { sender: a.address, wasmByteCode: Uint8Array.of(0, 0x61, 0x73, 0x6d) });
  const init = (label: string, amount: number) =>
    message(c.MsgInstantiateContractSchema, {
      sender: a.address,
      codeId: 1n,
      label,
      initMsg: Uint8Array.of(1),
      initFunds: amount > 0 ? coins(amount) : [],
    });
  chain.deliver(a, [store, init("one", 1000), init("two", 0)], { gas: 5_000_000n });
  return chain;
}

export function run(chain: TestNetwork, ...scripts: Script[]) {
  chain.enclave.script.push(...scripts);
  return chain.deliver(a, [execMsg], { gas: 900_000n });
}

export const emitting =
  (...messages: SubMessage[]): Script =>
  () =>
    executed({ messages });
export const eventNames = (result: Parameters<typeof shown>[0]) =>
  shown(result)
    .slice(7)
    .map((text) => text.split("{")[0]);
