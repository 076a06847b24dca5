/**
 * The schemas of an OpenAPI document: one for each message that is reached, one more where a request may leave fields out.
 * @module
 */
import { type DescMessage, messageSchema, type SchemaContext } from "@enclavenet/proto";
import type { Json } from "./json.ts";

/** Behind the name of a message where it is what a client sends. */
const REQUEST_SUFFIX = ".Request";

const ERROR: Json = {
  type: "object",
  description: "Every error has this body.",
  properties: {
    code: { type: "integer", format: "int32", description: "A gRPC status code." },
    message: { type: "string" },
    details: { type: "array", items: {} },
  },
  required: ["code", "message", "details"],
};

/** Name of the schema of errors. */
export const ERROR_SCHEMA = "Error";

/** Collects schemas while references to them are handed out. */
export class Components {
  readonly #schemas = new Map<string, Json>([[ERROR_SCHEMA, ERROR]]);

  context(direction: SchemaContext["direction"]): SchemaContext {
    return { direction, reference: (message) => ({ $ref: this.reference(message, direction) }) };
  }

  reference(message: DescMessage, direction: SchemaContext["direction"]): string {
    const name = direction === "request" ? `${message.typeName}${REQUEST_SUFFIX}` : message.typeName;
    if (!this.#schemas.has(name)) {
      // Before it is described: messages may hold themselves.
      this.#schemas.set(name, {});
      this.#schemas.set(name, messageSchema(message, this.context(direction)));
    }
    return schemaReference(name);
  }

  /** All schemas by name, sorted. */
  schemas(): Json {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export function schemaReference(name: string): string {
  return `#/components/schemas/${name}`;
}
