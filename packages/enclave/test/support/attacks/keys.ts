/**
 * Keychains, and frames that are not the protocol's.
 * @module
 */
import { EnclaveExitCode, ecalls, encode, PROTOCOL_VERSION } from "@enclavenet/enclave-api";
import { decodeKeychain, keychainSchema } from "../../../src/keychain/keychain-record.ts";
import { bindRequest, birthOf } from "../chain.ts";
import { enclaveOf } from "../enclave-of.ts";
import { World } from "../world.ts";
import { type Attack, attack, statement } from "./attack.ts";

export const keys: readonly Attack[] = [
  attack(
    "new seeds over old ones",
    "KeychainConflict",
    statement(
      "packages/enclave/src/keychain/keychain.ts",
      'if (this.#keychain !== undefined) throw new EnclaveError("KeychainConflict", { check: "keychain exists" });',
    ),
    (world) => {
      const elsewhere = enclaveOf(world.createProgram("development", new Map()));
      const birth = birthOf(world.chain);
      return {
        lie: () => world.enclave.call("createKeychain", birth),
        honest: () => elsewhere.call("createKeychain", birth),
      };
    },
  ),
  attack(
    "a keychain taken to another genesis",
    "KeychainConflict",
    {
      file: "packages/enclave/src/keychain/keychain.ts",
      text: 'throw new EnclaveError("KeychainConflict", { check: "bound to another network" });',
      without: "",
    },
    (world) => {
      const request = bindRequest(birthOf(world.chain).validatorSet, false);
      const genesisHash = new Uint8Array(32).fill(9);
      return {
        lie: () => world.enclave.call("bindNetwork", { ...request, genesisHash }),
        honest: () => world.enclave.call("bindNetwork", request),
      };
    },
  ),
  {
    name: "a production keychain in the development bundle",
    status: "KeychainConflict",
    exit: EnclaveExitCode.sealingFailed,
    check: statement(
      "packages/enclave/src/keychain/keychain.ts",
      'if (networkClass !== this.#networkClass) throw new EnclaveError("KeychainConflict", { check: "network class" });',
    ),
    prepare: (create) => {
      const world = new World(create);
      const { storage } = world;
      const record = decodeKeychain(storage.load("keychain") as Uint8Array);
      const restartAs = (networkClass: string) => () => {
        storage.save("keychain", encode(keychainSchema, { ...record, networkClass }));
        return world.start().call("status", {});
      };
      return { lie: restartAs("production"), honest: restartAs("development") };
    },
  },
  attack(
    "a body with bytes behind it",
    "BadRequest",
    {
      file: "packages/enclave-api/src/codec.ts",
      text: 'if (this.remaining !== 0) throw new FrameError("trailing bytes after the last value");',
      without: "",
    },
    (world) => {
      const program = world.createProgram("development");
      const status = (...body: number[]) =>
        program.handle(ecalls.status.id, Uint8Array.from(body), () => new Uint8Array(0));
      return { lie: () => status(0), honest: () => status() };
    },
  ),
  attack(
    "another protocol version",
    "BadRequest",
    {
      file: "packages/enclave/src/enclave.ts",
      text: 'if (protocolVersion !== PROTOCOL_VERSION) throw new EnclaveError("BadRequest", { check: "protocol version" });',
      without: "",
    },
    (world) => ({
      lie: () => world.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION + 1 }),
      honest: () => world.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION }),
    }),
  ),
];
