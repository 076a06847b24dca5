import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ed25519Signer,
  FileSignStateStorage,
  MemorySignStateStorage,
  PrivateValidator,
  parseSignState,
  parseValidatorKey,
  type SignState,
  validatorKeyJson,
} from "../src/index.ts";
import { primitives } from "./support/primitives.ts";

/** sha256("it's a secret"): the upstream test key (spec 05 §3.13). */
const SEED = new Uint8Array(createHash("sha256").update("it's a secret").digest());

function thrown(code: string): unknown {
  return expect.objectContaining({ code });
}

describe("validator key file", () => {
  const text = validatorKeyJson(primitives, SEED);

  it("is the upstream test vector's key", () => {
    const { address, pub_key } = JSON.parse(text) as { address: string; pub_key: { value: string } };
    expect(address).toBe("DC52D5CF8DFD1793D71038B342A29B01AD8A5D63");
    expect(toHex(fromBase64(pub_key.value))).toBe("556a436f1218d30942efe798420f51dc9b6a311b929c578257457d05c5fcf230");
  });

  it("round-trips in amino-JSON", () => {
    const signer = parseValidatorKey(primitives, text);
    expect(signer.publicKey).toEqual(ed25519Signer(primitives, SEED).publicKey);
    const json = JSON.parse(text) as { priv_key: { type: string; value: string } };
    expect(json.priv_key.type).toBe("tendermint/PrivKeyEd25519");
    expect(fromBase64(json.priv_key.value)).toHaveLength(64);
  });

  it.each([
    [
      "another public key",
      text.replace(/"PubKeyEd25519",/, "").replace(/("pub_key": \{[^}]*"value": )"[^"]*"/, `$1"${"A".repeat(43)}="`),
    ],
    ["another address", text.replace(/"address": "[^"]*"/, `"address": "${"00".repeat(20)}"`)],
    ["no JSON", "{"],
  ])("refuses %s", (_name, bad) => {
    expect(() => parseValidatorKey(primitives, bad)).toThrowError(thrown("PRIVVAL_KEY") as Error);
  });
});

describe("private validator", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "privval-"));
    path = join(folder, "priv_validator_state.json");
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const open = () => PrivateValidator.open(ed25519Signer(primitives, SEED), new FileSignStateStorage(path));

  it("has the record on disk, for its owner only, before the signature is out", async () => {
    const validator = await open();
    const bytes = utf8ToBytes("vote 5");
    const signature = await validator.signPrecommit(5n, 0, bytes);
    const state = parseSignState(await readFile(path, "utf8"));
    expect(state).toEqual({ height: 5n, round: 0, step: 3, signature, signBytes: bytes });
    if (process.platform !== "win32") expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it("releases no signature when the record cannot be written", async () => {
    class BrokenStorage extends MemorySignStateStorage {
      override async save(_state: SignState): Promise<void> {
        throw new Error("disk full");
      }
    }
    const validator = await PrivateValidator.open(ed25519Signer(primitives, SEED), new BrokenStorage());
    await expect(validator.signPrecommit(1n, 0, utf8ToBytes("a"))).rejects.toThrow("disk full");
    expect(validator.lastHeight).toBe(0n);
  });

  it("never signs two things at one step, nor an earlier one, also after a restart", async () => {
    const first = await open();
    const signature = await first.signPrecommit(5n, 1, utf8ToBytes("a"));
    for (const validator of [first, await open()]) {
      expect(await validator.signPrecommit(5n, 1, utf8ToBytes("a"))).toEqual(signature);
      await expect(validator.signPrecommit(5n, 1, utf8ToBytes("b"))).rejects.toThrowError(
        thrown("PRIVVAL_CONFLICT") as Error,
      );
      await expect(validator.signPrecommit(5n, 0, utf8ToBytes("a"))).rejects.toThrowError(
        thrown("PRIVVAL_REGRESSION") as Error,
      );
      await expect(validator.signPrecommit(4n, 9, utf8ToBytes("a"))).rejects.toThrowError(
        thrown("PRIVVAL_REGRESSION") as Error,
      );
      expect(validator.nextRound(5n)).toBe(2);
      expect(validator.nextRound(6n)).toBe(0);
    }
    expect(toHex(await first.signPrecommit(6n, 0, utf8ToBytes("c")))).toHaveLength(128);
  });

  it.each(['{"height":"x"}', '{"height":"1","round":-1,"step":3}', '{"height":"1","round":0,"step":4}', "[]"])(
    "refuses a damaged state file %j",
    async (text) => {
      await writeFile(path, text);
      await expect(open()).rejects.toThrowError(thrown("PRIVVAL_STATE") as Error);
    },
  );
});
