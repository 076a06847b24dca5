/** Legacy amino's transactions against what go-amino 0.16 and SDK 0.50.11 make of the same inputs (`tests/vectors`). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fromHex, LocalError, toHex } from "@enclavenet/common";
import { LegacyAmino } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";

// The library of addresses that secretjs itself depends on.
const fromSecretjs = createRequire(createRequire(import.meta.url).resolve("secretjs"));
const bech32 = fromSecretjs("bech32") as {
  encode(prefix: string, words: readonly number[]): string;
  decode(text: string): { readonly prefix: string; readonly words: readonly number[] };
  toWords(bytes: Uint8Array): number[];
  fromWords(words: readonly number[]): number[];
};

/** What upstream answered: an input as JSON or binary, and the other forms, or that it refuses. */
interface Vector {
  readonly name: string;
  readonly input?: string;
  readonly binary?: string;
  readonly json?: string;
  readonly error?: string;
}

const sha256 = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());
const addresses = {
  toText: (bytes: Uint8Array) => (bytes.length === 0 ? "" : bech32.encode("secret", bech32.toWords(bytes))),
  fromText(text: string): Uint8Array {
    if (!text.startsWith("secret1")) throw new LocalError("ADDRESS", "not an address");
    const decoded = bech32.decode(text);
    return Uint8Array.from(bech32.fromWords(decoded.words));
  },
};
const amino = new LegacyAmino({ addresses, sha256 });
const path = new URL("../../../tests/vectors/legacy-amino.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8")) as readonly Vector[];

function convert({ input, binary = "" }: Vector): { binary: string; json: string } {
  const bytes = input === undefined ? fromHex(binary) : amino.txToBinary(input);
  return { binary: toHex(bytes), json: amino.txToJson(bytes) };
}

describe("transactions of legacy amino", () => {
  it("has vectors with known fields only", () => {
    const known = new Set(["name", "input", "binary", "json", "error"]);
    expect(vectors.flatMap(Object.keys).filter((key) => !known.has(key))).toEqual([]);
    expect(vectors.length).toBeGreaterThan(30);
  });

  it.each(vectors.filter(({ error }) => error === undefined))("are upstream's: $name", (vector) => {
    expect(convert(vector)).toEqual({ binary: vector.binary, json: vector.json });
  });

  it.each(vectors.filter(({ error }) => error !== undefined))("are refused where upstream refuses: $name", (vector) => {
    let code: string | undefined;
    try {
      convert(vector);
    } catch (error) {
      code = error instanceof LocalError ? error.code : String(error);
    }
    expect(code).toMatch(/^(PROTO_(AMINO|DECODE|NUMBER)|ADDRESS)$/);
  });

  it("may hold many elements and nest no deeper than the bound", () => {
    const many = new Uint8Array(4 + 2 * 200_000);
    many.set(fromHex("282816a9"));
    for (let at = 4; at < many.length; at += 2) many[at] = 0x1a;
    expect(JSON.parse(amino.txToJson(many)).value.signatures).toHaveLength(200_000);
    let key: object = { type: "tendermint/PubKeyEd25519", value: "AA==" };
    for (let i = 0; i < 40; i++) key = { type: "tendermint/PubKeyMultisigThreshold", value: { pubkeys: [key] } };
    const deep = { type: "cosmos-sdk/StdTx", value: { signatures: [{ pub_key: key }] } };
    expect(() => amino.txToBinary(JSON.stringify(deep))).toThrow(expect.objectContaining({ code: "PROTO_TOO_DEEP" }));
  });
});
