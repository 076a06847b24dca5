/**
 * JSON-RPC 2.0 batches to a source, whose answers are matched by id and believed in nothing else (spec 04 §5.1).
 * @module
 */
import { asArray, asObject, type JsonObject } from "../../base/json.ts";
import { malformed, refused } from "./errors.ts";
import { parseText } from "./json-text.ts";
import type { RequestLimits, RpcTransport } from "./transport.ts";

/** One call of a batch. */
export interface RpcCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The text that people read: CometBFT puts it in `data`. */
function errorText(error: unknown): string {
  const { data, message } = asObject(error, "error", malformed);
  return typeof data === "string" && data !== "" ? data : String(message);
}

function answersById(value: unknown): Map<unknown, JsonObject> {
  // A batch that is refused as a whole is answered with one object.
  const answers = Array.isArray(value) ? asArray(value, "batch", malformed) : [value];
  return new Map(
    answers.map((answer) => {
      const json = asObject(answer, "response", malformed);
      return [json.id, json];
    }),
  );
}

/** The result of `answer`. Throws LocalError `FOLLOW_REFUSED` for an error. */
function resultOf({ method }: RpcCall, answer: JsonObject): unknown {
  if (answer.error !== undefined) throw refused(method, errorText(answer.error));
  if (answer.result === undefined) throw malformed(`${method} has neither result nor error`);
  return answer.result;
}

/** Results of `calls`, in order. Throws LocalError `FOLLOW_REFUSED`, `FOLLOW_RESPONSE`, and what the transport throws. */
export async function callBatch(
  transport: RpcTransport,
  calls: readonly RpcCall[],
  limits: RequestLimits,
): Promise<unknown[]> {
  const body = calls.map(({ method, params }, id) => ({ jsonrpc: "2.0", id, method, params }));
  const answers = answersById(parseText(await transport.post(JSON.stringify(body), limits)));
  return calls.map((call, id) => {
    const answer = answers.get(id) ?? answers.get(null);
    if (answer === undefined) throw malformed(`there is no answer to ${call.method}`);
    return resultOf(call, answer);
  });
}

/** Result of one call. */
export async function callOne(transport: RpcTransport, call: RpcCall, limits: RequestLimits): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 0, ...call });
  return resultOf(call, asObject(parseText(await transport.post(body, limits)), "response", malformed));
}
