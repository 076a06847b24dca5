/**
 * The document for people: one page without anything from elsewhere, in which every operation can be read, and tried.
 * @module
 */
import type { Document, Json, Operation, Parameter } from "./json.ts";

const STYLE = `
body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}
h2{font-size:1rem;margin:1.6rem 0 .4rem}details{border:1px solid #ccc;border-radius:4px;margin:.3rem 0}
summary{padding:.4rem .6rem;cursor:pointer}code,pre,textarea,input{font:13px/1.4 ui-monospace,monospace}
form{padding:.2rem .8rem .8rem}label{display:block;margin:.3rem 0}input,textarea{width:100%;box-sizing:border-box}
pre{background:#f4f4f4;padding:.5rem;overflow:auto;max-height:28rem}.verb{font-weight:600;display:inline-block;min-width:3.2rem}
small{color:#555}
`.trim();

/** Text in HTML, also inside quotes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function referenceName(schema: Json): string {
  const reference = String(schema.$ref ?? "");
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** The type of a parameter in a few words. */
function typeText({ type, format, items, enum: names }: Json): string {
  if (type === "array") return `${typeText(items as Json)}, repeated`;
  if (Array.isArray(names)) return names.join(" | ");
  return format === undefined ? String(type) : `${format}`;
}

function parameterField(parameter: Parameter): string {
  if ("$ref" in parameter) {
    return `<label>x-cosmos-block-height <small>header</small><input name="x-cosmos-block-height" data-in="header"></label>`;
  }
  const { name, in: place, required, schema } = parameter;
  const attributes = `name="${escapeHtml(name)}" data-in="${place}"${required ? " required" : ""}`;
  return `<label>${escapeHtml(name)} <small>${place}, ${escapeHtml(typeText(schema))}</small><input ${attributes}></label>`;
}

function bodyField({ requestBody }: Operation): string {
  return requestBody === undefined
    ? ""
    : `<label>body <small>JSON</small><textarea name="body" data-in="body" rows="5">{}</textarea></label>`;
}

/** The schema of the answer, with those that it refers to one level below. */
function answerText(operation: Operation, document: Document): string {
  const { 200: success } = operation.responses as Record<string, { content: Record<string, { schema: Json }> }>;
  const schema = success?.content["application/json"]?.schema ?? {};
  const schemas = document.components.schemas as Readonly<Record<string, Json>>;
  const references = (schema.anyOf as Json[] | undefined) ?? [schema];
  return references
    .map(referenceName)
    .map((name) => `${name} ${JSON.stringify(schemas[name]?.properties ?? {}, null, 2)}`)
    .join("\n\n");
}

function operationHtml(path: string, verb: string, operation: Operation, document: Document): string {
  const { summary, description, parameters, operationId } = operation;
  return `<details id="${escapeHtml(operationId)}"><summary><span class="verb">${verb.toUpperCase()}</span> <code>${escapeHtml(path)}</code>
<small>${escapeHtml(summary)}</small></summary><form data-verb="${verb}" data-path="${escapeHtml(path)}">
${description === undefined ? "" : `<p>${escapeHtml(description)}</p>`}${parameters.map(parameterField).join("\n")}${bodyField(operation)}
<button>Send</button><pre class="result" hidden></pre>
<details><summary>Answer</summary><pre>${escapeHtml(answerText(operation, document))}</pre></details></form></details>`;
}

function tagHtml(tag: string, document: Document): string {
  const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([verb, operation]) => operationHtml(path, verb, operation, document)),
  );
  return `<h2>${escapeHtml(tag)}</h2>\n${operations.join("\n")}`;
}

/** The page. Its script is `page.js` beside it. */
export function openApiPage(document: Document): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Enclavenet REST</title><style>${STYLE}</style></head><body>
<h1>Enclavenet REST</h1>
<p>${escapeHtml(String(document.info.description))}</p>
<p>For tools: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}).</p>
${document.tags.map(({ name }) => tagHtml(name, document)).join("\n")}
<script src="/swagger/page.js"></script></body></html>
`;
}
