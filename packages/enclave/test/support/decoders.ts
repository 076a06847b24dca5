/**
 * Everything of this room that reads untrusted bytes, for its property test and for the long fuzz run: transactions,
 * what contracts return and ask, what the host asks and answers, sealed files.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes, sealField } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import {
  type EcallName,
  EnclaveStatus,
  ecalls,
  encode,
  ocalls,
  type Schema,
  SEALED_FORMAT,
} from "@enclavenet/enclave-api";
import {
  encodeBech32,
  encodeMsgClearAdmin,
  encodeMsgMigrateContract,
  encodeMsgUpdateAdmin,
  TypeUrl,
} from "@enclavenet/wire";
import fc from "fast-check";
import { type Decoder, DecoderDefect, errorCode, sameMeaning, textSeeds } from "../../../../tests/support/decoder.ts";
import { ecallSamples } from "../../../enclave-api/test/support/samples.ts";
import { encryptOutput, encryptQueryOutput } from "../../src/contract-engine/encrypt-output.ts";
import { HostState } from "../../src/contract-engine/host-state.ts";
import { parseContractOutput } from "../../src/contract-engine/output.ts";
import { queryChain } from "../../src/contract-engine/query-chain.ts";
import { seedKeyGuard } from "../../src/key-guard/seed-key-guard.ts";
import { keychainSchema } from "../../src/keychain/keychain-record.ts";
import { parseContractMessage } from "../../src/transactions/messages.ts";
import { parseTransaction } from "../../src/transactions/transaction.ts";
import { executeMsg, instantiateMsg, signTx, User } from "./chain.ts";
import { memoryStorage } from "./memory-storage.ts";
import { World } from "./world.ts";

const primitives = createNodePrimitives();
const txKey = SecretBytes.from(new Uint8Array(32).fill(7));
const header = { nonce: new Uint8Array(32).fill(1), userPublicKey: new Uint8Array(32).fill(2) };
const guard = seedKeyGuard(primitives, [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)]);
const alice = new User(primitives, "alice");
const user = executeMsg({ sender: alice.address, contract: new Uint8Array(20), msg: new Uint8Array(80) });
const init = instantiateMsg(alice.address, new Uint8Array(80));

const text = encodeBech32("secret", alice.address);
const parties = { sender: text, contract: text, callbackSig: new Uint8Array(32) };
const migration = { ...parties, codeId: 2n, msg: new Uint8Array(80), callbackCodeHash: "" };
const administration = [
  { typeUrl: TypeUrl.msgMigrateContract, value: encodeMsgMigrateContract(migration) },
  { typeUrl: TypeUrl.msgUpdateAdmin, value: encodeMsgUpdateAdmin({ ...parties, newAdmin: text }) },
  { typeUrl: TypeUrl.msgClearAdmin, value: encodeMsgClearAdmin(parties) },
];

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const COIN = '{"denom":"uscrt","amount":"1"}';

/** Messages of other modules, of v1 and of v0.10. */
const V1_MESSAGES = [
  `{"bank":{"burn":{"amount":[${COIN}]}}}`,
  '{"custom":{}}',
  `{"staking":{"redelegate":{"src_validator":"v","dst_validator":"w","amount":${COIN}}}}`,
  '{"distribution":{"set_withdraw_address":{"address":"x"}}}',
  '{"gov":{"vote":{"proposal_id":1,"vote":"no_with_veto"}}}',
  `{"ibc":{"transfer":{"channel_id":"c","to_address":"x","amount":${COIN},"timeout":{"block":{"revision":1,"height":2},"timestamp":"3"},"memo":"m"}}}`,
  '{"ibc":{"send_packet":{"channel_id":"c","data":"AQ==","timeout":{"block":null,"timestamp":null}}}}',
  '{"stargate":{"type_url":"/a.B","value":"AQ=="}}',
  '{"finalize_tx":{}}',
].map((message) => `{"id":1,"msg":${message},"gas_limit":null,"reply_on":"success"}`);
const V010_MESSAGES = [
  `{"bank":{"send":{"from_address":"x","to_address":"y","amount":[${COIN}]}}}`,
  '{"staking":{"withdraw":{"validator":"v","recipient":"x"}}}',
  '{"gov":{"vote":{"proposal":1,"vote_option":"NoWithVeto"}}}',
  '{"wasm":{"clear_admin":{"contract_addr":"x","callback_sig":[1,2]}}}',
];

const OUTPUTS = [
  `{"Ok":{"messages":[${V1_MESSAGES.join(",")}],"attributes":[],"events":[],"data":null}}`,
  `{"Ok":{"messages":[${V010_MESSAGES.join(",")}],"log":[],"data":null}}`,
  '{"Ok":{"messages":[{"id":1,"msg":{"bank":{"send":{"to_address":"x","amount":[]}}},"gas_limit":null,"reply_on":"never"}],"attributes":[{"key":"a","value":"b","encrypted":false}],"events":[{"type":"t","attributes":[]}],"data":"AQI="}}',
  '{"Ok":{"messages":[{"id":0,"msg":{"wasm":{"execute":{"contract_addr":"secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03","code_hash":"ab","msg":"AQ==","send":[{"denom":"uscrt","amount":"1"}]}}},"gas_limit":5,"reply_on":"always"}],"attributes":[],"events":[],"data":null}}',
  '{"Ok":{"messages":[{"wasm":{"instantiate":{"code_id":1,"callback_code_hash":"ab","msg":"AQ==","send":[],"label":"l","admin":null}}}],"log":[{"key":"k","value":"v"}],"data":null}}',
  '{"Ok":{"messages":[{"id":0,"msg":{"wasm":{"migrate":{"contract_addr":"x","code_id":2,"code_hash":"ab","msg":"AQ=="}}},"gas_limit":null,"reply_on":"error"}],"attributes":[],"events":[],"data":null}}',
  '{"Err":{"generic_err":{"msg":"no"}}}',
  '{"Err":"no"}',
];

const outputs: readonly Decoder[] = [
  {
    name: "enclave: output of a contract",
    seeds: textSeeds(...OUTPUTS),
    refusals: ["FailedToDeserialize"],
    attempt(bytes) {
      const context = { primitives, guard, txKey, header, contractAddress: alice.address, codeHash: "ab".repeat(32) };
      const replyParams = [{ subMessageId: 5n, recipientCodeHash: utf8ToBytes("cd".repeat(32)) }];
      const { emitted, ...parts } = encryptOutput({ ...context, replyParams }, parseContractOutput(bytes), 1);
      const result = { usedGas: 1n, usedHints: [], legacyDeletes: [], writes: [], ...parts };
      // What was accepted must fit through the boundary.
      encode(ecalls.execute.response, { result });
      sameMeaning("emitted", emitted.length <= parts.messages.length, true);
    },
  },
  {
    name: "enclave: output of a query",
    seeds: textSeeds('{"Ok":"eyJ9"}', '{"Err":{"not_found":{"kind":"x"}}}'),
    refusals: ["FailedToDeserialize"],
    attempt(bytes) {
      const answer = encryptQueryOutput(primitives, txKey, parseContractOutput(bytes));
      encode(ecalls.query.response, { usedGas: 1n, ...answer });
    },
  },
];

const REQUESTS = [
  '{"bank":{"balance":{"address":"a","denom":"b"}}}',
  '{"wasm":{"smart":{"contract_addr":"a","callback_code_hash":"ab","msg":"AQ=="}}}',
  '{"stargate":{"path":"/a","data":"AQ=="}}',
  '{"staking":{"delegation":{"delegator":"d","validator":"v"}}}',
  '{"ibc":{"channel":{"channel_id":"c","port_id":null}}}',
  '{"wasm":{"raw":{"contract_addr":"a","callback_code_hash":"ab","key":"AQ=="}}}',
];

const ANSWERS = [
  `{"Ok":{"Ok":"${toBase64(sealField(primitives, txKey, utf8ToBytes("eyJ9")))}"}}`,
  '{"Ok":{"Err":{"generic_err":{"msg":"no such contract"}}}}',
  '{"Err":{"unsupported_request":{"kind":"x"}}}',
];

/** A query of a contract: `request` is the contract's, `response` the host's. */
function ask(request: Uint8Array, response: Uint8Array): void {
  const host = { queryChain: () => ({ response, sdkGas: 1n }) } as never;
  queryChain({ primitives, host: new HostState(host, new Uint8Array(20)), txKey, header, depth: 1 }, request, 1_000n);
}

const queries: readonly Decoder[] = [
  {
    name: "enclave: query that a contract asks",
    seeds: textSeeds(...REQUESTS),
    refusals: [],
    attempt: (bytes) => ask(bytes, utf8ToBytes(ANSWERS[0] as string)),
  },
  {
    name: "enclave: answer of the host to such a query",
    seeds: textSeeds(...ANSWERS),
    refusals: ["FailedToDeserialize", "DecryptionError"],
    attempt: (bytes) => ask(utf8ToBytes(REQUESTS[1] as string), bytes),
  },
];

const transactions: readonly Decoder[] = [
  {
    name: "enclave: transaction",
    seeds: fc.constantFrom(signTx(alice, [user]), signTx(alice, [init, user])),
    refusals: ["ValidationFailure"],
    attempt: (bytes) => void parseTransaction(bytes),
  },
  ...[user, init, ...administration].map(
    ({ typeUrl, value }): Decoder => ({
      name: `enclave: ${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)}`,
      seeds: fc.constant(value),
      refusals: ["ValidationFailure"],
      attempt: (bytes) => void parseContractMessage({ typeUrl, value: bytes }),
    }),
  ),
];

const STATUSES = Object.keys(EnclaveStatus);

const world = lazily(() => {
  const made = new World(createEnclave);
  const contract = made.instantiate(1, 5);
  return { made, contract, program: made.createProgram("development") };
});

/** Any method with any body: a status, never another error; `handle` throws what the process would end with. */
const requests: readonly Decoder[] = (Object.keys(ecalls) as EcallName[]).map((name) => ({
  name: `enclave: ecall ${name}`,
  seeds: fc.constant(encode(ecalls[name].request as Schema<unknown>, ecallSamples[name].request)),
  refusals: STATUSES,
  refusesSeeds: !["hello", "status", "evidence", "possessionProof", "createRotation"].includes(name),
  attempt(body) {
    const { program } = world();
    try {
      program.handle(ecalls[name].id, body, () => new Uint8Array(0));
    } catch (error) {
      if (errorCode(error) !== "InternalError") throw error;
      throw new DecoderDefect(`unforeseen: ${(error as { check?: string }).check}`, { cause: error });
    }
  },
}));

/** Answers of the host to ocalls, while a query runs. */
const answers: readonly Decoder[] = (["readState", "readCode"] as const).map((name) => ({
  name: `enclave: answer to ${name}`,
  seeds: fc.constant(
    name === "readState"
      ? encode(ocalls.readState.response, { value: new Uint8Array(60), legacyValue: undefined, sdkGas: 1n })
      : encode(ocalls.readCode.response, { wasm: new Uint8Array(60) }),
  ),
  refusals: STATUSES.filter((status) => status !== "InternalError"),
  refusesSeeds: true,
  attempt(answer) {
    const { made, contract, program } = world();
    const { height = 0n, timeNs = 0n } = made.chain.last?.header ?? {};
    const request = {
      contractAddress: contract.address,
      codeHash: made.codeHash,
      contractKey: contract.key,
      query: made.encrypt(made.bob, { get_count: {} }),
      height,
      timeNs,
      depth: 1,
      gasLimit: 10n ** 9n,
    };
    const wasm = encode(ocalls.readCode.response, {
      wasm: made.host.codes.get(Buffer.from(made.codeHash).toString("hex")) ?? answer,
    });
    program.handle(ecalls.query.id, encode(ecalls.query.request, request), (method) =>
      method === ocalls[name].id ? answer : wasm,
    );
  },
}));

/** Runs `use` over a sealing folder with these files. */
function sealedIn(files: Readonly<Record<string, Uint8Array>>, use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "enclavenet-sealed-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const KEY = new Uint8Array(32).fill(9);
const headers = (name: string) => [
  utf8ToBytes("enclavenet software sealing 1"),
  utf8ToBytes("development"),
  utf8ToBytes(name),
];
const seal = (name: string, text: Uint8Array) => primitives.aesSivSeal(SecretBytes.from(KEY), headers(name), text);
const keychain = encode(keychainSchema, {
  version: SEALED_FORMAT,
  networkClass: "development",
  seeds: [KEY, KEY],
  birth: { chainId: "c", validatorSet: new Uint8Array(3), policy: "{}", founder: { publicKey: KEY, owner: KEY } },
  registration: { chainId: "c", privateKey: KEY },
  binding: { chainId: "c", genesisHash: KEY, initialHeight: 1n, validatorSet: new Uint8Array(3), stateProofs: 0 },
  rotations: [7n],
  nodes: [{ publicKey: KEY, registered: 1n, revoked: 2n }],
  programs: [{ measurement: KEY, rtmrs: [], approved: 3n }],
});

const start = (directory: string) =>
  void createEnclave({
    primitives,
    storage: softwareSealing(primitives, directory, "development"),
    networkClass: "development",
    measurement: KEY,
  });

const sealed: readonly Decoder[] = [
  {
    name: "enclave: sealed keychain file",
    seeds: fc.constant(seal("keychain", keychain)),
    refusals: ["SealingFailed"],
    attempt: (file) => sealedIn({ "software-sealing.key": KEY, "keychain.sealed": file }, start),
  },
  {
    name: "enclave: slots of the progress journal",
    seeds: fc.constant(new Uint8Array(0)),
    refusals: ["SealingFailed"],
    attempt(file) {
      sealedIn({ "software-sealing.key": KEY, ...(file.length === 0 ? {} : { "progress.sealed.0": file }) }, start);
    },
  },
  {
    name: "enclave: key file of the sealing",
    seeds: fc.constant(KEY),
    refusals: ["SealingFailed"],
    attempt: (file) => sealedIn({ "software-sealing.key": file }, start),
  },
  {
    // An authentic record of another version of this program.
    name: "enclave: plaintext of the keychain",
    seeds: fc.constant(keychain),
    refusals: ["SealingFailed", "SealedFormat", "KeychainConflict"],
    attempt(record) {
      const storage = memoryStorage(new Map([["keychain", record]]));
      createEnclave({ primitives, storage, networkClass: "development", measurement: KEY });
    },
  },
];

export const decoders: readonly Decoder[] = [
  ...outputs,
  ...queries,
  ...transactions,
  ...requests,
  ...answers,
  ...sealed,
];
