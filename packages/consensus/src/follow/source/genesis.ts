/**
 * The genesis document of a source, in its exact bytes: the network's identity is their hash.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { asBase64, asInt64, asObject } from "../../base/json.ts";
import { malformed, tooLarge } from "./errors.ts";
import { callOne } from "./json-rpc.ts";
import type { RpcTransport } from "./transport.ts";

/** CometBFT's and our own parts have 16 MiB; base64 and frame come on top. */
const MAX_CHUNK_RESPONSE = 24 * 1024 * 1024;
const MAX_CHUNKS = 16n;
const TIMEOUT_MS = 30_000;

/** Downloads the document. Throws LocalError with a `FOLLOW_…` code. */
export async function downloadGenesis(transport: RpcTransport, signal: AbortSignal): Promise<Uint8Array> {
  const limits = { maxBytes: MAX_CHUNK_RESPONSE, timeoutMs: TIMEOUT_MS, signal };
  const parts: Uint8Array[] = [];
  for (let chunk = 0n, total = 1n; chunk < total; chunk++) {
    const params = { chunk: chunk.toString() };
    const json = asObject(await callOne(transport, { method: "genesis_chunked", params }, limits), "result", malformed);
    total = asInt64(json.total, "total", malformed);
    if (total < 1n || total > MAX_CHUNKS) throw tooLarge(transport.url, Number(MAX_CHUNKS) * MAX_CHUNK_RESPONSE);
    parts.push(asBase64(json.data, "data", malformed));
  }
  return concatBytes(...parts);
}
