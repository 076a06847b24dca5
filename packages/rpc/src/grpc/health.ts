/**
 * grpc.health.v1.Health: a server that answers serves all that it lists.
 * @module
 */
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { grpcHealth } from "@enclavenet/proto";
import { MAX_NAME_MESSAGE_BYTES } from "./limits.ts";

const { SERVING, SERVICE_UNKNOWN } = grpcHealth.HealthCheckResponse_ServingStatus;

/** Resolves when the call ends. */
function untilEnd(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Adds the health service; `names` are the services that it knows, and the empty name is the server. */
export function addHealth(router: ConnectRouter, names: ReadonlySet<string>): void {
  const isKnown = (name: string): boolean => name === "" || names.has(name);
  router.service(
    grpcHealth.Health,
    {
      check({ service }) {
        if (!isKnown(service)) throw new ConnectError("unknown service", Code.NotFound);
        return { status: SERVING };
      },
      async *watch({ service }, { signal }) {
        yield { status: isKnown(service) ? SERVING : SERVICE_UNKNOWN };
        await untilEnd(signal);
      },
    },
    { readMaxBytes: MAX_NAME_MESSAGE_BYTES },
  );
}
