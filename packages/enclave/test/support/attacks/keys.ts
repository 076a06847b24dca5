/**
 * Keychains, and frames that are not the protocol's.
 * @module
 */
import { ecalls, StateProofs } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { encodeValidatorSet } from "@enclavenet/wire";
import { birthOf, CHAIN_ID } from "../chain.ts";
import type { Attack } from "./attack.ts";
import { attack, statement } from "./attack.ts";

export const keys: readonly Attack[] = [
  attack(
    "new seeds over old ones",
    "KeychainConflict",
    statement(
      "packages/enclave/src/keychain/keychain.ts",
      'if (this.#keychain !== undefined) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });',
    ),
    (world) => () => world.enclave.call("createKeychain", birthOf(world.chain)),
  ),
  attack(
    "a keychain taken to another genesis",
    "KeychainConflict",
    {
      file: "packages/enclave/src/keychain/keychain.ts",
      text: 'throw new EnclaveError("KeychainConflict", { check: "bound to another network" });',
      without: "",
    },
    (world) => () =>
      world.enclave.call("bindNetwork", {
        chainId: CHAIN_ID,
        genesisHash: new Uint8Array(32).fill(9),
        initialHeight: 1n,
        validatorSet: encodeValidatorSet(world.chain.validators),
        stateProofs: StateProofs.off,
      }),
  ),
  attack(
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
  attack(
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
  attack(
    "another protocol version",
    "BadRequest",
    {
      file: "packages/enclave/src/enclave.ts",
      text: 'if (protocolVersion !== PROTOCOL_VERSION) throw new EnclaveError("BadRequest", { check: "protocol version" });',
      without: "",
    },
    (world) => () => world.enclave.call("hello", { protocolVersion: 999 }),
  ),
];
