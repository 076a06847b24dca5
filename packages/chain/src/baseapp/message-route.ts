/**
 * A message type as the router knows it: how to check it and what it does. Every message of every module is one of
 * these values; nothing is found by reflection. Signers come from the message's descriptor.
 * @module
 */
import type { DescMessage, Message, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, encode, typeUrlOf } from "@enclavenet/proto";
import type { Context } from "./context.ts";

/** What a handler answered: the protobuf response and its type URL. */
export interface MessageResponse {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** See the module. `message` is always of `schema`'s type. */
export interface MessageRoute {
  readonly typeUrl: string;
  readonly schema: DescMessage;
  /** Stateless checks that run before the ante handler; only messages that upstream checks there have them. */
  validateBasic(message: Message): void;
  handle(ctx: Context, message: Message): MessageResponse;
}

/** How a module declares a message. */
export interface MessageDefinition<Q extends DescMessage, S extends DescMessage> {
  readonly request: Q;
  readonly response: S;
  validateBasic?(message: MessageShape<Q>): void;
  handle(ctx: Context, message: MessageShape<Q>): MessageInitShape<S>;
}

/** Makes a route of a definition. The casts are safe: messages are decoded with the same schema. */
export function messageRoute<Q extends DescMessage, S extends DescMessage>(
  definition: MessageDefinition<Q, S>,
): MessageRoute {
  const responseTypeUrl = typeUrlOf(definition.response);
  return {
    typeUrl: typeUrlOf(definition.request),
    schema: definition.request,
    validateBasic: (message) => definition.validateBasic?.(message as MessageShape<Q>),
    handle(ctx, message) {
      const response = create(definition.response, definition.handle(ctx, message as MessageShape<Q>));
      return { typeUrl: responseTypeUrl, value: encode(definition.response, response) };
    },
  };
}
