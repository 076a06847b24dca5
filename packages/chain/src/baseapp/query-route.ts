/**
 * A query method of a gRPC service as the router knows it.
 * @module
 */
import { create, type DescMessage, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { decode, encode } from "@enclavenet/proto";
import { StatusError } from "../support/status-error.ts";
import type { Context } from "./context.ts";

/** A method: path `/package.Service/Method`, and bytes in, bytes out. */
export interface QueryRoute {
  readonly path: string;
  /** Throws coded errors or StatusError. */
  handle(ctx: Context, request: Uint8Array): Uint8Array;
}

/** Makes a query route. A request that does not decode is an invalid argument. */
export function queryRoute<Q extends DescMessage, S extends DescMessage>(
  service: string,
  method: string,
  request: Q,
  response: S,
  handle: (ctx: Context, request: MessageShape<Q>) => MessageInitShape<S>,
): QueryRoute {
  return {
    path: `/${service}/${method}`,
    handle(ctx, bytes) {
      let message: MessageShape<Q>;
      try {
        message = decode(request, bytes);
      } catch {
        throw new StatusError("InvalidArgument", "invalid request");
      }
      return encode(response, create(response, handle(ctx, message)));
    },
  };
}
