import { createHash } from "node:crypto";
import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { createGenesis, DEFAULT_CONSENSUS_PARAMS, ed25519Signer, parseGenesis } from "../src/index.ts";
import { primitives } from "./support/primitives.ts";

const publicKey = ed25519Signer(primitives, new Uint8Array(32).fill(7)).publicKey;

const document = createGenesis({
  genesisTimeNs: 1_700_000_000_000_000_001n,
  chainId: "secretdev-1",
  initialHeight: 1n,
  consensusParams: DEFAULT_CONSENSUS_PARAMS,
  validators: [{ publicKey, power: 1000n, name: "v" }],
  appState: { bank: { supply: "9007199254740993" } },
});

type Json = Record<string, unknown>;

/** The document with one change. */
function changed(change: (json: Json) => void): Uint8Array {
  const json = JSON.parse(bytesToUtf8(document.bytes)) as Json;
  change(json);
  return utf8ToBytes(JSON.stringify(json));
}

function validatorOf(json: Json): Json {
  return (json.validators as Json[])[0] as Json;
}

describe("genesis document", () => {
  it("is read back as it was written, hashed over its exact bytes", () => {
    const again = parseGenesis(document.bytes);
    expect(again).toEqual(document);
    expect(again.hash).toEqual(new Uint8Array(createHash("sha256").update(document.bytes).digest()));
    expect(bytesToUtf8(again.appState)).toBe('{"bank":{"supply":"9007199254740993"}}');
    const spaced = parseGenesis(utf8ToBytes(`${bytesToUtf8(document.bytes)} `));
    expect(spaced.hash).not.toEqual(document.hash);
    expect(spaced.chainId).toBe(document.chainId);
  });

  it("fills in CometBFT's defaults", () => {
    const sparse = parseGenesis(
      changed((json) => {
        delete json.initial_height;
        delete json.consensus_params;
        json.validators = null;
      }),
    );
    expect(sparse.initialHeight).toBe(1n);
    expect(sparse.consensusParams).toEqual({ blockMaxBytes: 22_020_096n, blockMaxGas: -1n });
    expect(sparse.validators).toEqual([]);
  });

  const refusals: Record<string, (json: Json) => void> = {
    "an empty chain id": (json) => {
      json.chain_id = "";
    },
    "a chain id of 51 bytes": (json) => {
      json.chain_id = "x".repeat(51);
    },
    "a missing time": (json) => {
      delete json.genesis_time;
    },
    "a negative initial height": (json) => {
      json.initial_height = "-1";
    },
    "a number where a string is due": (json) => {
      json.initial_height = 1;
    },
    "a validator without power": (json) => {
      validatorOf(json).power = "0";
    },
    "an address of another key": (json) => {
      validatorOf(json).address = "00".repeat(20);
    },
    "a key of another type": (json) => {
      validatorOf(json).pub_key = { type: "tendermint/PubKeySecp256k1", value: "" };
    },
    "a validator twice": (json) => {
      json.validators = [validatorOf(json), validatorOf(json)];
    },
    "powers that overflow": (json) => {
      validatorOf(json).power = "9223372036854775807";
    },
    "a foreign app hash": (json) => {
      json.app_hash = "00";
    },
    "a block limit of zero": (json) => {
      json.consensus_params = { block: { max_bytes: "0", max_gas: "-1" } };
    },
  };

  it.each(Object.keys(refusals))("refuses %s", (name) => {
    const bytes = changed(refusals[name] as (json: Json) => void);
    expect(() => parseGenesis(bytes)).toThrowError(expect.objectContaining({ code: "GENESIS_INVALID" }));
  });

  it.each(["", "[]", "null", "{", "\u00ff"])("refuses %j", (text) => {
    expect(() => parseGenesis(utf8ToBytes(text))).toThrowError(expect.objectContaining({ code: "GENESIS_INVALID" }));
    expect(() => parseGenesis(Uint8Array.of(0xff))).toThrowError(expect.objectContaining({ code: "GENESIS_INVALID" }));
  });
});
