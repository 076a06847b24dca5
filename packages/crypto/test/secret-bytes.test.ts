/**
 * Secrets cannot be printed, serialised, aliased or used after wiping.
 * @module
 */
import { format, inspect } from "node:util";
import { CRYPTO_USAGE, constantTimeEqual, deriveNetworkKeys, SecretBytes, StateCipher } from "@enclavenet/crypto";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";

const BYTES = Uint8Array.from({ length: 32 }, (_, i) => 200 + (i % 50));
/** Spellings in which the first bytes would show up. */
const LEAKS = ["c8c9ca", "C8C9CA", "200,201", "200, 201", "yMnK", '"0":200', "c8 c9 ca"];

function expectRedacted(text: string): void {
  for (const leak of LEAKS) expect(text).not.toContain(leak);
}

describe("SecretBytes", () => {
  it("is redacted in the inspector, JSON, strings and structured clones", () => {
    const secret = SecretBytes.from(BYTES);
    const holder = { nested: [{ secret }], map: new Map([["key", secret]]) };
    const texts = [
      inspect(secret),
      inspect(secret, { showHidden: true, depth: 10 }),
      inspect(holder, { showHidden: true, depth: 10, customInspect: false }),
      inspect(secret, { customInspect: false, showHidden: true }),
      format("%s %o %O %j", secret, secret, secret, secret),
      JSON.stringify(holder),
      String(secret),
      `${secret}`,
      JSON.stringify(Object.entries(secret)),
      JSON.stringify(structuredClone({ ...secret })),
    ];
    for (const text of texts) expectRedacted(text);
    expect(inspect({ secret })).toContain("[secret of 32 bytes]");
    // Positive control: the list of spellings does find the bytes.
    expect(LEAKS.some((leak) => inspect(BYTES).includes(leak))).toBe(true);
  });

  it.each(doors)("stays redacted inside derived objects on $name", (primitives) => {
    const keys = deriveNetworkKeys(primitives, [SecretBytes.from(BYTES), SecretBytes.from(BYTES)]);
    const cipher = new StateCipher(primitives, keys.stateIkms, new Uint8Array(64));
    const text = inspect({ keys, cipher }, { depth: 10, showHidden: true });
    expect(text).toContain("[secret of 32 bytes]");
    expectRedacted(text);
    expectRedacted(JSON.stringify({ keys, cipher }));
    const hex = Buffer.from(keys.last.callbackSecret.expose()).toString("hex");
    expect(text).not.toContain(hex.slice(0, 8));
  });

  it("copies with from, takes over with take", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const copied = SecretBytes.from(bytes);
    const taken = SecretBytes.take(bytes);
    bytes[0] = 9;
    expect(copied.expose()[0]).toBe(1);
    expect(taken.expose()[0]).toBe(9);
  });

  it("compares by content", () => {
    const a = SecretBytes.from(BYTES);
    expect(a.equals(SecretBytes.from(BYTES))).toBe(true);
    expect(a.equals(SecretBytes.from(BYTES.with(31, 0)))).toBe(false);
    expect(a.equals(SecretBytes.from(BYTES.subarray(1)))).toBe(false);
    expect(constantTimeEqual(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it("zeroes on wipe and refuses use afterwards", () => {
    const bytes = BYTES.slice();
    const secret = SecretBytes.take(bytes);
    secret.wipe();
    secret.wipe();
    expect(bytes).toEqual(new Uint8Array(32));
    expect(secret.wiped).toBe(true);
    expect(secret.length).toBe(32);
    expect(() => secret.expose()).toThrow(expect.objectContaining({ code: CRYPTO_USAGE }));
  });
});
