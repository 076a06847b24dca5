/**
 * Accounts with several keys: addresses, signatures by bit, gas. Spec 02 §3.4, 04 §6.1.
 * @module
 */
import { execFileSync } from "node:child_process";
import { formatAddress } from "@enclavenet/chain";
import { toBase64 } from "@enclavenet/common";
import {
  type Any,
  aminoSignBytes,
  cosmosBank,
  cosmosCryptoMultisig,
  cosmosCryptoMultisigV1beta1,
  cosmosCryptoSecp256k1,
  cosmosTx,
  cosmosTxSigning,
  create,
  encode,
  encodeAny,
} from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { addressOfKey, unpackPublicKey } from "../src/modules/auth/public-key.ts";
import { CHAIN_ID, message, primitives, type TestAccount, testAccount } from "./support/accounts.ts";
import { shown, TestNetwork } from "./support/network.ts";

const members = [testAccount(1), testAccount(2), testAccount(3)];
const receiver = testAccount(4);
const [one, two, three] = members as [TestAccount, TestAccount, TestAccount];

/** The unmodified CosmJS, in a process of its own: it does not load under the test runner's export conditions. */
function addressByCosmjs(threshold: number): string {
  const script = `
    const { createMultisigThresholdPubkey, pubkeyToAddress } = require("@cosmjs/amino");
    const keys = process.argv.slice(2).map((value) => ({ type: "tendermint/PubKeySecp256k1", value }));
    const key = createMultisigThresholdPubkey(keys, Number(process.argv[1]), true);
    process.stdout.write(pubkeyToAddress(key, "secret"));`;
  const keys = members.map(({ publicKey }) => toBase64(publicKey));
  return execFileSync(process.execPath, ["-e", script, `${threshold}`, ...keys], { env: {} }).toString();
}

function packedKey(threshold: number, of: readonly TestAccount[] = members): Any {
  const publicKeys = of.map(({ publicKey }) =>
    encodeAny(cosmosCryptoSecp256k1.PubKeySchema, create(cosmosCryptoSecp256k1.PubKeySchema, { key: publicKey })),
  );
  const schema = cosmosCryptoMultisig.LegacyAminoPubKeySchema;
  return encodeAny(schema, create(schema, { threshold, publicKeys }));
}

interface MultisigOptions {
  readonly sender: string;
  readonly signers: readonly TestAccount[];
  /** Bits of the members, first member first; or the whole bit array. */
  readonly bits: number | { readonly extraBitsStored: number; readonly elems: Uint8Array };
  readonly key?: Any;
}

function multisigTx({ sender, signers, bits, key = packedKey(2) }: MultisigOptions): Uint8Array {
  const mode = cosmosTxSigning.SignMode.LEGACY_AMINO_JSON;
  const amount = [{ denom: "uscrt", amount: "1" }];
  const messages = [message(cosmosBank.MsgSendSchema, { fromAddress: sender, toAddress: receiver.text, amount })];
  const body = create(cosmosTx.TxBodySchema, { messages });
  const fee = create(cosmosTx.FeeSchema, { amount: [{ denom: "uscrt", amount: "100" }], gasLimit: 100_000n });
  const signBytes = aminoSignBytes(body, fee, { chainId: CHAIN_ID, accountNumber: 0n, sequence: 0n });
  const digest = primitives.sha256(signBytes);
  const signatures = signers.map(({ privateKey }) => primitives.secp256k1Sign(digest, privateKey) as Uint8Array);
  const multi = {
    bitarray: typeof bits === "number" ? { extraBitsStored: 3, elems: Uint8Array.of(bits << 5) } : bits,
    modeInfos: signers.map(() => ({ sum: { case: "single" as const, value: { mode } } })),
  };
  const authInfo = create(cosmosTx.AuthInfoSchema, {
    signerInfos: [{ publicKey: key, modeInfo: { sum: { case: "multi", value: multi } }, sequence: 0n }],
    fee,
  });
  const aggregate = cosmosCryptoMultisigV1beta1.MultiSignatureSchema;
  const raw = create(cosmosTx.TxRawSchema, {
    bodyBytes: encode(cosmosTx.TxBodySchema, body),
    authInfoBytes: encode(cosmosTx.AuthInfoSchema, authInfo),
    signatures: [encode(aggregate, create(aggregate, { signatures }))],
  });
  return encode(cosmosTx.TxRawSchema, raw);
}

describe("a key of two out of three", () => {
  const sender = addressByCosmjs(2);
  const account: TestAccount = { ...testAccount(9), text: sender };
  const deliver = (signers: readonly TestAccount[], bits: number) =>
    new TestNetwork({ accounts: [account] }).block([multisigTx({ sender, signers, bits })]).txResults[0]!;

  it.each([
    ["the first and the second", [one, two], 0b110],
    ["the first and the third", [one, three], 0b101],
    ["all", [one, two, three], 0b111],
  ])("accepts %s", (_name, signers, bits) => {
    const result = deliver(signers, bits);
    expect(result.log).toBe("");
    // One event per signature and one for the aggregate.
    expect(shown(result).filter((text) => text.startsWith("tx{signature"))).toHaveLength(signers.length + 1);
  });

  it("charges per signature that is there", () => {
    const difference = deliver([one, two, three], 0b111).gasUsed - deliver([one, two], 0b110).gasUsed;
    expect(difference).toBeGreaterThan(1_000n);
    expect(difference).toBeLessThan(2_000n);
  });

  it.each([
    ["one alone", [one], 0b100],
    ["signatures in the wrong places", [two, one], 0b110],
    ["more signatures than bits", [one, two, three], 0b110],
    ["fewer signatures than bits", [one, two], 0b111],
    ["a stranger's signature", [one, testAccount(50)], 0b110],
  ])("refuses %s", (_name, signers, bits) => {
    expect(deliver(signers, bits).code).not.toBe(0);
  });

  it("has another address with another threshold, so its transactions name another key", () => {
    const other = addressByCosmjs(3);
    expect(other).not.toBe(sender);
    const network = new TestNetwork({ accounts: [{ ...account, text: other }] });
    expect(network.block([multisigTx({ sender: other, signers: [one, two], bits: 0b110 })]).txResults[0]).toMatchObject(
      {
        code: 8,
        codespace: "sdk",
      },
    );
    expect(formatAddress(one.address)).toBe(one.text);
  });
});

describe("a key of any members", () => {
  const deliver = (key: Any, signers: readonly TestAccount[], bits: MultisigOptions["bits"]) => {
    const address = addressOfKey(primitives, unpackPublicKey(key));
    const account: TestAccount = { ...testAccount(9), address, text: formatAddress(address) };
    return new TestNetwork({ accounts: [account] }).block([multisigTx({ sender: account.text, signers, bits, key })])
      .txResults[0]!;
  };
  const unauthorized = { codespace: "sdk", code: 4 };

  it("needs at least one signature: a threshold of nobody is refused", () => {
    const nobody = { extraBitsStored: 2, elems: Uint8Array.of(0) };
    expect(deliver(packedKey(0, [one, two]), [], nobody)).toMatchObject(unauthorized);
    expect(deliver(packedKey(0, []), [], { extraBitsStored: 0, elems: new Uint8Array(0) })).toMatchObject(unauthorized);
    const first = { extraBitsStored: 2, elems: Uint8Array.of(0x80) };
    expect(deliver(packedKey(0, [one, two]), [one], first)).toMatchObject(unauthorized);
    expect(deliver(packedKey(1, [one, two]), [one], first)).toMatchObject({ code: 0 });
  });

  // Seven members is the most that genesis allows; how eight are counted shows in the answer.
  it("counts eight extra bits as a whole byte, and no more than eight", () => {
    const bits = (extraBitsStored: number) => ({ extraBitsStored, elems: Uint8Array.of(0x80) });
    for (const extra of [0, 8]) {
      expect(deliver(packedKey(1), [one], bits(extra))).toMatchObject({
        ...unauthorized,
        log: expect.stringContaining("bit array size is incorrect, expecting: 3") as string,
      });
    }
    expect(deliver(packedKey(1), [one], bits(3))).toMatchObject({ code: 0 });
    expect(deliver(packedKey(1), [one], bits(9))).toMatchObject({ codespace: "sdk", code: 2 });
  });

  it("pays for members only, however many bits there are", () => {
    const elems = new Uint8Array(4_096).fill(255);
    expect(deliver(packedKey(2), [one, two, three], { extraBitsStored: 0, elems })).toMatchObject({
      ...unauthorized,
      log: expect.stringContaining("bit array size is incorrect, expecting: 3") as string,
    });
  });
});
