/**
 * Homes and versions: what the first program wrote goes on under this one, and what a later program wrote is refused with both
 * versions and a way out, without a byte of it changed.
 * @module
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { concatBytes, le32, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { softwareSealing } from "@enclavenet/enclave";
import { SEALED_FORMAT } from "@enclavenet/enclave-api";
import { LmdbBackend } from "@enclavenet/store";
import { beforeAll, describe, expect, it } from "vitest";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS, clientOf, execute, type Localnet, MNEMONICS } from "../support/localnet.ts";
import { OLD_CHAIN_ID, OLD_COUNTER, OLD_TIP, unpackOldHome } from "../support/old-home.ts";
import { runCommand } from "../support/processes.ts";

const { folder, TMPDIR, start } = lifecycle("formats");
const primitives = createNodePrimitives();
const migrated = join(folder, "migrated");

async function countOf({ ready }: Localnet): Promise<unknown> {
  const { address, codeHash } = OLD_COUNTER;
  const query = { contract_address: address, code_hash: codeHash, query: { get_count: {} } };
  return clientOf(ready, MNEMONICS.b).query.compute.queryContract(query);
}

async function rpc({ ready }: Localnet, path: string): Promise<unknown> {
  return (await fetch(`${ready.rpc}/${path}`)).json();
}

/** Content of all files below a home but LMDB's lock files, which every reader writes. */
function contentOf(home: string): Map<string, string> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== "lock.mdb",
  );
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
  return new Map(paths.map((path) => [path, readFileSync(path, "latin1")]));
}

describe("a home of the first program", () => {
  it("opens, is stamped, keeps its chain and its secrets, and goes on", async () => {
    unpackOldHome(migrated);
    expect(existsSync(join(migrated, "home.json"))).toBe(false);
    const net = await start(["--home", migrated, "--chain-id", OLD_CHAIN_ID, "--block-time", "manual"]);
    expect(JSON.parse(readFileSync(join(migrated, "home.json"), "utf8"))).toMatchObject({ format: 1 });
    expect(await rpc(net, "status")).toMatchObject({
      result: { sync_info: { latest_block_height: `${OLD_TIP.height}`, latest_app_hash: OLD_TIP.appHash } },
    });
    expect(await countOf(net)).toEqual({ count: 42 });
    expect(await net.stop()).toMatchObject({ code: 0 });

    const again = await start(["--home", migrated, "--chain-id", OLD_CHAIN_ID]);
    expect((await execute(clientOf(again.ready, MNEMONICS.a), OLD_COUNTER, { add: { n: 1 } })).code).toBe(0);
    expect(await countOf(again)).toEqual({ count: 43 });
    const { stderr } = await again.stop();
    expect(stderr).toBe("");
  });

  it("says that it was migrated, once", async () => {
    const home = join(folder, "told");
    unpackOldHome(home);
    const stderrOf = async () => (await (await start(["--home", home, "--chain-id", OLD_CHAIN_ID])).stop()).stderr;
    expect(await stderrOf()).toContain("the home was migrated");
    expect(await stderrOf()).toBe("");
  });
});

describe("the keychain of a home of the first program", () => {
  it("takes part in no rotation, and the command names the way out", async () => {
    const home = join(folder, "unrotated");
    unpackOldHome(home);
    const { code, stderr } = await runCommand(["rotate", "prepare", "--home", home, "--out", join(folder, "rotation")]);
    expect([code, existsSync(join(folder, "rotation"))]).toEqual([1, false]);
    expect(stderr).toContain("this enclave can draw no further seed");
    expect(stderr).toContain("register anew in a new home");
  });
});

describe("what a later program wrote", () => {
  const home = join(folder, "later");

  beforeAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  /** Changes a record of a database. */
  function edit(database: string, key: Uint8Array, change: (value: Uint8Array) => Uint8Array): void {
    const backend = new LmdbBackend({ path: join(home, "data", database) });
    const value = backend.get(key);
    if (value === undefined) throw new Error("no such record");
    backend.write({ puts: [{ key, value: change(value) }], deletes: [] });
    backend.close();
  }

  const withFirstByte = (byte: number) => (value: Uint8Array) => Uint8Array.of(byte, ...value.subarray(1));
  const sealing = () => softwareSealing(primitives, join(home, "enclave"), "development");

  const laterSeal = new RegExp(
    `sealed state has format ${SEALED_FORMAT + 1}, the enclave of this program reads formats up to ${SEALED_FORMAT}\\n {2}use the program that wrote it`,
  );

  it.each([
    [
      "layout of the home",
      () => writeFileSync(join(home, "home.json"), '{"format": 7, "written_by": "enclavenet 3.0.0"}'),
      /has format 7, written by enclavenet 3\.0\.0; enclavenet \S+ knows formats up to 1\n {2}use enclavenet 3\.0\.0 or a later/,
    ],
    [
      "state database",
      () => edit("state", utf8ToBytes("m"), withFirstByte(9)),
      /the database has format 9, this program reads 1\n {2}use the program that wrote it/,
    ],
    [
      "block database",
      () => edit("blocks", Uint8Array.of(1), withFirstByte(9)),
      /the block database has format 9, this program reads 1\n {2}use the program that wrote it/,
    ],
    [
      "state machine",
      () =>
        edit("state", utf8ToBytes("xchain/facts"), (value) =>
          utf8ToBytes(JSON.stringify({ ...JSON.parse(Buffer.from(value).toString()), stateMachine: 2 })),
        ),
      /made by version 2 of the state machine, this program is version 1\n {2}go on with the program that made it/,
    ],
    [
      "keychain",
      () => sealing().save("keychain", concatBytes(le32(SEALED_FORMAT + 1), utf8ToBytes("of another shape"))),
      laterSeal,
    ],
    [
      "progress of the enclave",
      () => {
        const journal = sealing().journal("progress");
        journal.load();
        journal.save(Uint8Array.of(SEALED_FORMAT + 1, 0, 0, 0, 0, 0, 0, 0x80, 1, 2, 3));
      },
      laterSeal,
    ],
  ])("is refused and left alone: %s", async (_what, change, text) => {
    cpSync(migrated, home, { recursive: true });
    change();
    const before = contentOf(home);
    const args = ["localnet", "--home", home, "--chain-id", OLD_CHAIN_ID, ...ANY_PORTS];
    const { code, stdout, stderr } = await runCommand(args, { TMPDIR });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(text);
    expect(contentOf(home)).toEqual(before);
    rmSync(home, { recursive: true });
  });
});
