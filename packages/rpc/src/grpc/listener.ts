/**
 * Requests of gRPC and gRPC-web, whatever server they come to: gRPC-web also on the port of REST, as upstream has it
 * (spec 04 §3.1).
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { cors } from "@connectrpc/connect";
import type { Logger } from "@enclavenet/common";
import type { AddressCodec } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import type { OtherProtocol } from "../server/http.ts";
import { Services } from "../services/services.ts";
import { createDispatcher } from "./dispatch.ts";
import { HEIGHT_METADATA } from "./height.ts";
import { CallBudget, TIMEOUTS, type Timeouts } from "./limits.ts";
import { callTable, type Protocol } from "./router.ts";

export interface GrpcServerOptions {
  readonly backend: RpcBackend;
  readonly logger: Logger;
  /** Account addresses. */
  readonly addresses: AddressCodec;
  /** Validators' consensus addresses. */
  readonly consensusAddresses: AddressCodec;
  /** Calls that run at once, and bytes of requests that are held at once. */
  readonly budget?: CallBudget;
  readonly timeouts?: Timeouts;
}

/** Answers the requests of one protocol. */
export function createListener(protocol: Protocol, options: GrpcServerOptions) {
  const { logger, budget = new CallBudget(), timeouts = TIMEOUTS } = options;
  const table = callTable(protocol, new Services(options), logger);
  return createDispatcher({ protocol, table, budget, logger, timeouts });
}

/** Any page may call, with any header, and see the status and the height. */
function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-expose-headers", [...cors.exposedHeaders, HEIGHT_METADATA].join(", "));
  if (request.method !== "OPTIONS") return;
  response.setHeader("access-control-allow-methods", "POST, OPTIONS");
  response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*");
  response.setHeader("access-control-max-age", "7200");
}

/** Answers gRPC-web, and what browsers ask before. */
export function createGrpcWebListener(options: GrpcServerOptions) {
  const dispatch = createListener("grpc-web", options);
  return (request: IncomingMessage, response: ServerResponse): void => {
    allowOrigins(request, response);
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else dispatch(request, response);
  };
}

/** gRPC-web beside another protocol that answers browsers' questions itself: told by method and type, as upstream does. */
export function grpcWebBeside(options: GrpcServerOptions): OtherProtocol {
  return {
    takes: ({ method, headers }) =>
      method === "POST" && headers["content-type"]?.startsWith("application/grpc-web") === true,
    serve: createGrpcWebListener(options),
  };
}
