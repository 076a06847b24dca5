/** What this room reads of its command line and of its home, for its property test and for the long fuzz run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Decoder, errorCode, sameMeaning, textDecoder, textSeeds } from "../../../../tests/support/decoder.ts";
import { quoteBytes } from "../../src/cli/input-files.ts";
import {
  parseBlockTime,
  parseChainId,
  parseDirectory,
  parsePort,
  parseSources,
  parseUnixTime,
} from "../../src/cli/parse.ts";
import { checkDatabases } from "../../src/home/databases.ts";
import { takeLock } from "../../src/home/lock.ts";

const USAGE = ["commander.invalidArgument"];

/** Gives `use` a folder that is gone afterwards. */
function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-home-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two empty pages as LMDB begins them. */
const DATABASE = new Uint8Array(8192);
DATABASE.set([0xde, 0xc0, 0xef, 0xbe], 16);

export const decoders: readonly Decoder[] = [
  textDecoder("node: port", ["0", "26657", "65535"], USAGE, (text) => {
    sameMeaning("port", parsePort(text) <= 65_535, true);
  }),
  textDecoder("node: block time", ["auto", "manual", "200ms", "5s"], USAGE, (text) => void parseBlockTime(text)),
  textDecoder("node: chain id", ["secretdev-1"], USAGE, (text) => {
    sameMeaning("chain id", join("home", parseChainId(text)), `home/${text}`);
  }),
  textDecoder("node: directory", ["/tmp", "home"], USAGE, (text) => void parseDirectory(text)),
  textDecoder("node: sources", ["http://127.0.0.1:26657", "https://a.test/,http://[::1]:1"], USAGE, (text) => {
    const sources = parseSources(text);
    sameMeaning("sources", parseSources(sources.join(",")), sources);
  }),
  textDecoder("node: Unix time", ["0", "1750377600"], USAGE, (text) => void parseUnixTime(text)),
  {
    name: "node: file of a quote",
    seeds: textSeeds("0x0300", "0400\n", "\u0003\u0000"),
    refusals: [],
    attempt: (bytes) => void quoteBytes(bytes),
  },
  {
    // Whatever a node that died has left there, the next one takes the lock, and only one.
    name: "node: lock of a home",
    seeds: textSeeds("999999999 1\n", "", `${process.pid} 1\n`),
    refusals: [],
    attempt(bytes) {
      inFolder((folder) => {
        const path = join(folder, "node.lock");
        writeFileSync(path, bytes);
        const release = takeLock(path);
        let second: unknown;
        try {
          takeLock(path);
        } catch (error) {
          second = error;
        }
        release();
        sameMeaning("second lock", errorCode(second), "NODE_HOME_LOCKED");
      });
    },
  },
  {
    name: "node: database file of a home",
    seeds: fc.constantFrom(DATABASE, new Uint8Array(0)),
    refusals: ["DATABASE_DAMAGED"],
    attempt(bytes) {
      inFolder((folder) => {
        const databases = { state: join(folder, "state"), blocks: join(folder, "blocks") };
        for (const path of Object.values(databases)) {
          mkdirSync(path);
          writeFileSync(join(path, "data.mdb"), bytes);
        }
        checkDatabases(databases);
      });
    },
  },
];
