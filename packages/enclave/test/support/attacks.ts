/**
 * What a lying host tries, as data: each attack differs from an honest run in one thing, is refused with one status, and
 * names the check that refuses it. The same table runs against the real enclave and against builds in which exactly that
 * check is cut out: there the attack must get through, or the check was not what stopped it.
 * @module
 */
import { concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes, sealSecretMessage, txEncryptionKey } from "@enclavenet/crypto";
import { type EnclaveStatusName, ecalls } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { encodeMsgExecuteContract, encodeValidatorSet } from "@enclavenet/wire";
import type { createEnclave as CreateEnclave } from "../../src/index.ts";
import { executeMsg, GENESIS_HASH, signTx, TestChain } from "./chain.ts";
import { World } from "./world.ts";

/** Text of a source file that makes the check, and what a build without it has instead. */
export interface Check {
  readonly file: string;
  readonly text: string;
  readonly without: string;
}

export interface Attack {
  readonly name: string;
  readonly status: EnclaveStatusName;
  readonly check: Check;
  /** Prepares an honest world, then returns the one dishonest step. */
  readonly prepare: (create: typeof CreateEnclave) => () => unknown;
}

const VERIFIER = "packages/enclave/src/block-verifier/block-verifier.ts";
const OPEN_BLOCK = "packages/enclave/src/block-verifier/open-block.ts";
const ENGINE = "packages/enclave/src/contract-engine/engine.ts";
const COMMIT = "packages/light-client/src/comet/verify.ts";

/** A check that is one whole statement. */
function statement(file: string, text: string): Check {
  return { file, text, without: "" };
}

function beginAttack(
  name: string,
  status: EnclaveStatusName,
  check: Check,
  step: (world: World) => () => unknown,
): Attack {
  return {
    name,
    status,
    check,
    prepare: (create) => {
      const world = new World(create);
      world.instantiate(1);
      return step(world);
    },
  };
}

function begins(world: World, options: Parameters<World["chain"]["build"]>[1] = {}): () => void {
  const { request } = world.chain.build([], options);
  return () => {
    world.enclave.call("beginBlock", request);
  };
}

const otherHash = new Uint8Array(32).fill(9);

const blocks: readonly Attack[] = [
  beginAttack(
    "a header altered after it was signed",
    "BlockRejected",
    statement(
      VERIFIER,
      'if (commit.height !== header.height || !equalBytes(commit.blockId.hash, hash)) reject("commit of another block");',
    ),
    (world) => {
      const honest = world.chain.build([]);
      const altered = world.chain.build([], { header: { appHash: otherHash } });
      return () => world.enclave.call("beginBlock", { ...altered.request, commit: honest.request.commit });
    },
  ),
  beginAttack(
    "a header of another chain",
    "BlockRejected",
    statement(VERIFIER, 'if (header.chainId !== binding.chainId) reject("chain id");'),
    (world) => begins(world, { header: { chainId: "another-chain-1" } }),
  ),
  beginAttack(
    "a commit of half the power",
    "BlockRejected",
    statement(
      COMMIT,
      'if (signed <= (total * 2n) / 3n) refuse("COMMIT_POWER", "not more than two thirds of the power signed");',
    ),
    (world) => begins(world, { absent: [0, 1] }),
  ),
  beginAttack(
    "a commit with forged signatures",
    "BlockRejected",
    { file: COMMIT, text: 'refuse("COMMIT_SIGNATURE", "a signature does not verify");', without: "" },
    (world) =>
      begins(world, {
        commit: (commit) => ({
          ...commit,
          signatures: commit.signatures.map((entry) => ({ ...entry, signature: new Uint8Array(64) })),
        }),
      }),
  ),
  beginAttack(
    "a commit signed for another chain",
    "BlockRejected",
    { file: COMMIT, text: 'refuse("COMMIT_SIGNATURE", "a signature does not verify");', without: "" },
    (world) => begins(world, { signChainId: "another-chain-1" }),
  ),
  beginAttack(
    "signatures in the places of other validators",
    "BlockRejected",
    {
      file: COMMIT,
      text: 'refuse("COMMIT_SIGNATURE", "address does not belong to the validator in this place");',
      without: "",
    },
    (world) =>
      begins(world, {
        commit: (commit) => ({
          ...commit,
          signatures: commit.signatures.map((entry) => ({ ...entry, validatorAddress: new Uint8Array(20) })),
        }),
      }),
  ),
  beginAttack(
    "a header that names another validator set",
    "BlockRejected",
    statement(
      VERIFIER,
      'if (!equalBytes(validatorSetHash(primitives, validators), header.validatorsHash)) reject("validators");',
    ),
    (world) => begins(world, { header: { validatorsHash: otherHash } }),
  ),
  beginAttack(
    "a next validator set that the header does not announce",
    "BlockRejected",
    statement(
      VERIFIER,
      'if (!equalBytes(validatorSetHash(primitives, nextValidators), header.nextValidatorsHash)) reject("next validators");',
    ),
    (world) => {
      const { request } = world.chain.build([]);
      const mine = encodeValidatorSet(new TestChain(world.primitives, 1).validators);
      return () => world.enclave.call("beginBlock", { ...request, nextValidatorSet: mine });
    },
  ),
  beginAttack(
    "transactions that are not those of the header",
    "BlockRejected",
    statement(
      VERIFIER,
      'if (!equalBytes(dataHash(primitives, request.transactions), block.header.dataHash)) reject("transactions");',
    ),
    (world) => begins(world, { handedOver: [signTx(world.bob, [])] }),
  ),
  beginAttack(
    "another block at the height that was executed",
    "HeightRejected",
    {
      file: VERIFIER,
      text: 'if (!equalBytes(hash, last.blockHash)) throw new EnclaveError("HeightRejected", { check: "another block" });',
      without: "",
    },
    (world) => {
      const fork = world.chain.build([], { header: { appHash: otherHash } });
      world.begin([]);
      return () => world.enclave.call("beginBlock", fork.request);
    },
  ),
  beginAttack(
    "a lower height",
    "HeightRejected",
    {
      file: VERIFIER,
      text: 'if (header.height !== last.height + 1n) throw new EnclaveError("HeightRejected", { check: "not the next height" });',
      without: "if (header.height !== last.height + 1n) return false;",
    },
    (world) => {
      const old = world.chain.build([]);
      world.begin([]);
      world.begin([]);
      return () => world.enclave.call("beginBlock", old.request);
    },
  ),
  beginAttack(
    "a time that does not increase",
    "BlockRejected",
    statement(VERIFIER, 'if (header.timeNs <= last.timeNs) reject("time");'),
    (world) => begins(world, { header: { timeNs: world.chain.last?.header.timeNs ?? 0n } }),
  ),
  beginAttack(
    "a block on another predecessor",
    "BlockRejected",
    statement(VERIFIER, 'if (!equalBytes(header.lastBlockId.hash, last.blockHash)) reject("last block id");'),
    (world) =>
      begins(world, { header: { lastBlockId: { hash: otherHash, partSetHeader: { total: 1, hash: otherHash } } } }),
  ),
];

function callAttack(
  name: string,
  status: EnclaveStatusName,
  check: Check,
  step: (world: World, contract: ReturnType<World["instantiate"]>) => () => unknown,
): Attack {
  return {
    name,
    status,
    check,
    prepare: (create) => {
      const world = new World(create);
      const contract = world.instantiate(1);
      return step(world, contract);
    },
  };
}

const messages: readonly Attack[] = [
  callAttack(
    "a message run twice",
    "PositionRejected",
    {
      file: OPEN_BLOCK,
      text: 'throw new EnclaveError("PositionRejected", { check: "message ran already" });',
      without: "",
    },
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      return () => world.run(contract);
    },
  ),
  callAttack(
    "a forged user signature",
    "FailedTxVerification",
    { file: "packages/enclave/src/transactions/signer.ts", text: 'refuse("signature");', without: "return;" },
    (world, contract) => () =>
      world.execute(
        world.bob,
        contract,
        { increment: {} },
        { tx: { tamper: (signature) => signature.map((b) => b ^ 1) } },
      ),
  ),
  callAttack(
    "a signature by somebody else",
    "FailedTxVerification",
    { file: "packages/enclave/src/transactions/signer.ts", text: 'refuse("signature");', without: "return;" },
    (world, contract) => () => world.execute(world.bob, contract, { increment: {} }, { tx: { signer: world.alice } }),
  ),
  callAttack(
    "a sender who did not sign",
    "FailedTxVerification",
    {
      file: "packages/enclave/src/transactions/signer.ts",
      text: "if (publicKey === undefined || !equalBytes(addressOf(primitives, publicKey), sender)) continue;",
      without: "if (publicKey === undefined) continue;",
    },
    (world, contract) => () => {
      const msg = world.encrypt(world.bob, { increment: {} });
      world.begin([signTx(world.bob, [executeMsg({ sender: world.alice.address, contract: contract.address, msg })])]);
      return world.run(contract);
    },
  ),
  callAttack(
    "a user's message that poses as a callback",
    "ValidationFailure",
    {
      file: OPEN_BLOCK,
      text: 'if (message.callbackSig.length > 0) throw new EnclaveError("ValidationFailure", { check: "callback signature" });',
      without: "",
    },
    (world, contract) => () => {
      const msg = world.encrypt(world.bob, { increment: {} });
      const sender = world.bob.address;
      const posing = executeMsg({ sender, contract: contract.address, msg, callbackSig: new Uint8Array(32) });
      world.begin([signTx(world.bob, [posing])]);
      return world.run(contract);
    },
  ),
  callAttack(
    "a message for another code",
    "ValidationFailure",
    {
      file: ENGINE,
      text: "if (input === undefined || toHex(input.codeHash) !== toHex(codeHash)) {",
      without: "if (input === undefined) {",
    },
    (world, contract) => () => {
      const msg = world.bob.encrypt(world.ioPublicKey, otherHash, { increment: {} });
      world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })])]);
      return world.run(contract);
    },
  ),
  callAttack(
    "more gas than the user signed",
    "ValidationFailure",
    {
      file: ENGINE,
      text: 'if (gasLimit > signedGasLimit * GAS_MULTIPLIER) throw new EnclaveError("ValidationFailure", { check: "gas limit" });',
      without: "",
    },
    (world, contract) => () => world.execute(world.bob, contract, { increment: {} }, { tx: { gasLimit: 100_000n } }),
  ),
  callAttack(
    "a message under a low-order key, whose answer everybody could read",
    "ValidationFailure",
    {
      file: "packages/enclave/src/key-guard/seed-key-guard.ts",
      text: "return opened === undefined || isLowOrderPublicKey(opened.message.userPublicKey) ? undefined : opened;",
      without: "return opened;",
    },
    (world, contract) => () => {
      const msg = lowOrderMessage(world, { increment: {} });
      world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })])]);
      return world.run(contract);
    },
  ),
  callAttack(
    "a contract key of another contract",
    "FailedContractAuthentication",
    statement(
      "packages/enclave/src/key-guard/seed-key-guard.ts",
      'if (!genuine) throw new EnclaveError("FailedContractAuthentication");',
    ),
    (world, contract) => {
      const other = world.instantiate(2);
      return () => world.execute(world.bob, contract, { log: {} }, { request: { contractKey: other.key } });
    },
  ),
  callAttack(
    "other wasm under the code hash",
    "ValidationFailure",
    {
      file: "packages/enclave/src/contract-engine/module-cache.ts",
      text: "if (!equalBytes(this.#primitives.sha256(wasm), codeHash)) {",
      without: "if (codeHash.length !== 32) {",
    },
    (world, contract) => {
      world.start();
      const wasm = world.host.codes.get(toHex(world.codeHash)) ?? new Uint8Array(0);
      // The same module with an empty custom section behind it: other bytes, same behaviour.
      const other = concatBytes(wasm, Uint8Array.of(0, 2, 1, 0x78));
      return () =>
        world.execute(world.bob, contract, { increment: {} }, { handlers: { readCode: () => ({ wasm: other }) } });
    },
  ),
];

/** A message whose public key has low order: the shared secret is zero for everybody. */
function lowOrderMessage({ primitives, codeHash }: World, msg: unknown): Uint8Array {
  const nonce = new Uint8Array(32).fill(3);
  const userPublicKey = new Uint8Array(32);
  const anyKey = SecretBytes.take(new Uint8Array(32).fill(1));
  const key = txEncryptionKey(primitives, anyKey, userPublicKey, nonce);
  const plaintext = utf8ToBytes(toHex(codeHash) + JSON.stringify(msg));
  return sealSecretMessage(primitives, key, { nonce, userPublicKey }, plaintext);
}

const records: readonly Attack[] = [
  callAttack(
    "a record moved from one contract to another",
    "DecryptionError",
    {
      file: "packages/enclave/src/contract-engine/kv-cache.ts",
      text: 'if (value === undefined) throw new EnclaveError("DecryptionError", { check: "state record" });',
      without: "",
    },
    (world, contract) => {
      const other = world.instantiate(2, 1000);
      const foreign = [...world.host.recordsOf(other.address).values()];
      let next = 0;
      const readState = () => ({ value: foreign[next++ % foreign.length], legacyValue: undefined, sdkGas: 1n });
      return () => world.execute(world.bob, contract, { increment: {} }, { handlers: { readState } });
    },
  ),
  callAttack(
    "a made-up record in the old form",
    "HostMisbehavior",
    {
      file: "packages/enclave/src/contract-engine/host-state.ts",
      text: 'if (legacyValue !== undefined) throw new EnclaveError("HostMisbehavior", { check: "legacy record" });',
      without: "",
    },
    (world, contract) => {
      const honest = world.host.handlers(contract.address).readState;
      const readState: typeof honest = (request) => ({
        ...(honest?.(request) ?? { value: undefined, sdkGas: 1n }),
        legacyValue: new Uint8Array(80),
      });
      return () =>
        world.execute(
          world.bob,
          contract,
          { increment: {} },
          { handlers: { readState: readState as NonNullable<typeof honest> } },
        );
    },
  ),
  callAttack(
    "the executed block again, on other state",
    "OutputDiffers",
    {
      file: "packages/enclave/src/block-verifier/output-log.ts",
      text: 'if (known && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");',
      without: "",
    },
    (world, contract) => {
      const before = new Map(world.host.recordsOf(contract.address));
      world.execute(world.bob, contract, { add: { n: 1 } });
      world.end();
      const last = world.chain.last;
      // Honest recovery would answer from the state before the block; the host answers from the state after it.
      expectDifferent(before, world.host.recordsOf(contract.address));
      return () => {
        world.enclave.call("beginBlock", last?.request ?? fail());
        return world.run(contract);
      };
    },
  ),
];

const unclosed = callAttack(
  "the open block again, on other state",
  "OutputDiffers",
  {
    file: "packages/enclave/src/block-verifier/output-log.ts",
    text: 'if (known && (expected === undefined || !equalBytes(expected, digest))) throw new EnclaveError("OutputDiffers");',
    without: "",
  },
  (world, contract) => {
    world.execute(world.bob, contract, { add: { n: 1 } });
    const last = world.chain.last;
    return () => {
      world.enclave.call("beginBlock", last?.request ?? fail());
      return world.run(contract);
    };
  },
);

const versions = callAttack(
  "another protocol version",
  "BadRequest",
  {
    file: "packages/enclave/src/enclave.ts",
    text: 'if (protocolVersion !== PROTOCOL_VERSION) throw new EnclaveError("BadRequest", { check: "protocol version" });',
    without: "",
  },
  (world) => () => world.enclave.call("hello", { protocolVersion: 999 }),
);

function fail(): never {
  throw new Error("the world has no block");
}

function expectDifferent(before: Map<string, Uint8Array>, after: Map<string, Uint8Array>): void {
  const same = [...after].every(([key, value]) => toHex(before.get(key) ?? new Uint8Array(0)) === toHex(value));
  if (same) throw new Error("the call changed nothing, so that this attack would prove nothing");
}

/** A relay from contract 1 to contract 2, up to the message that comes back. */
function relayed(world: World, contract: ReturnType<World["instantiate"]>) {
  const target = world.instantiate(2);
  const { result } = world.execute(world.bob, contract, {
    relay: {
      contract: world.bech32(target.address),
      code_hash: toHex(world.codeHash),
      msg: Buffer.from(JSON.stringify({ add: { n: 7 } })).toString("base64"),
    },
  });
  const sub = JSON.parse(result.messages[0]?.message ?? "{}").wasm.execute;
  const value = {
    sender: contract.address,
    contract: target.address,
    msg: new Uint8Array(Buffer.from(sub.msg, "base64")),
    callbackCodeHash: "",
    sentFunds: [],
    callbackSig: Uint8Array.from(sub.callback_sig),
  };
  const bringBack = (changes: Partial<typeof value> = {}, position = { txIndex: 0, msgIndex: 0 }) => {
    const callback = {
      typeUrl: "/secret.compute.v1beta1.MsgExecuteContract",
      value: encodeMsgExecuteContract({ ...value, ...changes }),
    };
    return world.run(target, { request: { origin: { ...world.origin(), ...position, callback } } });
  };
  return { bringBack };
}

const callbacks: readonly Attack[] = [
  callAttack(
    "a callback run twice",
    "ValidationFailure",
    {
      file: OPEN_BLOCK,
      text: 'if (count === 0) throw new EnclaveError("ValidationFailure", { check: "callback was not emitted" });',
      without: "",
    },
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      bringBack();
      return () => bringBack();
    },
  ),
  callAttack(
    "a callback with another sender than the contract that emitted it",
    "ValidationFailure",
    {
      file: OPEN_BLOCK,
      text: 'if (count === 0) throw new EnclaveError("ValidationFailure", { check: "callback was not emitted" });',
      without: "",
    },
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      return () => bringBack({ sender: world.alice.address });
    },
  ),
  callAttack(
    "a callback with a made-up signature",
    "ValidationFailure",
    {
      file: OPEN_BLOCK,
      text: "if (!guard.verifyCallback(signed, message.funds, message.callbackSig)) {",
      without: "if (signed.length === 0) {",
    },
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      return () => bringBack({ callbackSig: new Uint8Array(32) });
    },
  ),
  callAttack(
    "a callback under another message's position",
    "PositionRejected",
    {
      file: OPEN_BLOCK,
      text: "if (callback === undefined || txIndex !== this.#position.txIndex || msgIndex !== this.#position.msgIndex) {",
      without: "if (callback === undefined) {",
    },
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      const position = { txIndex: 0, msgIndex: 1 };
      return () => bringBack({}, position);
    },
  ),
];

const queries: readonly Attack[] = [
  callAttack(
    "a query deeper than it is",
    "BadRequest",
    {
      file: ENGINE,
      text: 'if (request.depth !== this.#depth + 1) throw new EnclaveError("BadRequest", { check: "query depth" });',
      without: "",
    },
    (world, contract) => () => world.query(contract, { get_count: {} }, { request: { depth: 3 } }),
  ),
  callAttack(
    "a query at a height that does not exist",
    "HeightRejected",
    {
      file: "packages/enclave/src/enclave.ts",
      text: 'if (this.#options.networkClass === "development" && height <= (progress?.height ?? 0n)) {',
      without: 'if (this.#options.networkClass === "development") {',
    },
    (world, contract) => () => world.query(contract, { get_count: {} }, { request: { height: 99n } }),
  ),
  callAttack(
    "a query with another contract's key",
    "FailedContractAuthentication",
    statement(
      "packages/enclave/src/key-guard/seed-key-guard.ts",
      'if (!genuine) throw new EnclaveError("FailedContractAuthentication");',
    ),
    (world, contract) => {
      const other = world.instantiate(2);
      return () => world.query(contract, { fail: { text: "" } }, { request: { contractKey: other.key } });
    },
  ),
];

const keys: readonly Attack[] = [
  callAttack(
    "new seeds over old ones",
    "KeychainConflict",
    statement(
      "packages/enclave/src/keychain/keychain.ts",
      'if (this.#keychain !== undefined) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });',
    ),
    (world) => () => world.enclave.call("createKeychain", {}),
  ),
  callAttack(
    "a keychain taken to another genesis",
    "KeychainConflict",
    {
      file: "packages/enclave/src/keychain/keychain.ts",
      text: 'throw new EnclaveError("KeychainConflict", { check: "bound to another network" });',
      without: "",
    },
    (world) => () =>
      world.enclave.call("bindNetwork", {
        chainId: "another-chain-1",
        genesisHash: GENESIS_HASH,
        initialHeight: 1n,
        validatorSet: encodeValidatorSet(world.chain.validators),
      }),
  ),
  callAttack(
    "a production keychain in the development bundle",
    "KeychainConflict",
    statement(
      "packages/enclave/src/keychain/keychain.ts",
      'if (networkClass !== this.#networkClass) throw new EnclaveError("KeychainConflict", { check: "network class" });',
    ),
    (world) => {
      const create = world.createProgram;
      return () => inProcessEnclave(create("production")).call("status", {});
    },
  ),
  callAttack(
    "a body with bytes behind it",
    "BadRequest",
    {
      file: "packages/enclave-api/src/codec.ts",
      text: 'if (this.remaining !== 0) throw new FrameError("trailing bytes after the last value");',
      without: "",
    },
    (world) => () =>
      world.createProgram("development").handle(ecalls.status.id, Uint8Array.of(0), () => new Uint8Array(0)),
  ),
];

export const attacks: readonly Attack[] = [
  ...blocks,
  ...messages,
  ...records,
  ...callbacks,
  ...queries,
  ...keys,
  unclosed,
  versions,
];
