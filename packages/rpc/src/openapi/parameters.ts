/**
 * Parameters of an operation: fields of the request in the path, and all others in the query, nested ones with dots.
 *
 * Spec: 04 §2.1.
 * @module
 */
import { type DescMessage, fieldSchema, type HttpRoute } from "@enclavenet/proto";
import type { Json, Parameter } from "./json.ts";

type Field = DescMessage["fields"][number];

/** Query parameters are never null: what is not sent is unset. */
const NO_REFERENCE = { direction: "request", reference: () => ({}) } as const;

function parameterSchema(field: Field): Json {
  const { nullable, ...schema } = fieldSchema(field, NO_REFERENCE) as Json;
  return schema;
}

function isText(field: Field): boolean {
  return field.message === undefined || field.message.typeName === "google.protobuf.Timestamp";
}

function queryParameters(message: DescMessage, prefix: string, taken: ReadonlySet<string>): Parameter[] {
  return message.fields.flatMap((field): Parameter[] => {
    const name = `${prefix}${field.name}`;
    if (taken.has(name)) return [];
    if (isText(field)) return [{ name, in: "query", required: false, schema: parameterSchema(field) }];
    // Lists of messages have no form in a query; no request nests deeper than one level.
    if (field.fieldKind !== "message" || prefix !== "") return [];
    return queryParameters(field.message, `${name}.`, taken);
  });
}

function pathParameter(message: DescMessage, name: string): Parameter {
  const field = message.fields.find((one) => one.name === name);
  if (field === undefined) throw new TypeError(`${message.typeName} has no field ${name}`);
  const schema = parameterSchema(field);
  // Empty segments are left out of a path, which then is another one.
  return { name, in: "path", required: true, schema: "enum" in schema ? schema : { ...schema, minLength: 1 } };
}

/** Parameters of a route whose request is `message`. */
export function routeParameters({ segments, hasBody }: HttpRoute, message: DescMessage): Parameter[] {
  const names = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.path]));
  const inPath = names.map((name) => pathParameter(message, name));
  return hasBody ? inPath : [...inPath, ...queryParameters(message, "", new Set(names))];
}

/** The path as OpenAPI writes it. */
export function routePath({ segments }: HttpRoute): string {
  const parts = segments.map((segment) => (segment.kind === "literal" ? segment.text : `{${segment.path}}`));
  return `/${parts.join("/")}`;
}
