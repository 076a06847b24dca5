/**
 * Reads what a REST request asks for: message of the rpc, height. Whatever the client got wrong is InvalidArgument.
 *
 * Spec: 04 §2.1, §2.2.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type AddressCodec, type Message, type RouteMatch, requestMessage } from "@enclavenet/proto";
import type { FastifyRequest } from "fastify";
import { GrpcCode, GrpcError } from "../services/status.ts";

const HEIGHT_HEADERS = ["x-cosmos-block-height", "grpc-metadata-x-cosmos-block-height"] as const;

/** The height that a header asks for; 0: latest. */
export function wantedHeight(headers: FastifyRequest["headers"]): bigint {
  for (const name of HEIGHT_HEADERS) {
    const value = headers[name];
    const text = Array.isArray(value) ? value[0] : value;
    if (text === undefined || text === "") continue;
    if (!/^\d{1,18}$/.test(text)) throw new GrpcError(GrpcCode.invalidArgument, `invalid height header: ${name}`);
    return BigInt(text);
  }
  return 0n;
}

function parseBody(body: unknown): unknown {
  if (typeof body !== "string" || body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new GrpcError(GrpcCode.invalidArgument, "the body is not valid JSON");
  }
}

/** The request message from path, query and body. */
export function readMessage(
  match: RouteMatch,
  query: URLSearchParams,
  body: unknown,
  addresses: AddressCodec,
): Message {
  const parts = match.route.hasBody ? { query, body: parseBody(body) } : { query };
  try {
    return requestMessage(match, parts, { addresses });
  } catch (error) {
    if (error instanceof LocalError) throw new GrpcError(GrpcCode.invalidArgument, error.message);
    throw error;
  }
}
