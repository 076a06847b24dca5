/**
 * Every method that clients may call, for Connect: the shared implementation, with heights, deadlines and statuses of gRPC.
 * @module
 */
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import type { Logger } from "@enclavenet/common";
import { type Message, type Rpc, withGoDefaults } from "@enclavenet/proto";
import type { Services } from "../services/services.ts";
import { ApplicationError, GrpcCode, GrpcError } from "../services/status.ts";
import { HEIGHT_METADATA, wantedHeight } from "./height.ts";
import { wellFormed } from "./message-text.ts";

/** Rejects with the reason when the call ends before its answer: by its deadline, or because nobody waits for it. */
function whileWanted<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(ConnectError.from(signal.reason, Code.Canceled));
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

/** The status that a client sees. Nothing is shown of an error that is none of the protocol. */
function statusOf(error: unknown, rpc: Rpc, logger: Logger): ConnectError {
  if (error instanceof GrpcError) return new ConnectError(wellFormed(error.message), error.grpcCode);
  if (error instanceof ConnectError) return error;
  logger.error("a call could not be served", { method: rpc.fullName }, error);
  return new ConnectError("internal error", GrpcCode.internal);
}

async function run(services: Services, rpc: Rpc, request: Message, context: HandlerContext): Promise<Message> {
  const height = wantedHeight(context.requestHeader);
  const tell = (answered: bigint) => context.responseHeader.set(HEIGHT_METADATA, answered.toString());
  try {
    const answer = await whileWanted(context.signal, services.answer(rpc, request, height));
    tell(answer.height);
    return withGoDefaults(rpc.response, answer.message);
  } catch (error) {
    if (error instanceof ApplicationError) tell(error.response.height);
    throw error;
  }
}

/** Adds all methods to the router. */
export function addMethods(router: ConnectRouter, services: Services, logger: Logger): void {
  for (const rpc of services.served()) {
    // No service of the chain streams.
    router.rpc(rpc.method as DescMethodUnary, async (request: Message, context: HandlerContext) => {
      try {
        return await run(services, rpc, request, context);
      } catch (error) {
        throw statusOf(error, rpc, logger);
      }
    });
  }
}
