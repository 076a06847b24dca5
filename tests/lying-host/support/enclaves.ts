/**
 * Enclaves of bundles in their own processes, started as the node starts them, with the face of `createEnclave`: a scene that is
 * played before an enclave in this process is played before the shipped file in the same way.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "@enclavenet/attestation";
import { equalBytes, toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type createEnclave, type NetworkClass, type SealedStorage, softwareSealing } from "@enclavenet/enclave";
import { type EnclaveExit, type EnclaveProcess, spawnEnclave } from "@enclavenet/enclave-host";
import type { RemoteProgram } from "../../../packages/enclave/test/support/enclave-of.ts";
import type { MemoryStorage } from "../../../packages/enclave/test/support/memory-storage.ts";
import { MEASUREMENT } from "../../../packages/enclave/test/support/world.ts";
import { nextBundle, writeNextBundle } from "../../support/next-bundle.ts";
import { remoteProgram } from "./remote-program.ts";
import { endAfter } from "./time-limit.ts";

/** Bundle of each network class. */
export type BundlePaths = Readonly<Partial<Record<NetworkClass, string>>>;

/** Longest life of an enclave: one that hangs would otherwise hang the test, which waits for it without a clock. */
const LIFE_MS = 90_000;

export class Enclaves {
  readonly #bundles: BundlePaths;
  readonly #directory = mkdtempSync(join(tmpdir(), "enclavenet-liar-"));
  /** Folder of each set of sealed records. */
  readonly #folders = new Map<unknown, string>();
  readonly #running: { readonly process: EnclaveProcess; readonly folder: string }[] = [];

  constructor(bundles: BundlePaths) {
    this.#bundles = bundles;
  }

  /** Starts the bundle of the network class; records in memory stand for the sealing folder that it gets. */
  readonly create: typeof createEnclave = ({ storage, networkClass, measurement, predecessors }): RemoteProgram => {
    const folder = this.folderOf((storage as MemoryStorage).records);
    this.#closeAll(folder);
    const bundle = this.#bundle(networkClass, measurement, predecessors ?? []);
    const process = spawnEnclave({ bundle, sealingDirectory: folder });
    endAfter(LIFE_MS, process);
    this.#running.push({ process, folder });
    return remoteProgram(process, this.#storageOf(folder, networkClass));
  };

  /** Opened at each use: the enclave makes the key of its folder itself. */
  #storageOf(folder: string, networkClass: NetworkClass): SealedStorage {
    const sealing = () => softwareSealing(createNodePrimitives(), folder, networkClass);
    return {
      load: (name) => sealing().load(name),
      save: (name, plaintext) => sealing().save(name, plaintext),
      journal: (name) => sealing().journal(name),
    };
  }

  /** Where an enclave over these records seals. */
  folderOf(records: unknown): string {
    const known = this.#folders.get(records);
    if (known !== undefined) return known;
    const folder = join(this.#directory, `sealed-${this.#folders.size}`);
    this.#folders.set(records, folder);
    return folder;
  }

  /** Process of the enclave that was started last. */
  get pid(): number {
    return this.#running.at(-1)?.process.pid ?? 0;
  }

  /** How each of the enclaves that were started has ended, or ends now that its host is gone. */
  async stop(): Promise<readonly EnclaveExit[]> {
    for (const { process } of this.#running) process.close();
    const exits = await Promise.all(this.#running.map(({ process }) => process.exited));
    rmSync(this.#directory, { recursive: true, force: true });
    return exits;
  }

  #closeAll(folder: string): void {
    for (const one of this.#running) if (one.folder === folder) one.process.close();
  }

  /**
   * Another measurement than a scene's usual one stands for another program: the same one with a remark in it, and with the programs
   * before it, as whoever makes a release names them.
   */
  #bundle(networkClass: NetworkClass, measurement: Uint8Array, predecessors: readonly Program[]): string {
    const bundle = this.#bundles[networkClass];
    if (bundle === undefined) throw new Error(`no ${networkClass} bundle was built for this scene`);
    if (equalBytes(measurement, MEASUREMENT)) return bundle;
    const before = predecessors.map((one) => one.measurement);
    return writeNextBundle(this.#directory, nextBundle(bundle, before, toHex(measurement))).path;
  }
}
