/**
 * REST to rpc as grpc-gateway does it: find the route, then fill the request message from path, query and body
 * (spec 04 §2.1, §2.2). Repeated and leading slashes are collapsed (spec 04 §1.4); unknown query parameters are ignored.
 * @module
 */
import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { fromBase64, LocalError } from "@enclavenet/common";
import { fieldValue, setFieldValue } from "../field-access.ts";
import { enumFromJson, fromGogoJson, integerFromJson } from "../json/from-gogo-json.ts";
import type { JsonOptions } from "../json/options.ts";
import { timestampFromText } from "../json/times.ts";
import { type HttpRoute, type Rpc, rpcs } from "./table.ts";
import { compareTemplates, matchTemplate, splitPath } from "./template.ts";

/** A route that fits a path, with the texts of its path fields. */
export interface RouteMatch {
  readonly rpc: Rpc;
  readonly route: HttpRoute;
  readonly pathValues: ReadonlyMap<string, string>;
}

/** An HTTP request as far as transcoding looks at it. */
export interface HttpParts {
  readonly query: URLSearchParams;
  /** Parsed JSON; needed when the route has a body. */
  readonly body?: unknown;
}

/** Finds the rpc behind an HTTP request. */
export class RestRouter {
  readonly #entries: readonly { readonly rpc: Rpc; readonly route: HttpRoute }[];

  /** Routes of the given rpcs, by default of all. */
  constructor(served: Iterable<Rpc> = rpcs.values()) {
    this.#entries = [...served]
      .flatMap((rpc) => rpc.routes.map((route) => ({ rpc, route })))
      .sort((a, b) => compareTemplates(a.route.segments, b.route.segments));
  }

  /** The route for a verb and a path without its query, or undefined. */
  match(verb: string, path: string): RouteMatch | undefined {
    const parts = splitPath(path);
    if (parts === undefined) return undefined;
    let misfit: RouteMatch | undefined;
    for (const { rpc, route } of this.#entries) {
      if (route.verb !== verb) continue;
      const pathValues = matchTemplate(route.segments, parts);
      if (pathValues === undefined) continue;
      if (fits(rpc.request, pathValues)) return { rpc, route, pathValues };
      misfit ??= { rpc, route, pathValues };
    }
    return misfit;
  }
}

/**
 * Whether the path's texts can be values of byte fields. Two rpcs may share a shape of path (auth's bech32 in both
 * directions): a text that is no base64 goes to the other one, and only when none fits is it reported.
 */
function fits(schema: DescMessage, pathValues: ReadonlyMap<string, string>): boolean {
  for (const [path, text] of pathValues) {
    const field = schema.fields.find(({ name }) => name === path);
    if (field?.fieldKind === "scalar" && field.scalar === ScalarType.BYTES && !isBase64(text)) return false;
  }
  return true;
}

function isBase64(text: string): boolean {
  try {
    bytesFromText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The request message of a matched route. Throws LocalError: `PROTO_PARAMETER` for a path or query value that does not
 * fit its field, the codes of `fromGogoJson` for the body.
 */
export function requestMessage(match: RouteMatch, parts: HttpParts, options: JsonOptions): Message {
  const { rpc, route, pathValues } = match;
  const message = route.hasBody ? fromGogoJson(rpc.request, parts.body ?? {}, options) : create(rpc.request);
  if (!route.hasBody) {
    for (const name of new Set(parts.query.keys())) {
      if (!pathValues.has(name)) setParameter(rpc.request, message, name, parts.query.getAll(name));
    }
  }
  for (const [name, text] of pathValues) setParameter(rpc.request, message, name, [text]);
  return message;
}

/** Sets the field at a dotted path from texts. Does nothing when there is no such field. */
function setParameter(schema: DescMessage, message: Message, path: string, texts: readonly string[]): void {
  const [name, ...rest] = path.split(".");
  const field = schema.fields.find((candidate) => candidate.name === name || candidate.jsonName === name);
  if (field === undefined) return;
  if (rest.length > 0) {
    if (field.fieldKind !== "message") return;
    const inner = (fieldValue(message, field) as Message | undefined) ?? create(field.message);
    setParameter(field.message, inner, rest.join("."), texts);
    setFieldValue(message, field, inner);
  } else {
    setFieldValue(message, field, parameterValue(field, texts));
  }
}

function parameterValue(field: DescField, texts: readonly string[]): unknown {
  try {
    if (field.fieldKind === "list") return texts.map((text) => singleValue(field, text));
    if (texts.length > 1) throw new LocalError("PROTO_PARAMETER", "more than one value");
    return singleValue(field, texts[0] ?? "");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "malformed";
    throw new LocalError("PROTO_PARAMETER", `parameter ${field.name}: ${reason}`, { cause });
  }
}

function singleValue(field: DescField, text: string): unknown {
  if (field.enum !== undefined) return enumFromJson(field.enum, /^-?\d{1,10}$/.test(text) ? Number(text) : text);
  if (field.message?.typeName === "google.protobuf.Timestamp") return timestampFromText(text);
  switch (field.scalar) {
    case undefined:
      throw new LocalError("PROTO_PARAMETER", "messages cannot be given as text");
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return boolFromText(text);
    case ScalarType.BYTES:
      return bytesFromText(text);
    default:
      return integerFromJson(field.scalar, text, field.name);
  }
}

function boolFromText(text: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw new LocalError("PROTO_PARAMETER", "expected true or false");
}

/** Standard base64, or else the URL-safe alphabet, with or without padding. */
function bytesFromText(text: string): Uint8Array {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, "="));
}
