/** Random instances of every type against the protobuf codecs of cosmjs-types and secretjs. */
import { createRequire } from "node:module";
import { encodeTimestamp, type Header } from "@enclavenet/wire";
import * as multisig from "cosmjs-types/cosmos/crypto/multisig/keys";
import * as multiSignature from "cosmjs-types/cosmos/crypto/multisig/v1beta1/multisig";
import * as secp256k1 from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import * as tx from "cosmjs-types/cosmos/tx/v1beta1/tx";
import * as comet from "cosmjs-types/tendermint/types/types";
import * as cometValidator from "cosmjs-types/tendermint/types/validator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecs } from "./support/codecs.ts";

const require = createRequire(import.meta.url);
const secretjs = (path: string): Record<string, Oracle> => require(`secretjs/dist/protobuf/${path}`) as never;

interface Oracle {
  decode(bytes: Uint8Array): unknown;
  encode(message: never): { finish(): Uint8Array };
}

const cosmjsOracles: Readonly<Record<string, Oracle>> = {
  TxRaw: tx.TxRaw,
  TxBody: tx.TxBody,
  AuthInfo: tx.AuthInfo,
  SignDoc: tx.SignDoc,
  PubKey: secp256k1.PubKey,
  LegacyAminoPubKey: multisig.LegacyAminoPubKey,
  MultiSignature: multiSignature.MultiSignature,
  BlockID: comet.BlockID,
  CommitSig: comet.CommitSig,
  Commit: comet.Commit,
  Header: comet.Header,
  ValidatorSet: cometValidator.ValidatorSet,
};

const compute = secretjs("secret/compute/v1beta1/msg");
const secretTx = secretjs("cosmos/tx/v1beta1/tx");
const secretComet = secretjs("tendermint/types/types");

const secretOracles: Readonly<Record<string, Oracle>> = {
  TxRaw: secretTx.TxRaw!,
  TxBody: secretTx.TxBody!,
  AuthInfo: secretTx.AuthInfo!,
  SignDoc: secretTx.SignDoc!,
  MsgInstantiateContract: compute.MsgInstantiateContract!,
  MsgExecuteContract: compute.MsgExecuteContract!,
  MsgMigrateContract: compute.MsgMigrateContract!,
  MsgUpdateAdmin: compute.MsgUpdateAdmin!,
  MsgClearAdmin: compute.MsgClearAdmin!,
  Header: secretComet.Header!,
  Commit: secretComet.Commit!,
};

/** cosmjs-types 0.11 writes 64-bit integers between 2^31 and 2^32 wrongly (also the seconds of times), and knows no field 15. */
function cosmjsCanCarry(value: unknown): boolean {
  if (typeof value === "bigint") {
    return [value, value / 10n ** 9n].every((written) => written < 2n ** 31n || written >= 2n ** 32n);
  }
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return true;
  if ((value as Partial<Header>).encryptedRandom !== undefined) return false;
  return Object.values(value).every(cosmjsCanCarry);
}

/** Names and times differ from library to library, numbers and bytes do not: everything in order, as text. */
function leaves(value: unknown): string[] {
  if (value instanceof Uint8Array) return value.length === 0 ? [] : [`0x${Buffer.from(value).toString("hex")}`];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  const text = String(value);
  return value === undefined || value === null || ["", "0", "false"].includes(text) ? [] : [text];
}

function compare(oracle: Oracle, name: string, canCarry: (value: unknown) => boolean): void {
  const { values, encode, decode } = codecs.find((one) => one.name === name)!;
  fc.assert(
    fc.property(values.filter(canCarry), (value) => {
      const bytes = encode(value);
      const theirs = oracle.decode(bytes);
      expect(new Uint8Array(oracle.encode(theirs as never).finish())).toEqual(bytes);
      expect(decode(new Uint8Array(oracle.encode(theirs as never).finish()))).toEqual(value);
      if (!/Header|Commit|ValidatorSet/.test(name)) expect(leaves(theirs).sort()).toEqual(leaves(value).sort());
    }),
    { numRuns: 200 },
  );
}

describe("cosmjs-types reads and writes the same", () => {
  it.each(Object.entries(cosmjsOracles))("%s", (name, oracle) => {
    compare(oracle, name, cosmjsCanCarry);
  });
});

describe("secretjs reads and writes the same", () => {
  it.each(Object.entries(secretOracles))("%s", (name, oracle) => {
    compare(oracle, name, () => true);
  });
});

describe("times", () => {
  it("are those of cosmjs-types", () => {
    const { Timestamp } = require("cosmjs-types/google/protobuf/timestamp") as {
      Timestamp: { decode(bytes: Uint8Array): { seconds: bigint; nanos: number } };
    };
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (timeNs) => {
        const { seconds, nanos } = Timestamp.decode(encodeTimestamp(timeNs));
        expect(seconds * 10n ** 9n + BigInt(nanos)).toBe(timeNs);
        expect(nanos).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
