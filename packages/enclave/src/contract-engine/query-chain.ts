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
import { readQuery } from "./query-variants.ts";
import { taggedJson } from "./shapes.ts";
import { asStdError } from "./std-error.ts";

/** A query at this depth may not ask again (spec 03 §4.6). */
const MAX_QUERY_DEPTH = 10;

/** External gas of a request that cannot be read. */
const INVALID_REQUEST_GAS = 500n;

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

/** The request as it goes out, and the fields of a smart query, which is encrypted first. Throws for an unknown one. */
function parseRequest(request: Uint8Array): { readonly json: JsonObject; readonly smart: JsonObject | undefined } {
  const query = readQuery(asObject(parseContractJson(request), "invalid type: query"));
  const isSmart = query.tag === "wasm" && query.kind === "smart";
  return { json: taggedJson(query), smart: isSmart ? query.fields : undefined };
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
    outgoing = parsed.smart === undefined ? parsed.json : encryptSmart(context, parsed.smart);
  } catch (error) {
    if (!EnclaveError.is(error, "FailedToDeserialize")) throw error;
    const invalid = { error: error.check ?? "malformed request", request: toBase64(request) };
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
