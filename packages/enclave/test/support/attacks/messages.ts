/**
 * Calls that no signed message of the block stands for.
 * @module
 */
import { concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes, sealSecretMessage, txEncryptionKey } from "@enclavenet/crypto";
import type { MsgExecuteContract } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import { secondCode } from "../administration.ts";
import { executeMsg, signTx, type TxOptions } from "../chain.ts";
import type { Contract, ExecuteOptions, World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

/** A message whose public key has low order: the shared secret is zero for everybody. */
function lowOrderMessage({ primitives, codeHash }: World, msg: unknown): Uint8Array {
  const nonce = new Uint8Array(32).fill(3);
  const userPublicKey = new Uint8Array(32);
  const anyKey = SecretBytes.take(new Uint8Array(32).fill(1));
  const key = txEncryptionKey(primitives, anyKey, userPublicKey, nonce);
  const plaintext = utf8ToBytes(toHex(codeHash) + JSON.stringify(msg));
  return sealSecretMessage(primitives, key, { nonce, userPublicKey }, plaintext);
}

const VERIFIED_AHEAD = cut(
  "prepared-signer",
  "if (prepared === undefined) this.demandSigner(origin, message.sender, host);",
);

/** Bob increments the counter, with something about it that is not as it should be, and then properly. */
function increments(world: World, contract: Contract, lie: ExecuteOptions): Steps {
  return {
    lie: () => world.execute(world.bob, contract, { increment: {} }, lie),
    honest: () => world.execute(world.bob, contract, { increment: {} }),
  };
}

/** Bob sends these bytes to the contract as its message. */
function sends(world: World, contract: Contract, fields: Partial<MsgExecuteContract>): unknown {
  const message = {
    sender: world.bob.address,
    contract: contract.address,
    msg: world.encrypt(world.bob, { increment: {} }),
  };
  world.begin([signTx(world.bob, [executeMsg({ ...message, ...fields })])]);
  return world.run(contract);
}

/** Bob sends a message with other fields than it should have, and then a proper one. */
function sent(world: World, contract: Contract, lie: () => Partial<MsgExecuteContract>): Steps {
  return { lie: () => sends(world, contract, lie()), honest: () => sends(world, contract, {}) };
}

const FORGED = { tamper: (signature: Uint8Array) => signature.map((b) => b ^ 1) };

export const messages: readonly Attack[] = [
  attack("a message run twice", "PositionRejected", cut("message-ran"), (world, contract) => {
    const run = world.executeInOneBlock(contract, [{ increment: {} }, { increment: {} }]);
    run(0);
    return { lie: () => run(0), honest: () => run(1) };
  }),
  attack("a forged user signature", "FailedTxVerification", cut("signer-signature", "return;"), (world, contract) =>
    increments(world, contract, { tx: FORGED }),
  ),
  attack(
    "a forged signature on a message that was opened ahead",
    "FailedTxVerification",
    VERIFIED_AHEAD,
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
      return increments(world, contract, { tx: FORGED });
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
      return increments(world, contract, { request: { origin } });
    },
  ),
  attack(
    "a message verified ahead that stands in for a forged one",
    "FailedTxVerification",
    cut("prepared-position", "if (ready === undefined || txIndex + msgIndex < 0) return undefined;"),
    (world, contract) => {
      world.execute(world.bob, contract, { increment: {} });
      world.end();
      const tx = (options: TxOptions) => {
        const msg = world.encrypt(world.bob, { increment: {} });
        return signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })], options);
      };
      const runSecond = (options: TxOptions) => {
        world.begin([tx({}), tx(options)]);
        return world.run(contract, { request: { origin: world.origin(1) } });
      };
      return { lie: () => runSecond(FORGED), honest: () => runSecond({}) };
    },
  ),
  attack(
    "a signature by somebody else",
    "FailedTxVerification",
    cut("signer-signature", "return;"),
    (world, contract) => increments(world, contract, { tx: { signer: world.alice } }),
  ),
  attack(
    "a sender who did not sign",
    "FailedTxVerification",
    cut("signer-address", "if (publicKey === undefined) continue;"),
    (world, contract) => sent(world, contract, () => ({ sender: world.alice.address })),
  ),
  attack(
    "a user's message that poses as a callback",
    "ValidationFailure",
    cut("user-message-callback"),
    (world, contract) => sent(world, contract, () => ({ callbackSig: new Uint8Array(32) })),
  ),
  attack("a message for another code", "ValidationFailure", cut("input-code-hash"), (world, contract) =>
    sent(world, contract, () => ({
      msg: world.bob.encrypt(world.ioPublicKey, new Uint8Array(32).fill(9), { increment: {} }),
    })),
  ),
  attack("more gas than the user signed", "ValidationFailure", cut("signed-gas-limit"), (world, contract) =>
    increments(world, contract, { tx: { gasLimit: 100_000n } }),
  ),
  attack(
    "a message under a low-order key, whose answer everybody could read",
    "ValidationFailure",
    cut("user-key-order", "return opened;"),
    (world, contract) => sent(world, contract, () => ({ msg: lowOrderMessage(world, { increment: {} }) })),
  ),
  attack(
    "a contract key of another contract",
    "FailedContractAuthentication",
    cut("contract-key"),
    (world, contract) => {
      const other = world.instantiate(2);
      const log = (request: NonNullable<ExecuteOptions["request"]>) => () =>
        world.execute(world.bob, contract, { log: {} }, { request });
      return { lie: log({ contractKey: other.key }), honest: log({}) };
    },
  ),
  attack(
    "another code of the network in a contract",
    "FailedContractAuthentication",
    [cut("contract-key"), cut("input-code-hash")],
    (world, contract) => increments(world, contract, { request: { codeHash: secondCode(world) } }),
  ),
  attack("other wasm under the code hash", "ValidationFailure", cut("wasm-code-hash"), (world, contract) => {
    world.start();
    const wasm = world.host.codes.get(toHex(world.codeHash)) ?? new Uint8Array(0);
    // The same module with an empty custom section behind it: other bytes, same behaviour.
    const other = concatBytes(wasm, Uint8Array.of(0, 2, 1, 0x78));
    return increments(world, contract, { handlers: { readCode: () => ({ wasm: other }) } });
  }),
];
