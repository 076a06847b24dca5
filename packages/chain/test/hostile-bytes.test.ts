import { cosmosBank, cosmosTx, create, decode, encode } from "@enclavenet/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, testAccount } from "./support/accounts.ts";
import { TestNetwork } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const send = (amount = "1", from = a) =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: from.text,
    toAddress: b.text,
    amount: [{ denom: "uscrt", amount }],
  });

describe("hostile bytes", () => {
  const network = new TestNetwork();
  network.block();
  const honest = network.tx(a, [send()], { sequence: 0n });

  it("never throw out of CheckTx, simulation or queries", () => {
    const flipped = fc
      .tuple(fc.nat(honest.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => honest.map((byte, i) => (i === at ? byte ^ mask : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), flipped), (tx) => {
        expect(network.app.checkTx({ tx, recheck: false }).code).toBeGreaterThan(0);
        network.rawQuery("/app/simulate", tx);
        network.rawQuery("/cosmos.bank.v1beta1.Query/AllBalances", tx);
        network.rawQuery("/secret.compute.v1beta1.Query/QuerySecretContract", tx);
      }),
      { numRuns: 300 },
    );
  });

  it("do not let deep nesting through", () => {
    let nested: Uint8Array = new Uint8Array(0);
    for (let i = 0; i < 5_000; i++) {
      const length = nested.length + 2 + (nested.length > 127 ? 1 : 0) + (nested.length > 16_383 ? 1 : 0);
      nested = Uint8Array.of(0x12, ...varint(length), 0x12, ...varint(nested.length), ...nested);
      if (nested.length > 20_000) break;
    }
    const raw = decode(cosmosTx.TxRawSchema, honest);
    const authInfoBytes = Uint8Array.of(0x0a, ...varint(nested.length), ...nested);
    const tx = encode(cosmosTx.TxRawSchema, create(cosmosTx.TxRawSchema, { ...raw, authInfoBytes }));
    expect(network.app.checkTx({ tx, recheck: false })).toMatchObject({ code: 2 });
  });
});

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  return [...out, rest];
}
