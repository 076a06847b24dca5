/**
 * Typed handlers of rpcs that the node answers itself, not the application.
 * @module
 */
import type { DescMessage, Message, MessageShape } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";

/** Answers one rpc with a message of its response type. */
export type Handler = (backend: RpcBackend, request: Message) => Message | Promise<Message>;

export type Handlers = Readonly<Record<string, Handler>>;

/** A handler whose request is of `schema`. */
export function handler<S extends DescMessage>(
  _schema: S,
  run: (backend: RpcBackend, request: MessageShape<S>) => Message | Promise<Message>,
): Handler {
  return (backend, request) => run(backend, request as MessageShape<S>);
}
