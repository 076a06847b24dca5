/**
 * From a request of Node's HTTP servers to the handler of its method, within the limits of the server. What gRPC has a status
 * for is answered with one, in the words of upstream's server.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { Logger } from "@enclavenet/common";
import { GrpcCode } from "../services/status.ts";
import type { CallBudget, Lease, Timeouts } from "./limits.ts";
import { encodeStatusText, respellStatus } from "./message-text.ts";
import type { CallHandler, CallTable, Protocol } from "./router.ts";
import { answerText, isWebText } from "./web-text.ts";

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

type UniversalAnswer = Awaited<ReturnType<CallHandler>>;

export interface DispatchOptions {
  readonly protocol: Protocol;
  readonly table: CallTable;
  readonly budget: CallBudget;
  readonly logger: Logger;
  readonly timeouts: Timeouts;
}

/** Only protobuf: JSON of this chain is the REST gateway's. */
function speaks(protocol: Protocol, contentType: string | undefined): boolean {
  if (protocol === "grpc-web" && isWebText(contentType)) return true;
  return contentType === `application/${protocol}` || contentType === `application/${protocol}+proto`;
}

/**
 * An answer that is a status only: in trailers, because Node ends a stream after its headers, or in headers for browsers,
 * which see no trailers.
 */
function statusOnly(protocol: Protocol, code: number, message: string): UniversalAnswer {
  const header = new Headers({ "content-type": `application/${protocol}+proto` });
  const trailer = new Headers();
  const place = protocol === "grpc" ? trailer : header;
  place.set("grpc-status", code.toString());
  place.set("grpc-message", encodeStatusText(message));
  return { status: 200, header, trailer };
}

function unknownMethod({ protocol, table }: DispatchOptions, path: string): UniversalAnswer {
  const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (service === undefined) {
    return statusOnly(protocol, GrpcCode.unimplemented, `malformed method name: ${JSON.stringify(path)}`);
  }
  const text = table.hasService(service)
    ? `unknown method ${method} for service ${service}`
    : `unknown service ${service}`;
  return statusOnly(protocol, GrpcCode.unimplemented, text);
}

/** The chunks, counted, while they arrive in time. */
async function* arriving(chunks: AsyncIterable<Uint8Array>, lease: Lease, timeoutMs: number) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ConnectError("the request did not arrive in time", Code.DeadlineExceeded);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  late.catch(() => undefined);
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), late]);
      if (next.done === true) return;
      lease.take(next.value.length);
      yield next.value;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A stream of messages has no end by which it must have arrived, but it must not be silent for long. */
function endWhenIdle(request: NodeRequest, idleMs: number): void {
  if ("stream" in request) request.stream.setTimeout(idleMs, () => request.stream.close());
}

interface Call {
  readonly handler: CallHandler;
  readonly lease: Lease;
  readonly request: NodeRequest;
  readonly response: NodeResponse;
}

/** Runs the method. Its lease ends with the last byte of the answer, before the client can see that it was the last. */
async function run({ handler, lease, request, response }: Call, { requestMs, idleMs }: Timeouts) {
  const universal = universalRequestFromNodeRequest(request, response, undefined, undefined);
  const isConversation = handler.method.methodKind === "bidi_streaming";
  if (isConversation) endWhenIdle(request, idleMs);
  const chunks = universal.body as AsyncIterable<Uint8Array>;
  const arrived = isConversation ? universal : { ...universal, body: arriving(chunks, lease, requestMs) };
  const isText = isWebText(request.headers["content-type"]);
  const answer = await (isText ? answerText(handler, arrived) : handler(arrived));
  const { body, trailer } = answer;
  return body === undefined ? answer : { ...answer, body: closing(body, trailer, lease) };
}

/** The chunks as they are, and what is to be done behind them. */
async function* closing(chunks: AsyncIterable<Uint8Array>, trailer: Headers | undefined, lease: Lease) {
  try {
    yield* chunks;
    if (trailer !== undefined) respellStatus(trailer);
  } finally {
    lease.release();
  }
}

/** The listener of a server: answers every request, and never throws. */
export function createDispatcher(options: DispatchOptions): (request: NodeRequest, response: NodeResponse) => void {
  const { protocol, table, budget, logger, timeouts } = options;

  const serve = async (request: NodeRequest, response: NodeResponse): Promise<void> => {
    const send = (answer: UniversalAnswer) => universalResponseToNodeResponse(answer, response);
    if (request.method !== "POST") return send({ status: 405 });
    if (!speaks(protocol, request.headers["content-type"])) return send({ status: 415 });
    const [path = ""] = (request.url ?? "").split("?", 1);
    const handler = table.handler(path);
    if (handler === undefined) return send(unknownMethod(options, path));
    const lease = budget.begin();
    if (lease === undefined) {
      return send(statusOnly(protocol, GrpcCode.resourceExhausted, "the server runs too many calls"));
    }
    response.once("close", () => lease.release());
    return send(await run({ handler, lease, request, response }, timeouts));
  };

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that went away; or one whose request has no authority, or a target that is no path.
      logger.debug("a call could not be answered", { reason: error instanceof Error ? error.message : "unknown" });
      response.destroy();
    });
  };
}
