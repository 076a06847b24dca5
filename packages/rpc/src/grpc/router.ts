/**
 * What a gRPC server serves, in one of gRPC's two transports: the methods of `services/`, reflection, health.
 * @module
 */
import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import { compressionGzip } from "@connectrpc/connect-node";
import type { Logger } from "@enclavenet/common";
import { grpcHealth, grpcReflection, grpcReflectionV1alpha } from "@enclavenet/proto";
import type { Services } from "../services/services.ts";
import { addHealth } from "./health.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { addMethods } from "./methods.ts";
import { addReflection } from "./reflection/service.ts";

/** gRPC over HTTP/2, or its form for browsers. */
export type Protocol = "grpc" | "grpc-web";

export type CallHandler = ConnectRouter["handlers"][number];

export interface CallTable {
  handler(path: string): CallHandler | undefined;
  hasService(name: string): boolean;
}

/** Names of all services, sorted. */
function serviceNames(services: Services): string[] {
  const own = [grpcHealth.Health, grpcReflection.ServerReflection, grpcReflectionV1alpha.ServerReflection];
  return [...services.served().map(({ service }) => service), ...own].map(({ typeName }) => typeName).sort();
}

/** The handlers by path, `/package.Service/Method`. */
export function callTable(protocol: Protocol, services: Services, logger: Logger): CallTable {
  const router = createConnectRouter({
    grpc: protocol === "grpc",
    grpcWeb: protocol === "grpc-web",
    connect: false,
    readMaxBytes: MAX_MESSAGE_BYTES,
    acceptCompression: [compressionGzip],
  });
  const names = new Set(serviceNames(services));
  addMethods(router, services, logger);
  addHealth(router, names);
  // Conversations need both directions at once, which HTTP/1.1 has not.
  if (protocol === "grpc") addReflection(router, [...names]);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return { handler: (path) => handlers.get(path), hasService: (name) => names.has(name) };
}
