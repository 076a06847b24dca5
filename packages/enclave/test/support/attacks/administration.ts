/**
 * Migrations and changes of admin by who is not the admin, or by nobody.
 * @module
 */
import { encodeMsgClearAdmin } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import {
  type Administered,
  administered,
  changeAdmin,
  emitting,
  migrate,
  open,
  puppet,
  updateAdminMsg,
} from "../administration.ts";
import { executeMsg, signTx, type User } from "../chain.ts";
import { GAS, type World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

const ADMIN_PROOF = cut("admin-proof");

const STORED_KEYS = cut("administered-key");

/** A puppet that administers contracts 11 and 12 tells contract 11 to lose its admin; the host may aim it elsewhere. */
function emittedClearing(world: World) {
  const master = puppet(world, 10);
  const [named, other] = [administered(world, 11, master.address), administered(world, 12, master.address)];
  const words = emitting({ clear_admin: { contract_addr: world.bech32(named.address) } });
  const msg = world.bob.encrypt(world.ioPublicKey, master.codeHash, words);
  world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: master.address, msg })])]);
  const { result } = world.run(master, { request: { codeHash: master.codeHash, gasLimit: GAS } });
  const { callback_sig } = JSON.parse(result.messages[0]?.message ?? "").wasm.clear_admin;
  const bringBack = (contract: typeof named) => {
    const value = encodeMsgClearAdmin({
      sender: world.bech32(master.address),
      contract: world.bech32(contract.address),
      callbackSig: Uint8Array.from(callback_sig),
    });
    const callback = { typeUrl: "/secret.compute.v1beta1.MsgClearAdmin", value, nesting: 1 };
    return changeAdmin(world, "clearAdmin", contract, { origin: { ...world.origin(), callback } });
  };
  return { named, other, bringBack };
}

const NOT_EMITTED = cut("callback-expected");

/** `lie` asks for a migration that only the admin of `contract` may have. */
function migrates(world: World, contract: Administered, lie: () => unknown): Steps {
  return { lie, honest: () => migrate(world, world.alice, contract) };
}

/** Bob or alice makes bob the admin. */
function makesBobAdmin(world: World, sender: User, contract: Administered): Uint8Array {
  openUpdate(world, sender, contract);
  return changeAdmin(world, "updateAdmin", contract);
}

/** A block with the message of `sender` that makes bob the admin. */
function openUpdate(world: World, sender: User, contract: Administered): void {
  const parties = { sender: world.bech32(sender.address), contract: world.bech32(contract.address) };
  open(world, sender, updateAdminMsg(parties, world.bech32(world.bob.address)));
}

export const administration: readonly Attack[] = [
  attack("a migration by another user, with the admin's proof", "ValidationFailure", ADMIN_PROOF, (world) => {
    const contract = administered(world, 11, world.alice.address);
    return migrates(world, contract, () => migrate(world, world.bob, contract));
  }),
  attack("a migration with a forged admin proof", "ValidationFailure", ADMIN_PROOF, (world) => {
    const contract = administered(world, 11, world.alice.address);
    const forged = { ...contract, adminProof: new Uint8Array(32) };
    return migrates(world, contract, () => migrate(world, world.alice, forged));
  }),
  attack("a migration of a contract that has no admin", "ValidationFailure", ADMIN_PROOF, (world) => {
    const orphan = world.instantiate(11);
    const contract = administered(world, 12, world.alice.address);
    return migrates(world, contract, () => migrate(world, world.alice, orphan));
  }),
  attack("a migration with key and proof of another contract", "FailedContractAuthentication", STORED_KEYS, (world) => {
    const target = administered(world, 11, world.alice.address);
    const own = administered(world, 12, world.bob.address);
    const foreign = { ...own, address: target.address };
    return { lie: () => migrate(world, world.bob, foreign), honest: () => migrate(world, world.bob, own) };
  }),
  attack("a migration with a made-up current key", "FailedContractAuthentication", STORED_KEYS, (world) => {
    const contract = administered(world, 11, world.alice.address);
    const key = { ...contract.key, current: new Uint8Array(64).fill(1), proof: new Uint8Array(32) };
    return migrates(world, contract, () => migrate(world, world.alice, { ...contract, key }));
  }),
  attack("a change of admin by another user", "ValidationFailure", ADMIN_PROOF, (world) => {
    const contract = administered(world, 11, world.alice.address);
    return {
      lie: () => makesBobAdmin(world, world.bob, contract),
      honest: () => makesBobAdmin(world, world.alice, contract),
    };
  }),
  attack("a change of admin run twice", "PositionRejected", cut("message-ran"), (world) => {
    const contract = administered(world, 11, world.alice.address);
    makesBobAdmin(world, world.alice, contract);
    return {
      lie: () => changeAdmin(world, "updateAdmin", contract),
      honest: () => makesBobAdmin(world, world.alice, contract),
    };
  }),
  attack("a new admin run as no admin", "ValidationFailure", cut("administration-kind"), (world) => {
    const contract = administered(world, 11, world.alice.address);
    openUpdate(world, world.alice, contract);
    return {
      lie: () => changeAdmin(world, "clearAdmin", contract),
      honest: () => makesBobAdmin(world, world.alice, contract),
    };
  }),
  attack("a contract's clearing aimed at another contract", "ValidationFailure", NOT_EMITTED, (world) => {
    const { named, other, bringBack } = emittedClearing(world);
    return { lie: () => bringBack(other), honest: () => bringBack(named) };
  }),
  attack("a contract's clearing run twice", "ValidationFailure", NOT_EMITTED, (world) => {
    const { named, bringBack } = emittedClearing(world);
    bringBack(named);
    const again = () => {
      const { named: next, bringBack: bringNext } = emittedClearing(world);
      return bringNext(next);
    };
    return { lie: () => bringBack(named), honest: again };
  }),
];
