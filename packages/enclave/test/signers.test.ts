/**
 * Who signed a message, as the enclave checks it again: the three modes of a single key, and multisig accounts. Spec 02 §3.4.
 */
import { utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  type AccountPublicKey,
  type Any,
  aminoPublicKeyBytes,
  aminoSignBytes,
  type CompactBitArray,
  decodeAuthInfo,
  decodeTxBody,
  eip191SignBytes,
  encodeAuthInfo,
  encodeLegacyAminoPubKey,
  encodeMultiSignature,
  encodeSecp256k1PubKey,
  encodeTxBody,
  encodeTxRaw,
  type ModeInfo,
} from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { CHAIN_ID, executeMsg } from "./support/chain.ts";
import { World } from "./support/world.ts";

const primitives = createNodePrimitives();
const world = new World(createEnclave);
const contract = world.instantiate(1);
const AMINO = 127;
const EIP191 = 191;
const ACCOUNT = 5n;

interface Member {
  readonly secret: SecretBytes;
  readonly any: Any;
  readonly key: AccountPublicKey;
}

function member(name: string): Member {
  const secret = SecretBytes.take(primitives.sha256(utf8ToBytes(`member ${name}`)));
  const key = primitives.secp256k1PublicKey(secret) as Uint8Array;
  const value = encodeSecp256k1PubKey({ key });
  return { secret, any: { typeUrl: "/cosmos.crypto.secp256k1.PubKey", value }, key: { kind: "secp256k1", key } };
}

function group(threshold: number, members: readonly { readonly any: Any; readonly key: AccountPublicKey }[]) {
  const value = encodeLegacyAminoPubKey({ threshold, publicKeys: members.map(({ any }) => any) });
  const key: AccountPublicKey = { kind: "multisig", threshold, members: members.map((one) => one.key) };
  return { any: { typeUrl: "/cosmos.crypto.multisig.LegacyAminoPubKey", value }, key };
}

const single = (mode: number): ModeInfo => ({ single: { mode }, multi: undefined });
const bitsOf = (bits: readonly boolean[]): CompactBitArray => ({
  extraBitsStored: bits.length % 8,
  elems: Uint8Array.of(bits.reduce((byte, bit, i) => byte | (bit ? 128 >> i : 0), 0)),
});
const multi = (bits: readonly boolean[], modes: readonly ModeInfo[]): ModeInfo => ({
  single: undefined,
  multi: { bitarray: bitsOf(bits), modeInfos: modes },
});

interface Signing {
  readonly address: Uint8Array;
  readonly any: Any;
  readonly mode: ModeInfo;
  readonly sign: (documents: { readonly amino: Uint8Array; readonly eip191: Uint8Array }) => Uint8Array;
  /** Memo that is sent, when it is not the signed one. */
  readonly memo?: string;
}

const raw = (secret: SecretBytes, digest: Uint8Array) => primitives.secp256k1Sign(digest, secret) as Uint8Array;
const signAmino =
  ({ secret }: Member) =>
  (document: Uint8Array) =>
    raw(secret, primitives.sha256(document));

function execute({ address, any, mode, sign, memo = "" }: Signing): () => unknown {
  const msg = world.encrypt(world.bob, { add: { n: 1 } });
  const bodyOf = (text: string) =>
    encodeTxBody({
      messages: [executeMsg({ sender: address, contract: contract.address, msg })],
      memo: text,
      timeoutHeight: 0n,
      extensionOptions: [],
      nonCriticalExtensionOptions: [],
    });
  const authInfoBytes = encodeAuthInfo({
    signerInfos: [{ publicKey: any, modeInfo: mode, sequence: 0n }],
    fee: { amount: [], gasLimit: 10_000_000n, payer: "", granter: "" },
    tip: undefined,
  });
  const parts = {
    body: decodeTxBody(bodyOf("")),
    authInfo: decodeAuthInfo(authInfoBytes),
    chainId: CHAIN_ID,
    accountNumber: ACCOUNT,
    sequence: 0n,
  };
  const signature = sign({ amino: aminoSignBytes(parts), eip191: eip191SignBytes(parts) });
  world.begin([encodeTxRaw({ bodyBytes: bodyOf(memo), authInfoBytes, signatures: [signature] })]);
  return () => {
    try {
      const { result } = world.run(contract);
      world.host.apply(contract.address, result.writes);
      return result.error;
    } finally {
      world.end();
    }
  };
}

const refused = expect.objectContaining({ status: "FailedTxVerification" }) as Error;
const [one, two, three] = [member("one"), member("two"), member("three")];
const single1 = primitives.ripemd160(primitives.sha256((one.key as { key: Uint8Array }).key));
const ofThree = group(2, [one, two, three]);
const addressOf = (key: AccountPublicKey) => primitives.sha256(aminoPublicKeyBytes(key)).subarray(0, 20);

describe("a single key", () => {
  const eip191: Signing = {
    address: single1,
    any: one.any,
    mode: single(EIP191),
    sign: (documents) => raw(one.secret, primitives.keccak256(documents.eip191)),
  };
  const amino: Signing = { ...eip191, mode: single(AMINO), sign: ({ amino: document }) => signAmino(one)(document) };

  it("signs in amino JSON and, with Keccak, as wallets of Ethereum do", () => {
    expect(execute(amino)()).toBeUndefined();
    expect(execute(eip191)()).toBeUndefined();
  });

  it.each([
    ["another memo", { ...eip191, memo: "x" }],
    ["another key", { ...eip191, sign: ({ eip191: text }) => raw(two.secret, primitives.keccak256(text)) }],
    ["another digest", { ...eip191, sign: ({ eip191: text }) => raw(one.secret, primitives.sha256(text)) }],
    ["the mode of another signature", { ...amino, mode: single(EIP191) }],
    ["a mode that nobody knows", { ...amino, mode: single(2) }],
    ["a multisignature", { ...amino, mode: multi([true], [single(AMINO)]) }],
    ["another account", { ...amino, address: addressOf(ofThree.key) }],
  ] as [string, Signing][])("is refused with %s", (_name, signing) => {
    expect(execute(signing)).toThrowError(refused);
  });
});

describe("a multisig account", () => {
  const signatures = (...members: Member[]) => {
    return ({ amino }: { readonly amino: Uint8Array }) =>
      encodeMultiSignature({ signatures: members.map((who) => signAmino(who)(amino)) });
  };
  const two3: Signing = {
    address: addressOf(ofThree.key),
    any: ofThree.any,
    mode: multi([true, false, true], [single(AMINO), single(AMINO)]),
    sign: signatures(one, three),
  };

  it("signs with as many members as its threshold asks, and with more", () => {
    expect(execute(two3)()).toBeUndefined();
    const all = multi([true, true, true], [single(AMINO), single(AMINO), single(AMINO)]);
    expect(execute({ ...two3, mode: all, sign: signatures(one, two, three) })()).toBeUndefined();
  });

  it("may have members that are multisig accounts", () => {
    const inner = group(1, [one, two]);
    const outer = group(2, [inner, three]);
    const mode = multi([true, true], [multi([false, true], [single(AMINO)]), single(AMINO)]);
    const sign: Signing["sign"] = ({ amino }) =>
      encodeMultiSignature({
        signatures: [encodeMultiSignature({ signatures: [signAmino(two)(amino)] }), signAmino(three)(amino)],
      });
    expect(execute({ address: addressOf(outer.key), any: outer.any, mode, sign })()).toBeUndefined();
  });

  it.each([
    ["fewer members than its threshold", { mode: multi([true, false, false], [single(AMINO)]), sign: signatures(one) }],
    ["the same member twice", { sign: signatures(one, one) }],
    ["the members in another order", { sign: signatures(three, one) }],
    ["somebody who is no member", { sign: signatures(one, member("stranger")) }],
    ["a member's signature missing", { sign: signatures(one) }],
    ["more signatures than bits", { sign: signatures(one, three, two) }],
    ["too few bits", { mode: multi([true, true], [single(AMINO), single(AMINO)]), sign: signatures(one, two) }],
    [
      "a member in another mode",
      {
        mode: multi([true, false, true], [single(AMINO), single(EIP191)]),
        sign: ({ amino, eip191 }) =>
          encodeMultiSignature({
            signatures: [signAmino(one)(amino), raw(three.secret, primitives.keccak256(eip191))],
          }),
      },
    ],
    ["another memo", { memo: "x" }],
    ["bytes that are no multisignature", { sign: () => Uint8Array.of(255, 255) }],
    ["a single signature", { mode: single(AMINO), sign: ({ amino }) => signAmino(one)(amino) }],
    ["another account", { address: single1 }],
  ] as [string, Partial<Signing>][])("is refused with %s", (_name, changes) => {
    expect(execute({ ...two3, ...changes })).toThrowError(refused);
  });

  it("may count a whole byte as eight extra bits", () => {
    const eight = ["1", "2", "3", "4", "5", "6", "7", "8"].map(member);
    const all = group(2, eight);
    const set = [true, false, false, false, false, false, false, true];
    const mode = multi(set, [single(AMINO), single(AMINO)]);
    const bits = { extraBitsStored: 8, elems: Uint8Array.of(0x81) };
    const sign = signatures(eight[0] as Member, eight[7] as Member);
    const signing = { address: addressOf(all.key), any: all.any, sign };
    for (const bitarray of [bitsOf(set), bits]) {
      const modeInfos = mode.multi?.modeInfos ?? [];
      expect(execute({ ...signing, mode: { ...mode, multi: { bitarray, modeInfos } } })()).toBeUndefined();
    }
  });

  it("is refused with a threshold of nobody", () => {
    const nobody = group(0, [one, two]);
    const mode = multi([false, false], []);
    const sign = () => encodeMultiSignature({ signatures: [] });
    expect(execute({ address: addressOf(nobody.key), any: nobody.any, mode, sign })).toThrowError(refused);
  });
});
