/**
 * The imports of both interfaces, each called by a probe on the engine. The engine's failures have kinds here, and the
 * support hands the bech32 decoder's kinds on: their texts are in tests/e2e/conformance-calls.test.ts.
 *
 * Expected values: spec 03 §1.4, §6.4; signatures from RFC 8032 §7.1 and from the well-known secp256k1 vector for the key 1.
 * @module
 */
import { encodeBech32 } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { address } from "./support/contract.ts";
import { attributesOf, base64, fromHex, importing, outcome, probe, run } from "./support/probe.ts";

const HASH = "ARp3VEHssUlDEwoW8AzdQYGKg90ENy8yWePKcjfjzao=";
const SECP_SIGNATURE = "/hZeEYHs9trj+Akeb+7p3UAtXjcDNYP9/D/hj/ALIUAG9bfrJltxkfpMz/9Jn5K3c5QjLuvaNT2jgr7P/AEW8A==";
const SECP_KEY = "A0ZGrlBHMWtCMNAIbIrOxofwCxzZ0dxjT2yzWKwKmo//";
const ED_KEY = "LO2+Bt+/FIjomSaPB+I++LXkxgxwfnrKHLyvCic72rA=";
const ED_SIGNATURE = "8O7nwhM71/B9srKwe8Ps39z5lAsLMMs6LxdvoPk0HXjEM97TNhKbdU6gEePT2MaaIUSiMEmoG28HIZMgMRTCDg==";
const ED_MESSAGE = base64("assaf was here");
/** The generator of secp256k1: the public key of the private key 1. */
const GENERATOR = fromHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
const KEY_ONE = fromHex(`${"00".repeat(31)}01`);
const SATOSHI = base64("Satoshi Nakamoto");
const SATOSHI_HASH = fromHex("a0dc65ffca799873cbea0ac274015b9526505daaaed385155425f7337704883e");
const SATOSHI_SIGNATURE = fromHex(
  "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
);
const RFC_SEED = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
const RFC_SIGNATURE = fromHex(
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
);

/** `data ‖ length` of each, as lists of bytes cross (spec 03 §1.2). */
function sections(...items: readonly string[]): string {
  const parts = items.map((item) => {
    const bytes = Buffer.from(item, "base64");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([bytes, length]);
  });
  return Buffer.concat(parts).toString("base64");
}

describe.each(["probe", "v010-probe"] as const)("%s: what both interfaces have", (name) => {
  const v1 = name === "probe";

  it("verifies secp256k1 signatures", () => {
    const contract = probe(name);
    const verify = (hash: string, signature: string, key: string) =>
      outcome(contract, "secp256k1_verify", [hash, signature, key]);
    expect(verify(HASH, SECP_SIGNATURE, SECP_KEY)).toBe("0");
    expect(verify(HASH.replace("zao=", "zas="), SECP_SIGNATURE, SECP_KEY)).toBe("1");
    expect(verify(base64("short"), SECP_SIGNATURE, SECP_KEY)).toBe("3");
    expect(verify(HASH, base64("short"), SECP_KEY)).toBe("4");
    expect(verify(HASH, SECP_SIGNATURE, base64("short"))).toBe("5");
  });

  it("signs with secp256k1 and recovers the key", () => {
    const contract = probe(name);
    expect(outcome(contract, "secp256k1_sign", [SATOSHI, KEY_ONE])).toBe(SATOSHI_SIGNATURE);
    expect(outcome(contract, "secp256k1_sign", [SATOSHI, base64("short")])).toBe("error 1000");
    const recovered = ["0", "1"].map((parameter) =>
      outcome(contract, "secp256k1_recover_pubkey", [SATOSHI_HASH, SATOSHI_SIGNATURE], parameter),
    );
    expect(recovered).toContain(GENERATOR);
    expect(outcome(contract, "secp256k1_recover_pubkey", [SATOSHI_HASH, SATOSHI_SIGNATURE], "9")).toBe("error 10");
  });

  it("verifies and signs with ed25519", () => {
    const contract = probe(name);
    const verify = (message: string, signature: string, key: string) =>
      outcome(contract, "ed25519_verify", [message, signature, key]);
    expect(verify(ED_MESSAGE, ED_SIGNATURE, ED_KEY)).toBe("0");
    expect(verify(base64("assaf was there"), ED_SIGNATURE, ED_KEY)).toBe("1");
    expect(verify(ED_MESSAGE, base64("short"), ED_KEY)).toBe("4");
    expect(verify(ED_MESSAGE, ED_SIGNATURE, base64("short"))).toBe("5");
    expect(outcome(contract, "ed25519_sign", ["", RFC_SEED])).toBe(RFC_SIGNATURE);
    expect(outcome(contract, "ed25519_sign", ["", base64("short")])).toBe("error 1000");
  });

  it("verifies batches of ed25519 signatures", () => {
    const contract = probe(name);
    const verify = (messages: string, signatures: string, keys: string) =>
      outcome(contract, "ed25519_batch_verify", [messages, signatures, keys]);
    const [two, keys] = [sections(ED_SIGNATURE, ED_SIGNATURE), sections(ED_KEY, ED_KEY)];
    expect(verify(sections(ED_MESSAGE, ED_MESSAGE), two, keys)).toBe("0");
    expect(verify(sections(ED_MESSAGE), two, keys)).toBe("0");
    expect(verify(sections(ED_MESSAGE, ED_MESSAGE), two, sections(ED_KEY))).toBe("0");
    expect(verify(sections(ED_MESSAGE, base64("x")), two, keys)).toBe("1");
    expect(verify(sections(ED_MESSAGE, ED_MESSAGE, ED_MESSAGE), two, keys)).toBe("7");
    expect(verify("", "", "")).toBe("0");
  });

  it("reads and writes any key, also an empty value", () => {
    const contract = probe(name);
    expect(outcome(contract, "db_read", [base64("nothing")])).toBe("none");
    expect(outcome(contract, "db_write", [base64("empty"), ""])).toBe("none");
    expect(outcome(contract, "db_read", [base64("empty")])).toBe("");
    expect(outcome(contract, "db_remove", [base64("empty")])).toBe("none");
    expect(outcome(contract, "db_read", [base64("empty")])).toBe("none");
  });

  const nullPointers = [
    ["db_read", [null]],
    ["db_write", [null, ""]],
    ["db_write", ["", null]],
    ["db_remove", [null]],
    ["query_chain", [null]],
    ["secp256k1_verify", [null, "", ""]],
    ["secp256k1_sign", [null, ""]],
    ["ed25519_verify", ["", "", null]],
    ["ed25519_sign", ["", null]],
    ...(v1
      ? (["addr_canonicalize", "addr_humanize"] as const)
      : (["canonicalize_address", "humanize_address"] as const)
    ).map((each) => [each, [null]] as const),
    ...(v1 ? ([["addr_validate", [null]]] as const) : []),
  ] as const;

  it.each(nullPointers)("gives %s a null pointer: MemoryReadError (%j)", (each, args) => {
    const { error } = probe(name).attempt(run(importing(each, args)));
    expect(error?.kind).toBe("MemoryReadError");
  });
});

describe("probe: what only the newer interface has", () => {
  it("checks, reads and shows addresses", () => {
    const contract = probe("probe");
    const bytes = Buffer.alloc(20, 4).toString("base64");
    expect(outcome(contract, "addr_validate", [base64(address(4))])).toBe("0");
    expect(outcome(contract, "addr_canonicalize", [base64(address(4))])).toBe(bytes);
    expect(outcome(contract, "addr_humanize", [bytes])).toBe(base64(address(4)));
    expect(outcome(contract, "addr_validate", [""])).toBe("refused: Input is empty");
    expect(outcome(contract, "addr_validate", [base64(address(4).toUpperCase())])).toBe(
      "refused: Address is not normalized",
    );
    expect(outcome(contract, "addr_canonicalize", [""])).toBe("refused: Input is empty");
    expect(outcome(contract, "addr_canonicalize", [fromHex("ff")])).toBe("refused: input is not valid UTF-8");
    expect(outcome(contract, "addr_canonicalize", [base64("secret1")])).toBe("refused: length");
    const { error } = contract.attempt(run(importing("addr_canonicalize", [base64(address(4)), base64("small")])));
    expect(error?.kind).toBe("MemoryReadError");
  });

  it("burns gas, looks at it, writes a debug text", () => {
    const contract = probe("probe");
    expect(outcome(contract, "debug", [base64("hello")])).toBe("none");
    expect(outcome(contract, "gas_evaporate", [], "1000")).toBe("0");
    const twice = contract.execute(
      run(importing("check_gas", []), importing("gas_evaporate", [], "1000"), importing("check_gas", [])),
    );
    const [before, , after] = attributesOf(twice).map(({ value }) => Number(value));
    // 1000 evaporated, 8.192 for the second look, and the steps between.
    expect(Number(after) - Number(before)).toBeGreaterThanOrEqual(1008);
    expect(Number(after) - Number(before)).toBeLessThan(1100);
  });
});

describe("v010-probe: what only the older interface has", () => {
  it("reads and shows addresses", () => {
    const contract = probe("v010-probe");
    const bytes = Buffer.alloc(20, 4).toString("base64");
    expect(outcome(contract, "canonicalize_address", [base64(` ${address(4)} `)])).toBe(bytes);
    expect(outcome(contract, "humanize_address", [bytes])).toBe(base64(address(4)));
    expect(outcome(contract, "canonicalize_address", [base64("  ")])).toBe("refused: input is empty");
    expect(outcome(contract, "canonicalize_address", [base64("secret1")])).toBe("refused: length");
    const foreign = encodeBech32("cosmos", new Uint8Array(20).fill(4));
    expect(outcome(contract, "canonicalize_address", [base64(foreign)])).toBe(
      'refused: wrong address prefix: "cosmos"',
    );
  });
});
