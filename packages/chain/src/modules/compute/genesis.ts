/**
 * Genesis of the compute module (spec 03 §5.6).
 * @module
 */
import { equalBytes, toHex } from "@enclavenet/common";
import { create, secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress } from "../../support/address.ts";
import { genesisError, readGenesis, writeGenesis } from "../../support/genesis-json.ts";
import type { JsonValue } from "../../support/json-value.ts";
import type { CodeStorage } from "./code-storage.ts";
import { NEXT_CODE_ID_KEY, NEXT_INSTANCE_ID_KEY } from "./keys.ts";
import { ComputeStore, currentPosition } from "./store.ts";
import { checkCode, type StoreCodeTools } from "./store-code.ts";

function importCode(tools: StoreCodeTools, store: ComputeStore, code: secretCompute.Code): void {
  const { codeId, codeInfo, codeBytes } = code;
  if (codeInfo === undefined || codeId === 0n) throw genesisError("compute: code without id or info");
  if (store.hasCode(codeId)) throw genesisError(`compute: duplicate code ${codeId}`);
  checkCode(tools.codeChecker, codeBytes);
  const hash = tools.primitives.sha256(codeBytes);
  if (!equalBytes(hash, codeInfo.codeHash)) throw genesisError(`compute: code hash of code ${codeId} does not match`);
  tools.codeStorage.put(hash, codeBytes);
  store.setCode(codeId, codeInfo);
}

/** Lengths that the enclave's boundary takes: 64 bytes each, proof 32, the last two together or not at all. */
function isContractKey({
  ogContractKey,
  currentContractKey,
  currentContractKeyProof,
}: secretCompute.ContractKey): boolean {
  const [current, proof] = [currentContractKey.length, currentContractKeyProof.length];
  const isMigrated = current === 64 && proof === 32;
  return ogContractKey.length === 64 && (isMigrated || (current === 0 && proof === 0));
}

function importContract(ctx: Context, store: ComputeStore, contract: secretCompute.Contract): void {
  const { contractAddress: address, contractInfo, contractState, contractCustomInfo } = contract;
  const label = contractCustomInfo?.label ?? "";
  const key = contractCustomInfo?.enclaveKey;
  const name = formatAddress(address);
  if (contractInfo === undefined || key === undefined) throw genesisError(`compute: contract ${name} is incomplete`);
  if (contractInfo.created !== undefined) throw genesisError(`compute: contract ${name}: created must be empty`);
  if (store.contract(address) !== undefined) throw genesisError(`compute: duplicate contract ${name}`);
  if (!store.hasCode(contractInfo.codeId)) throw genesisError(`compute: contract ${name} of unknown code`);
  if (!isContractKey(key)) throw genesisError(`compute: contract ${name} has a malformed key`);
  const position = currentPosition(ctx);
  store.setContract(address, { ...contractInfo, created: create(secretCompute.AbsoluteTxPositionSchema, position) });
  store.appendHistory(
    address,
    create(secretCompute.ContractCodeHistoryEntrySchema, {
      operation: secretCompute.ContractCodeHistoryOperationType.GENESIS,
      codeId: contractInfo.codeId,
      updated: position,
    }),
  );
  store.indexByCode(contractInfo.codeId, position, address);
  store.setLabel(label, address);
  store.setEnclaveKey(address, key);
  for (const { Key, Value } of contractState) store.setStateRecord(address, Key, Value);
}

/** Numbers that are handed out next must be beyond everything that exists. */
function checkSequences(store: ComputeStore, { codes, contracts }: secretCompute.GenesisState): void {
  let largest = 0n;
  for (const { codeId } of codes) if (codeId > largest) largest = codeId;
  const nextCode = store.peekId(NEXT_CODE_ID_KEY);
  if (nextCode <= largest) throw genesisError(`compute: seq ${nextCode} must be greater ${largest}`);
  const nextInstance = store.peekId(NEXT_INSTANCE_ID_KEY);
  const count = BigInt(contracts.length);
  if (nextInstance <= count) throw genesisError(`compute: seq ${nextInstance} must be greater ${count}`);
}

export function initComputeGenesis(tools: StoreCodeTools, ctx: Context, json: JsonValue): void {
  const state = readGenesis(secretCompute.GenesisStateSchema, json);
  const store = new ComputeStore(ctx);
  if (state.params !== undefined) store.setParams(state.params);
  for (const code of state.codes) importCode(tools, store, code);
  for (const contract of state.contracts) importContract(ctx, store, contract);
  for (const { idKey, value } of state.sequences) {
    if (![NEXT_CODE_ID_KEY, NEXT_INSTANCE_ID_KEY].some((key) => equalBytes(key, idKey))) {
      throw genesisError(`compute: unknown sequence ${toHex(idKey)}`);
    }
    store.setId(idKey, value);
  }
  checkSequences(store, state);
}

function exportContract(store: ComputeStore, address: Uint8Array, info: secretCompute.ContractInfo) {
  const { created: _created, ...contractInfo } = info;
  const key = store.enclaveKey(address);
  return {
    contractAddress: address,
    contractInfo,
    contractState: Array.from(store.state(address), ([Key, Value]) => ({ Key, Value })),
    contractCustomInfo: { label: info.label, ...(key === undefined ? {} : { enclaveKey: key }) },
  };
}

/** Drops when contracts were made, and their history, as upstream does. */
export function exportComputeGenesis(codes: CodeStorage, ctx: Context): JsonValue {
  const store = new ComputeStore(ctx);
  const state = create(secretCompute.GenesisStateSchema, {
    codes: Array.from(store.codes(), ([codeId, codeInfo]) => {
      const codeBytes = codes.get(codeInfo.codeHash);
      if (codeBytes === undefined) throw genesisError(`compute: wasm of code ${codeId} is missing`);
      return { codeId, codeInfo, codeBytes };
    }),
    contracts: Array.from(store.contracts(), ([address, info]) => exportContract(store, address, info)),
    sequences: [NEXT_CODE_ID_KEY, NEXT_INSTANCE_ID_KEY].map((idKey) => ({ idKey, value: store.peekId(idKey) })),
    params: store.params(),
  });
  return writeGenesis(secretCompute.GenesisStateSchema, state);
}
