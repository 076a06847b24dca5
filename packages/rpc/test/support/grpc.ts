/** gRPC servers over a fake node on a free port. */

import {
  createGrpcServer,
  createGrpcWebServer,
  type GrpcServer,
  type GrpcServerOptions,
  listen,
} from "@enclavenet/rpc";
import { type FakeBackend, fakeBackend } from "./fake-backend.ts";
import { codec, recordingLogger } from "./servers.ts";

export interface Running {
  readonly backend: FakeBackend;
  readonly errors: readonly unknown[];
  readonly port: number;
  readonly server: GrpcServer;
  close(): Promise<void>;
}

export async function startGrpc(
  backend: FakeBackend = fakeBackend(),
  options: Partial<GrpcServerOptions> = {},
  create: typeof createGrpcServer | typeof createGrpcWebServer = createGrpcServer,
): Promise<Running> {
  const logger = recordingLogger();
  const server = create({ backend, logger, addresses: codec("acc"), consensusAddresses: codec("cons"), ...options });
  const port = await listen(server, { host: "127.0.0.1", port: 0 }, "--grpc-port");
  return { backend, errors: logger.errors, port, server, close: () => server.close() };
}

export function startGrpcWeb(backend?: FakeBackend, options?: Partial<GrpcServerOptions>): Promise<Running> {
  return startGrpc(backend, options, createGrpcWebServer);
}
