/**
 * gRPC-web as base64 text (`application/grpc-web-text`), which older clients of browsers speak: the binary form, of which every
 * piece is base64 by itself, padding included.
 * @module
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { bytesToUtf8, concatBytes, fromBase64, toBase64, utf8ToBytes } from "@enclavenet/common";
import type { CallHandler } from "./router.ts";

type Request = Parameters<CallHandler>[0];
type Answer = Awaited<ReturnType<CallHandler>>;

const TEXT = "application/grpc-web-text";
const BINARY = "application/grpc-web";

export function isWebText(contentType: string | undefined): boolean {
  return contentType === TEXT || contentType === `${TEXT}+proto`;
}

/** Characters that stand for three bytes. */
const GROUP = 4;

function bytesOf(text: string): Uint8Array {
  try {
    // Behind padding another piece begins.
    return concatBytes(...(text.match(/[^=]*={0,2}/g) ?? []).map(fromBase64));
  } catch {
    throw new ConnectError("the request is not base64", Code.InvalidArgument);
  }
}

/** Bytes of base64 that arrives in pieces of any length. Throws ConnectError `InvalidArgument`. */
async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const all = concatBytes(rest, chunk);
    const whole = all.length - (all.length % GROUP);
    rest = all.subarray(whole);
    if (whole > 0) yield bytesOf(asciiOf(all.subarray(0, whole)));
  }
  if (rest.length > 0) yield bytesOf(asciiOf(rest));
}

function asciiOf(bytes: Uint8Array): string {
  try {
    return bytesToUtf8(bytes);
  } catch {
    throw new ConnectError("the request is not base64", Code.InvalidArgument);
  }
}

async function* encoded(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield utf8ToBytes(toBase64(chunk));
}

function withType(headers: Headers | undefined, type: string): Headers {
  const changed = new Headers(headers);
  changed.set("content-type", type);
  return changed;
}

/** A handler of the binary form for requests in text. */
export async function answerText(handler: CallHandler, request: Request): Promise<Answer> {
  const body = decoded(request.body as AsyncIterable<Uint8Array>);
  const answer = await handler({ ...request, header: withType(request.header, `${BINARY}+proto`), body });
  const header = withType(answer.header, `${TEXT}+proto`);
  return answer.body === undefined ? { ...answer, header } : { ...answer, header, body: encoded(answer.body) };
}
