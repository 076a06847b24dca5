/** Verdicts do not depend on the implementation of the primitives, whatever keys and signatures are. */
import { verifyQuote } from "@enclavenet/attestation";
import { noblePrimitives } from "@enclavenet/crypto/noble";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import fc from "fast-check";
import { expect, it } from "vitest";
import { forge } from "./support/forge.ts";
import { publicKey } from "./support/keys.ts";
import { honestPlan, NOW } from "./support/plan.ts";

const { quote, collateral } = forge(honestPlan());
const SIGNATURE = 436;
const KEY = SIGNATURE + 64;
const QE_SIGNATURE = KEY + 64 + 384;

const ORDER = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

function patched(at: number, part: Uint8Array): Uint8Array {
  const out = quote.slice();
  out.set(part, at);
  return out;
}

function bothVerdicts(changed: Uint8Array) {
  return [createNodePrimitives(), noblePrimitives].map((primitives) =>
    verifyQuote(changed, collateral, { time: NOW, trustedRoots: [publicKey("root")], primitives }),
  );
}

/** The same signature with n - s in place of s: as valid in X.509 and quotes. */
function otherHalf(at: number): Uint8Array {
  const s = BigInt(`0x${Buffer.from(quote.subarray(at + 32, at + 64)).toString("hex")}`);
  return bytes((BigInt(`0x${ORDER}`) - s).toString(16).padStart(64, "0"));
}

it.each<[string, Uint8Array, boolean]>([
  ["as it is", quote, true],
  ["with the other half of the quote's signature", patched(SIGNATURE + 32, otherHalf(SIGNATURE)), true],
  ["with the other half of the platform's signature", patched(QE_SIGNATURE + 32, otherHalf(QE_SIGNATURE)), true],
  ["with a signature of zeros", patched(SIGNATURE, new Uint8Array(64)), false],
  ["with r of the order", patched(SIGNATURE, bytes(ORDER)), false],
  ["with s of the order", patched(SIGNATURE + 32, bytes(ORDER)), false],
  ["with r and s of ones", patched(SIGNATURE, new Uint8Array(64).fill(0xff)), false],
  ["with a key of zeros", patched(KEY, new Uint8Array(64)), false],
  ["with a key that is not on the curve", patched(KEY, Uint8Array.of((quote[KEY] as number) ^ 1)), false],
  ["with a key beyond the field", patched(KEY, new Uint8Array(64).fill(0xff)), false],
])("a quote %s", (_, changed, valid) => {
  const [node, noble] = bothVerdicts(changed);
  expect(node).toEqual(noble);
  expect(node?.valid).toBe(valid);
});

it("any changed quote", () => {
  const property = fc.property(
    fc.integer({ min: 0, max: QE_SIGNATURE + 63 }),
    fc.integer({ min: 1, max: 255 }),
    (at, bits) => {
      const [node, noble] = bothVerdicts(patched(at, Uint8Array.of((quote[at] as number) ^ bits)));
      expect(node).toEqual(noble);
      expect(node?.valid).toBe(false);
    },
  );
  fc.assert(property, { seed: 20_261_127, numRuns: 60 });
});
