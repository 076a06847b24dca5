/**
 * The enclave decodes with `wire`, the host with `proto`: on random and mutated bytes both accept and refuse the same
 * and see the same fields. What only the host checks (numbers, contents of Any, oneof) is stated here as a function, so
 * that the comparison is exact in both directions.
 */
import type { LocalError } from "@enclavenet/common";
import {
  type Any,
  aminoSignBytes,
  canonicalJson,
  checkBytes,
  cosmosBank,
  cosmosTx,
  create,
  type DescMessage,
  decode,
  decodeTx,
  decodeTxRaw,
  enclavenetRegistration,
  encode,
  encodeAny,
  findMessage,
  type Message,
  secretCompute,
  secretRegistration,
  tendermintTypes,
} from "@enclavenet/proto";
import * as wire from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyMessage } from "../packages/proto/test/support/arbitrary.ts";
import { applyEdits, edits, splice } from "./support/mutations.ts";

const { AuthInfoSchema, SignDocSchema, TxBodySchema, TxRawSchema } = cosmosTx;
const {
  MsgClearAdminSchema,
  MsgExecuteContractSchema,
  MsgInstantiateContractSchema,
  MsgMigrateContractSchema,
  MsgStoreCodeSchema,
  MsgUpdateAdminSchema,
} = secretCompute;

const signable = [
  cosmosBank.MsgSendSchema,
  cosmosBank.MsgMultiSendSchema,
  MsgStoreCodeSchema,
  MsgInstantiateContractSchema,
  MsgExecuteContractSchema,
  MsgMigrateContractSchema,
  MsgUpdateAdminSchema,
  MsgClearAdminSchema,
] as readonly DescMessage[];

const packed = fc.oneof(
  ...signable.map((schema) => anyMessage(schema).map((message) => encodeAny(schema, message as never))),
);

/** Our message in the shape of `wire`: members of a oneof side by side, no names, a mark for unknown fields. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === "$typeName") continue;
    if (key === "$unknown") {
      if (item !== undefined) out.hasUnknownFields = true;
      continue;
    }
    const choice = item as { case?: string; value?: unknown } | undefined;
    if (key === "sum") {
      out.single = undefined;
      out.multi = undefined;
      if (choice?.case !== undefined) out[choice.case] = plain(choice.value);
    } else {
      out[key] = plain(item);
    }
  }
  return out;
}

/** Whether the host refuses, for reasons of its own, what `wire` decoded to `value`. */
function onlyHostRefuses(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(onlyHostRefuses);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  const fields = value as Record<string, unknown>;
  if (typeof fields.amount === "string" && !/^(|0|-?[1-9]\d{0,77})$/.test(fields.amount)) return true;
  if (fields.single !== undefined && fields.multi !== undefined) return true;
  if (typeof fields.typeUrl === "string") {
    const schema = fields.typeUrl.startsWith("/") ? findMessage(fields.typeUrl) : undefined;
    return schema === undefined || "code" in outcome(() => checkBytes(schema, fields.value as Uint8Array, strict));
  }
  return Object.values(fields).some(onlyHostRefuses);
}

const strict = { allowNonCritical: false };

/** The result, or the code of the typed error. Anything else that is thrown is a defect and passes through. */
function outcome<T>(attempt: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: attempt() };
  } catch (error) {
    if (error instanceof Error && error.name === "LocalError") return { code: (error as LocalError).code };
    throw error;
  }
}

interface Subject {
  readonly schema: DescMessage;
  host(bytes: Uint8Array): Message;
  enclave(bytes: Uint8Array): object;
  write(value: never): Uint8Array;
}

function subject(
  schema: DescMessage,
  enclave: Subject["enclave"],
  write: Subject["write"],
  allowNonCritical = false,
): Subject {
  const host = (bytes: Uint8Array): Message => {
    checkBytes(schema, bytes, { allowNonCritical });
    return decode(schema, bytes);
  };
  return { schema, host, enclave, write };
}

const subjects: readonly Subject[] = [
  { schema: TxRawSchema, host: decodeTxRaw, enclave: wire.decodeTxRaw, write: wire.encodeTxRaw },
  subject(TxBodySchema, wire.decodeTxBody, wire.encodeTxBody, true),
  subject(AuthInfoSchema, wire.decodeAuthInfo, wire.encodeAuthInfo),
  subject(MsgInstantiateContractSchema, wire.decodeMsgInstantiateContract, wire.encodeMsgInstantiateContract),
  subject(MsgExecuteContractSchema, wire.decodeMsgExecuteContract, wire.encodeMsgExecuteContract),
  subject(MsgMigrateContractSchema, wire.decodeMsgMigrateContract, wire.encodeMsgMigrateContract),
  subject(MsgUpdateAdminSchema, wire.decodeMsgUpdateAdmin, wire.encodeMsgUpdateAdmin),
  subject(MsgClearAdminSchema, wire.decodeMsgClearAdmin, wire.encodeMsgClearAdmin),
  subject(secretRegistration.RaAuthenticateSchema, wire.decodeRaAuthenticate, wire.encodeRaAuthenticate),
  subject(enclavenetRegistration.MsgConfirmNodeSchema, wire.decodeMsgConfirmNode, wire.encodeMsgConfirmNode),
  subject(enclavenetRegistration.MsgRevokeNodeSchema, wire.decodeMsgRevokeNode, wire.encodeMsgRevokeNode),
  subject(enclavenetRegistration.MsgRotateSeedSchema, wire.decodeMsgRotateSeed, wire.encodeMsgRotateSeed),
  subject(enclavenetRegistration.MsgApproveUpgradeSchema, wire.decodeMsgApproveUpgrade, wire.encodeMsgApproveUpgrade),
  subject(enclavenetRegistration.SeedRotationSchema, wire.decodeSeedRotation, wire.encodeSeedRotation),
];

function compare({ host, enclave }: Subject, bytes: Uint8Array): "both" | "neither" | "host refuses" {
  const ours = outcome(() => host(bytes));
  const theirs = outcome(() => enclave(bytes));
  if ("code" in theirs) {
    expect(ours).toHaveProperty("code");
    return "neither";
  }
  if (onlyHostRefuses(theirs.value)) {
    expect(ours).toHaveProperty("code");
    return "host refuses";
  }
  expect(plain(ours)).toEqual(theirs);
  return "both";
}

describe.each(subjects.map((one) => [one.schema.name, one] as const))("%s", (_, one) => {
  it("both see the same fields, and write the same bytes", () => {
    fc.assert(
      fc.property(anyMessage(one.schema, { any: packed }), (message) => {
        const bytes = encode(one.schema, message);
        expect(compare(one, bytes)).toBe("both");
        expect(one.write(one.enclave(bytes) as never)).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it("both accept and refuse the same mutations", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyMessage(one.schema, { any: packed }), edits, (message, changes) => {
        seen.add(compare(one, applyEdits(encode(one.schema, message), changes)));
      }),
      { numRuns: 1500 },
    );
    expect(seen).toContain("both");
    expect(seen).toContain("neither");
  });

  it("both accept and refuse the same noise", () => {
    fc.assert(
      fc.property(fc.array(splice, { maxLength: 8 }), (pieces) => {
        compare(one, Uint8Array.from(pieces.flatMap((piece) => Array.from(piece))));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("sign documents", () => {
  const signer = fc.record({
    chainId: fc.string({ unit: "grapheme", maxLength: 20 }),
    accountNumber: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    sequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  });
  const withoutOptions = new Set([
    "cosmos.tx.v1beta1.TxBody.extension_options",
    "cosmos.tx.v1beta1.TxBody.non_critical_extension_options",
  ]);
  const coin = fc.record({
    denom: fc.string({ minLength: 1 }),
    amount: fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
  });
  const coins = fc.array(coin, { maxLength: 2 });
  const payload = (schema: DescMessage, property: string): fc.Arbitrary<Any> => {
    return fc.tuple(anyMessage(schema), coins).map(([message, funds]) => {
      const properties = message as unknown as Record<string, unknown>;
      if (Object.hasOwn(properties, property))
        properties[property] = funds.map((init) => ({ ...init, $typeName: "cosmos.base.v1beta1.Coin" }));
      return encodeAny(schema, message as never);
    });
  };
  const messages = fc.oneof(
    payload(cosmosBank.MsgSendSchema, "amount"),
    payload(MsgInstantiateContractSchema, "initFunds"),
    payload(MsgExecuteContractSchema, "sentFunds"),
    payload(MsgStoreCodeSchema, ""),
    payload(MsgMigrateContractSchema, ""),
    payload(MsgUpdateAdminSchema, ""),
    payload(MsgClearAdminSchema, ""),
  );

  it("are the same bytes in amino JSON", () => {
    const body = anyMessage(TxBodySchema, { any: messages, without: withoutOptions });
    fc.assert(
      fc.property(
        body,
        fc.record({
          amount: coins,
          gasLimit: fc.bigInt({ min: 0n, max: 2n ** 63n }),
          payer: fc.string(),
          granter: fc.string(),
        }),
        signer,
        (message, fee, data) => {
          const ours = aminoSignBytes(message as cosmosTx.TxBody, create(cosmosTx.FeeSchema, fee), data);
          const theirs = wire.aminoSignBytes({
            body: wire.decodeTxBody(encode(TxBodySchema, message as never)),
            authInfo: { signerInfos: [], fee, tip: undefined },
            ...data,
          });
          expect(new TextDecoder().decode(theirs)).toBe(new TextDecoder().decode(ours));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are the same bytes in direct mode", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), signer, (bodyBytes, authInfoBytes, { chainId, accountNumber }) => {
        const parts = { bodyBytes, authInfoBytes, chainId, accountNumber };
        expect(wire.directSignBytes(parts)).toEqual(encode(SignDocSchema, create(SignDocSchema, parts)));
      }),
    );
  });

  it("are written by the same canonical JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value, (_, item: unknown) => (typeof item === "number" ? String(item) : item));
        const ours = new TextDecoder().decode(canonicalJson(JSON.parse(text) as never));
        expect(wire.canonicalJson(wire.parseJson(text))).toBe(ours);
      }),
      { numRuns: 300 },
    );
  });
});

describe("blocks", () => {
  // Go's zero time is "no time" in wire, and a header must have a time.
  const times = { allowed: (value: bigint) => value !== -62135596800n };

  it.each([
    [tendermintTypes.HeaderSchema as DescMessage, wire.decodeHeader, wire.encodeHeader],
    [tendermintTypes.CommitSchema as DescMessage, wire.decodeCommit, wire.encodeCommit],
  ] as const)("%s that the host writes is read and written alike", (schema, read, write) => {
    fc.assert(
      fc.property(anyMessage(schema, times), (message) => {
        fc.pre(schema.name !== "Header" || (message as tendermintTypes.Header).time !== undefined);
        const bytes = encode(schema, message);
        expect(write(read(bytes) as never)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });
});

describe("whole transactions", () => {
  it("that the host decodes are the ones that the enclave sees", () => {
    const tx = fc
      .record({
        bodyBytes: anyMessage(TxBodySchema, { any: packed }).map((body) => encode(TxBodySchema, body as never)),
        authInfoBytes: anyMessage(AuthInfoSchema, { any: packed }).map((info) => encode(AuthInfoSchema, info as never)),
        signatures: fc.array(fc.uint8Array(), { maxLength: 2 }),
      })
      .map((init) => encode(TxRawSchema, create(TxRawSchema, init)));
    fc.assert(
      fc.property(tx, edits, (bytes, changes) => {
        for (const candidate of [bytes, applyEdits(bytes, changes)]) {
          const decoded = outcome(() => decodeTx(candidate));
          if ("code" in decoded) continue;
          const { body, authInfo } = decoded.value;
          const raw = wire.decodeTxRaw(candidate);
          expect(plain(body)).toEqual(wire.decodeTxBody(raw.bodyBytes));
          expect(plain(authInfo)).toEqual(wire.decodeAuthInfo(raw.authInfoBytes));
        }
      }),
      { numRuns: 500 },
    );
  });
});
