/**
 * Writes the tables of docs/protocol/boundary.md from the source of `enclave-api`: every call with its number, fields and
 * comments, every status, the frame's numbers.
 *
 *   node scripts/generate-boundary-docs.mjs           writes
 *   node scripts/generate-boundary-docs.mjs --check   fails when the page differs from the code
 */
import ts from "typescript";
import { table, updatePage } from "./lib/generated-docs.mjs";
import { constant, docOf, parseSource } from "./lib/source-tree.mjs";

const calls = parseSource("packages/enclave-api/src/calls.ts");
const errors = parseSource("packages/enclave-api/src/errors.ts");
const frame = parseSource("packages/enclave-api/src/frame.ts");

/** Names of schema constants that are written out where they are used. */
const INLINE = ["hash", "publicKey", "address", "nothing"];

/** Schemas that get a table of their own. */
const NAMED = [
  "ContractKeySchema",
  "MessageOriginSchema",
  "ContractResultSchema",
  "SubMessageSchema",
  "AttributeSchema",
];

const shortName = (schema) => schema.replace(/Schema$/, "");

/** A schema expression as a reader sees it: `list(bytes)`, `bytes[32]`, `ContractKey?`. */
function typeText(expression) {
  if (ts.isIdentifier(expression)) {
    const name = expression.text;
    return INLINE.includes(name) ? typeText(constant(calls, name)) : shortName(name);
  }
  if (!ts.isCallExpression(expression)) throw new Error(`unknown schema: ${expression.getText()}`);
  const [first] = expression.arguments;
  switch (expression.expression.getText()) {
    case "fixedBytes":
      return `bytes[${first.getText()}]`;
    case "option":
      return `${typeText(first)}?`;
    case "list":
      return `list(${typeText(first)})`;
    case "struct":
      return `{ ${fieldsOf(expression)
        .map(({ name, type }) => `${name}: ${type}`)
        .join(", ")} }`;
    default:
      throw new Error(`unknown schema: ${expression.getText()}`);
  }
}

function resolved(expression) {
  return ts.isIdentifier(expression) ? constant(calls, expression.text) : expression;
}

function fieldsOf(expression) {
  return resolved(expression).arguments[0].properties.map((property) => ({
    name: property.name.getText(),
    type: typeText(property.initializer ?? property.name),
    doc: docOf(property),
  }));
}

function fieldList(expression) {
  const fields = fieldsOf(expression);
  if (fields.length === 0) return "nothing";
  return fields.map(({ name, type }) => `\`${name}: ${type}\``).join(", ");
}

function notes(expression) {
  return fieldsOf(expression)
    .filter(({ doc }) => doc !== "")
    .map(({ name, doc }) => `\`${name}\`: ${doc}`);
}

function callTable(name) {
  return table(
    ["no.", "call", "request", "response", "notes"],
    constant(calls, name).properties.map((property) => {
      const [id, request, response] = property.initializer.arguments;
      const remarks = [docOf(property), ...notes(request), ...notes(response)].filter((text) => text !== "");
      return [
        id.getText(),
        `\`${property.name.getText()}\``,
        fieldList(request),
        fieldList(response),
        remarks.join(" "),
      ];
    }),
  );
}

function namedTable(name) {
  const rows = fieldsOf(constant(calls, name)).map((field) => [`\`${field.name}\``, `\`${field.type}\``, field.doc]);
  const about = docOf(constant(calls, name).parent.parent.parent);
  return `#### ${shortName(name)}\n\n${about === "" ? "" : `${about}\n\n`}${table(["field", "type", "meaning"], rows)}`;
}

function pairs(source, name) {
  return constant(source, name).properties.map((property) => [property.name.getText(), property.initializer, property]);
}

function statusTable() {
  const rows = pairs(errors, "EnclaveStatus").map(([name, initializer, property]) => {
    const [number, text] =
      initializer.expression === undefined ? initializer.elements : initializer.expression.elements;
    return [number.getText(), `\`${name}\``, text.text, docOf(property)];
  });
  return table(["no.", "status", "text", "meaning"], rows);
}

const value = (source, name) => constant(source, name).getText();
const numbers = (source, name) =>
  pairs(source, name)
    .map(([key, number]) => `${number.getText()} ${key}`)
    .join(", ");

updatePage(
  "docs/protocol/boundary.md",
  {
    numbers: table(
      ["what", "value"],
      [
        ["protocol version", value(calls, "PROTOCOL_VERSION")],
        ["frame header", `${value(frame, "FRAME_HEADER_BYTES")} bytes`],
        ["largest frame body", `${value(frame, "MAX_FRAME_BYTES")} bytes`],
        ["frame kinds", numbers(frame, "FrameKind")],
        ["longest `check` text", `${value(frame, "MAX_CHECK_CHARACTERS")} characters`],
        ["keychain states", numbers(calls, "KeychainState")],
        ["`replyOn`", numbers(calls, "ReplyOn")],
      ],
    ),
    ecalls: callTable("ecalls"),
    ocalls: callTable("ocalls"),
    types: NAMED.map(namedTable).join("\n\n"),
    statuses: statusTable(),
  },
  "node scripts/generate-boundary-docs.mjs",
);
