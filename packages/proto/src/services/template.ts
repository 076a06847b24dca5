/**
 * Path templates of google.api.http: literal segments, `{field}` for one segment, `{field=**}` for all that remain.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** One segment of a template. `rest` takes the remaining segments, at least one. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "field" | "rest"; readonly path: string };

const SEGMENT = /^(?:([\w.-]+)|\{([a-z][\w.]*)(?:=(\*|\*\*))?\})$/;

/** Segments of a template such as "/cosmos/bank/v1beta1/balances/{address}/by_denom". */
export function parseTemplate(template: string): readonly Segment[] {
  const parts = template.split("/");
  if (parts.shift() !== "") throw new LocalError("PROTO_TEMPLATE", `path template ${template} is not absolute`);
  return parts.map((part, index): Segment => {
    const match = SEGMENT.exec(part);
    if (match === null) throw new LocalError("PROTO_TEMPLATE", `path template ${template} is not understood`);
    const [, text, path, pattern] = match;
    if (text !== undefined) return { kind: "literal", text };
    const isRest = pattern === "**";
    if (isRest && index !== parts.length - 1) {
      throw new LocalError("PROTO_TEMPLATE", `path template ${template} has ** before its end`);
    }
    return { kind: isRest ? "rest" : "field", path: path as string };
  });
}

/** Segments of a request path, percent-decoded, without empty ones. Undefined when the encoding is malformed. */
export function splitPath(path: string): readonly string[] | undefined {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Values of the template's fields when `path` fits it. */
export function matchTemplate(
  segments: readonly Segment[],
  path: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = path[index];
    if (part === undefined) return undefined;
    if (segment.kind === "literal") {
      if (segment.text !== part) return undefined;
    } else if (segment.kind === "field") {
      values.set(segment.path, part);
    } else {
      values.set(segment.path, path.slice(index).join("/"));
      return values;
    }
  }
  return path.length === segments.length ? values : undefined;
}

/** Orders templates so that literals are tried before fields, and fields before `**`. */
export function compareTemplates(a: readonly Segment[], b: readonly Segment[]): number {
  const rank = { literal: 0, field: 1, rest: 2 };
  for (const [index, segment] of a.entries()) {
    const other = b[index];
    if (other === undefined) return -1;
    if (rank[segment.kind] !== rank[other.kind]) return rank[segment.kind] - rank[other.kind];
  }
  return a.length - b.length;
}
