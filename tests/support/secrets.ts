/**
 * What an enclave keeps in its sealed folder, read with the key that lies beside it: the needles of the canary.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deriveNetworkKeys, SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { decodeKeychain } from "../../packages/enclave/src/keychain/keychain-record.ts";
import { softwareSealing } from "../../packages/enclave/src/sealing/software-sealing.ts";
import { formsOf, type Needle } from "./memory-scan.ts";

export interface HomeSecrets {
  /** Seeds, every key derived from one of them, the key under which the node registered. */
  readonly keys: Needle[];
  /** A file of the home holds it, by what a software TEE is. */
  readonly sealingKey: Needle[];
  /** Names of the secrets, without their forms. */
  readonly names: string[];
}

/** The secrets of a home of the development enclave. */
export function secretsOf(home: string): HomeSecrets {
  const folder = join(home, "enclave");
  const primitives = createNodePrimitives();
  const sealed = softwareSealing(primitives, folder, "development").load("keychain");
  const { seeds, registration } = decodeKeychain(sealed ?? new Uint8Array(0));
  const network = deriveNetworkKeys(
    primitives,
    seeds.map((seed) => SecretBytes.from(seed)),
  );
  const keys: [string, Uint8Array][] = seeds.map((seed, i) => [`seed ${i}`, seed]);
  for (const [i, masterKeys] of network.bySeed.entries()) {
    for (const [name, key] of Object.entries(masterKeys)) keys.push([`${name} of seed ${i}`, key.expose()]);
  }
  if (registration !== undefined) keys.push(["registration key", registration.privateKey]);
  return {
    keys: keys.flatMap(([name, key]) => formsOf(name, Buffer.from(key), "key")),
    sealingKey: formsOf("sealing key", readFileSync(join(folder, "software-sealing.key")), "key"),
    names: keys.map(([name]) => name),
  };
}
