/**
 * Parts of an OpenAPI document.
 * @module
 */

/** An object of JSON. */
export type Json = { [name: string]: unknown };

/** One operation, as far as the page reads it. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Json;
  readonly responses: Json;
}

export type Parameter =
  | { readonly $ref: string }
  | { readonly name: string; readonly in: "path" | "query"; readonly required: boolean; readonly schema: Json };

export interface Document {
  readonly openapi: string;
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly tags: readonly { readonly name: string }[];
  /** By path, then by verb in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Json;
}
