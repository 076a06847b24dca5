/**
 * Calls that no signed message of the block stands for.
 * @module
 */
import { concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes, sealSecretMessage, txEncryptionKey } from "@enclavenet/crypto";
import { executeMsg, signTx, type TxOptions } from "../chain.ts";
import type { World } from "../world.ts";
import type { Attack } from "./attack.ts";
import { attack, OPEN_BLOCK, OPEN_MESSAGE, statement } from "./attack.ts";

/** A message whose public key has low order: the shared secret is zero for everybody. */
function lowOrderMessage({ primitives, codeHash }: World, msg: unknown): Uint8Array {
  const nonce = new Uint8Array(32).fill(3);
  const userPublicKey = new Uint8Array(32);
  const anyKey = SecretBytes.take(new Uint8Array(32).fill(1));
  const key = txEncryptionKey(primitives, anyKey, userPublicKey, nonce);
  const plaintext = utf8ToBytes(toHex(codeHash) + JSON.stringify(msg));
  return sealSecretMessage(primitives, key, { nonce, userPublicKey }, plaintext);
}

const VERIFIED_AHEAD = {
  file: OPEN_BLOCK,
  text: "if (prepared === undefined || prepared.accountNumber !== accountNumber) {",
  without: "if (prepared === undefined) {",
};

export const messages: readonly Attack[] = [
  attack(
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
  attack(
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
  attack(
    "a forged signature on a message that was opened ahead",
    "FailedTxVerification",
    VERIFIED_AHEAD,
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
      const tamper = (signature: Uint8Array) => signature.map((b) => b ^ 1);
      return () => world.execute(world.bob, contract, { increment: {} }, { tx: { tamper } });
    },
  ),
  attack(
    "another account number than the one that the signature was verified with ahead",
    "FailedTxVerification",
    VERIFIED_AHEAD,
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
      const origin = { ...world.origin(), accountNumber: 6n };
      return () => world.execute(world.bob, contract, { increment: {} }, { request: { origin } });
    },
  ),
  attack(
    "a message verified ahead that stands in for a forged one",
    "FailedTxVerification",
    {
      file: "packages/enclave/src/block-verifier/prepared-messages.ts",
      text: "if (ready?.position.txIndex !== txIndex || ready.position.msgIndex !== msgIndex) return undefined;",
      without: "if (ready === undefined || txIndex + msgIndex < 0) return undefined;",
    },
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
      const sent = (options: TxOptions) => {
        const msg = world.encrypt(world.bob, { increment: {} });
        return signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })], options);
      };
      world.begin([sent({}), sent({ tamper: (signature) => signature.map((b) => b ^ 1) })]);
      return () => world.run(contract, { request: { origin: world.origin(1) } });
    },
  ),
  attack(
    "a signature by somebody else",
    "FailedTxVerification",
    { file: "packages/enclave/src/transactions/signer.ts", text: 'refuse("signature");', without: "return;" },
    (world, contract) => () => world.execute(world.bob, contract, { increment: {} }, { tx: { signer: world.alice } }),
  ),
  attack(
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
  attack(
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
  attack(
    "a message for another code",
    "ValidationFailure",
    {
      file: OPEN_MESSAGE,
      text: "if (input === undefined || toHex(input.codeHash) !== toHex(codeHash)) {",
      without: "if (input === undefined) {",
    },
    (world, contract) => () => {
      const msg = world.bob.encrypt(world.ioPublicKey, new Uint8Array(32).fill(9), { increment: {} });
      world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })])]);
      return world.run(contract);
    },
  ),
  attack(
    "more gas than the user signed",
    "ValidationFailure",
    {
      file: "packages/enclave/src/contract-engine/gas-limits.ts",
      text: 'if (gasLimit > signedGasLimit * GAS_MULTIPLIER) throw new EnclaveError("ValidationFailure", { check: "gas limit" });',
      without: "",
    },
    (world, contract) => () => world.execute(world.bob, contract, { increment: {} }, { tx: { gasLimit: 100_000n } }),
  ),
  attack(
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
  attack(
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
  attack(
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
