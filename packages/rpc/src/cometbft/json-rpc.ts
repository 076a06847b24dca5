/**
 * JSON-RPC 2.0 over a parsed body: single requests, batches, notifications (spec 04 §5.1).
 *
 * As with CometBFT a notification is not executed. Beyond it, as the standard asks: an empty batch and a request without a
 * method name are invalid requests.
 * @module
 */
import { LocalError, type Logger } from "@enclavenet/common";
import type { RpcBackend } from "../backend.ts";
import { errorObject, rpcError } from "./errors.ts";
import type { FindMethod, JsonId, RpcMethod } from "./method.ts";
import { findMethod } from "./methods.ts";
import type { RawParams } from "./params.ts";

/** Requests in one batch. */
const MAX_BATCH = 100;

/** Characters of all answers to one batch. */
const MAX_BATCH_LENGTH = 64 * 1024 * 1024;

const TOO_LARGE = errorObject(rpcError("internal", "the answers to the batch are too large: ask for less at once"));

/** One response object. */
export interface RpcResponse {
  readonly jsonrpc: "2.0";
  readonly id: JsonId;
  readonly result?: unknown;
  readonly error?: ReturnType<typeof errorObject>;
}

/** The response for an error; logs what no client could have caused. */
export function failure(logger: Logger, id: JsonId, error: unknown): RpcResponse {
  if (!(error instanceof LocalError)) logger.error("an RPC method failed", {}, error);
  return { jsonrpc: "2.0", id, error: errorObject(error) };
}

function paramsOf({ params: names }: RpcMethod, given: unknown): RawParams {
  if (given === undefined || given === null) return { form: "json", values: {} };
  if (typeof given !== "object") throw rpcError("invalidParams", "params must be an object or an array");
  if (!Array.isArray(given)) return { form: "json", values: given as Record<string, unknown> };
  if (given.length > names.length) {
    throw rpcError("invalidParams", `expected at most ${names.length} parameters, got ${given.length}`);
  }
  return { form: "json", values: Object.fromEntries(given.map((value, i) => [names[i] as string, value])) };
}

function isId(id: unknown): id is JsonId {
  return typeof id === "string" || typeof id === "number" || id === null;
}

/** Answers one request object; undefined for a notification. */
export async function answerRequest(
  backend: RpcBackend,
  logger: Logger,
  request: unknown,
  find: FindMethod = findMethod,
): Promise<RpcResponse | undefined> {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    return failure(logger, null, rpcError("invalidRequest", "not a request object"));
  }
  const { id, method: name, params } = request as { id?: unknown; method?: unknown; params?: unknown };
  const knownId = isId(id) ? id : null;
  if (typeof name !== "string") return failure(logger, knownId, rpcError("invalidRequest", "method is not a string"));
  if (id === undefined) return undefined;
  if (!isId(id)) return failure(logger, null, rpcError("invalidRequest", "id is neither a string nor a number"));
  try {
    const method = find(name);
    if (method === undefined) throw rpcError("methodNotFound", "");
    return { jsonrpc: "2.0", id, result: await method.run(backend, paramsOf(method, params), id) };
  } catch (error) {
    return failure(logger, id, error);
  }
}

function refuse(reason: string): string {
  const refusal: RpcResponse = { jsonrpc: "2.0", id: null, error: errorObject(rpcError("invalidRequest", reason)) };
  return JSON.stringify(refusal);
}

/** Answers a body with JSON text; undefined when it holds nothing but notifications. */
export async function answerBody(backend: RpcBackend, logger: Logger, body: unknown): Promise<string | undefined> {
  if (!Array.isArray(body)) {
    const answer = await answerRequest(backend, logger, body);
    return answer === undefined ? undefined : JSON.stringify(answer);
  }
  if (body.length === 0) return refuse("the batch is empty");
  if (body.length > MAX_BATCH) return refuse(`a batch holds at most ${MAX_BATCH} requests`);
  const texts: string[] = [];
  let length = 0;
  // One after another: transactions of one account must arrive in their order.
  for (const request of body) {
    const answer = await answerRequest(backend, logger, request);
    if (answer === undefined) continue;
    const text = JSON.stringify(answer);
    const fits = length + text.length <= MAX_BATCH_LENGTH;
    texts.push(fits ? text : JSON.stringify({ jsonrpc: "2.0", id: answer.id, error: TOO_LARGE }));
    if (fits) length += text.length;
  }
  return texts.length === 0 ? undefined : `[${texts.join(",")}]`;
}
