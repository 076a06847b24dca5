/**
 * Queries that a contract asks of the chain. Smart queries to other contracts are encrypted under the caller's message key
 * on the way out and decrypted on the way back; all others are public.
 *
 * Spec: 03 §4.6, 02 §9 (nested queries).
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import {
  openField,
  type Primitives,
  type SecretBytes,
  sealSecretMessage,
  tryDecodeBase64Bytes,
} from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { HostState } from "./host-state.ts";
import { asBase64, asObject, asText, isObject, type JsonObject, parseContractJson, serializeJson } from "./json.ts";
import { asStdError } from "./std-error.ts";

/** A query at this depth may not ask again (spec 03 §4.6). */
const MAX_QUERY_DEPTH = 10;

/** External gas of a request that cannot be read. */
const INVALID_REQUEST_GAS = 500n;

/** Variants that exist, by module; null: no inner tag. */
const VARIANTS: Readonly<Record<string, readonly string[] | null>> = {
  bank: ["balance", "all_balances"],
  staking: [
    "bonded_denom",
    "validators",
    "all_validators",
    "validator",
    "all_delegations",
    "delegation",
    "unbonding_delegations",
  ],
  dist: ["rewards"],
  mint: ["inflation", "bonded_ratio"],
  gov: ["proposals"],
  ibc: ["port_id", "list_channels", "channel"],
  wasm: ["smart", "raw", "contract_info"],
  stargate: null,
  custom: null,
};

/** What a query needs of the call that asks it. */
export interface QueryContext {
  readonly primitives: Primitives;
  readonly host: HostState;
  readonly txKey: SecretBytes;
  readonly header: { readonly nonce: Uint8Array; readonly userPublicKey: Uint8Array };
  /** 1 for a call that no query made. */
  readonly depth: number;
}

export interface QueryAnswer {
  readonly response: Uint8Array;
  /** In the unit of query_chain: SDK gas, unmultiplied (spec 03 §2.4). */
  readonly externalGas: bigint;
}

function jsonBytes(value: JsonObject): Uint8Array {
  return utf8ToBytes(serializeJson(value));
}

function soleEntry(object: JsonObject): readonly [string, JsonObject] {
  const entries = Object.entries(object);
  const [key, value] = entries[0] ?? [];
  if (entries.length !== 1 || key === undefined) throw new EnclaveError("FailedToDeserialize");
  return [key, asObject(value, "query body")];
}

/** The request's smart-query fields, or undefined for any other valid request. Throws for an unknown one. */
function parseRequest(request: Uint8Array): { parsed: JsonObject; smart: JsonObject | undefined } {
  const parsed = asObject(parseContractJson(request), "query");
  const [module, body] = soleEntry(parsed);
  const inner = Object.hasOwn(VARIANTS, module) ? VARIANTS[module] : undefined;
  if (inner === undefined) throw new EnclaveError("FailedToDeserialize", { check: "query variant" });
  if (inner === null) return { parsed, smart: undefined };
  const [kind, fields] = soleEntry(body);
  if (!inner.includes(kind)) throw new EnclaveError("FailedToDeserialize", { check: "query variant" });
  // Both need the hash on the wire, although a v1 contract's raw query never carries it (spec 03 §4.6).
  if (module === "wasm" && kind !== "contract_info") asText(fields.callback_code_hash, "callback_code_hash");
  return { parsed, smart: module === "wasm" && kind === "smart" ? fields : undefined };
}

function encryptSmart(context: QueryContext, fields: JsonObject): JsonObject {
  const codeHash = utf8ToBytes(asText(fields.callback_code_hash, "callback_code_hash"));
  const inner = asBase64(fields.msg, "query message");
  const plaintext = new Uint8Array(codeHash.length + inner.length);
  plaintext.set(codeHash);
  plaintext.set(inner, codeHash.length);
  const msg = sealSecretMessage(context.primitives, context.txKey, context.header, plaintext);
  return { wasm: { smart: { ...fields, msg: toBase64(msg) } } };
}

/** Asks the chain. Only failures of the host itself throw; everything else is an answer that the contract reads. */
export function queryChain(context: QueryContext, request: Uint8Array, gasLimit: bigint): QueryAnswer {
  if (context.depth >= MAX_QUERY_DEPTH) {
    return { response: jsonBytes({ Err: { exceeded_recursion_limit: {} } }), externalGas: 0n };
  }
  let parsed: ReturnType<typeof parseRequest>;
  let outgoing: JsonObject;
  try {
    parsed = parseRequest(request);
    outgoing = parsed.smart === undefined ? parsed.parsed : encryptSmart(context, parsed.smart);
  } catch (error) {
    if (!EnclaveError.is(error, "FailedToDeserialize")) throw error;
    const invalid = { error: "unknown or malformed query request", request: toBase64(request) };
    return { response: jsonBytes({ Err: { invalid_request: invalid } }), externalGas: INVALID_REQUEST_GAS };
  }
  const { response, sdkGas } = context.host.queryChain(jsonBytes(outgoing), context.depth + 1, gasLimit);
  return {
    response: parsed.smart === undefined ? response : decryptAnswer(context, response),
    externalGas: sdkGas,
  };
}

/** Opens the answer of a smart query; errors are opened too when they have the encrypted form. */
function decryptAnswer(context: QueryContext, response: Uint8Array): Uint8Array {
  const answer = asObject(parseContractJson(response), "query answer");
  const { Ok: outer } = answer;
  if (!isObject(outer)) return response;
  const { Ok: data, Err: error } = outer;
  if (typeof data === "string") return jsonBytes({ Ok: { Ok: openText(context, data) } });
  const text = isObject(error) && isObject(error.generic_err) ? error.generic_err.msg : undefined;
  const sealed = typeof text === "string" ? /^encrypted: ([^:]+): query contract failed$/.exec(text)?.[1] : undefined;
  return sealed === undefined ? response : jsonBytes(openError(openText(context, sealed)));
}

function openText({ primitives, txKey }: QueryContext, base64: string): string {
  const sealed = tryDecodeBase64Bytes(utf8ToBytes(base64));
  const plaintext = sealed === undefined ? undefined : openField(primitives, txKey, sealed);
  if (plaintext === undefined) throw new EnclaveError("DecryptionError", { check: "answer of a nested query" });
  return new TextDecoder().decode(plaintext);
}

/** A v0.10 callee's error is StdError JSON; a v1 callee's is plain text and cannot be read as one (spec 03 §4.6). */
function openError(text: string): JsonObject {
  const error = tryStdError(text);
  if (error !== undefined) return { Ok: { Err: error } };
  const response = toBase64(utf8ToBytes(text));
  return { Err: { invalid_response: { error: "expected value at line 1 column 1", response } } };
}

function tryStdError(text: string): JsonObject | undefined {
  try {
    return asStdError(parseContractJson(utf8ToBytes(text)));
  } catch {
    return undefined;
  }
}
