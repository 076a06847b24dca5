/** What a syntax tree holds that two machines, or two runs of one, may see differently. */
import ts from "typescript";
import { walk } from "../source-tree.mjs";

const CLOCK = "the time is not part of a block";
const CHANCE = "drawn anew on every machine";
const TIMER = "what it does next depends on time";
const COLLECTOR = "depends on when memory is collected";
const MACHINE = "differs between machines";
const LOCALE = "depends on the locale and on the release's tables";
const UNICODE = "depends on the Unicode version of the release";

/** Names that stand alone. */
const GLOBALS = {
  Date: CLOCK,
  performance: CLOCK,
  Intl: LOCALE,
  WeakRef: COLLECTOR,
  FinalizationRegistry: COLLECTOR,
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  queueMicrotask: TIMER,
  eval: MACHINE,
  process: MACHINE,
  navigator: MACHINE,
};

/** Names behind a dot, whatever stands before it. */
const MEMBERS = {
  localeCompare: LOCALE,
  toLocaleString: LOCALE,
  toLocaleLowerCase: LOCALE,
  toLocaleUpperCase: LOCALE,
  toLocaleDateString: LOCALE,
  toLocaleTimeString: LOCALE,
  normalize: UNICODE,
  toLowerCase: UNICODE,
  toUpperCase: UNICODE,
  randomBytes: CHANCE,
  randomUUID: CHANCE,
  randomInt: CHANCE,
  getRandomValues: CHANCE,
  hrtime: CLOCK,
};

/** Results that ECMAScript gives to the last bit; those of `sin`, `exp`, `pow` and their like are the engine's choice. */
const EXACT_MATH = ["abs", "ceil", "clz32", "floor", "fround", "imul", "max", "min", "round", "sign", "sqrt", "trunc"];
const MODULES = [
  "os",
  "fs",
  "fs/promises",
  "child_process",
  "worker_threads",
  "net",
  "http",
  "timers",
  "perf_hooks",
  "dns",
];

function hazardOfMember(node) {
  const name = node.name.text;
  const owner = node.expression.getText();
  if (owner === "Math" && name === "random") return { what: "Math.random", why: CHANCE };
  if (owner === "Math" && !EXACT_MATH.includes(name)) {
    return { what: `Math.${name}`, why: "ECMAScript leaves the last bits of its result open" };
  }
  if (owner === "Atomics" && name.startsWith("wait")) return { what: `Atomics.${name}`, why: TIMER };
  return Object.hasOwn(MEMBERS, name) ? { what: name, why: MEMBERS[name] } : undefined;
}

/** Whether the name refers to the global: not a property, key, parameter or declaration. */
function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent)) {
    return parent.initializer === node;
  }
  return !(ts.isTypeNode(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodSignature(parent));
}

function hazardOf(node) {
  if (ts.isPropertyAccessExpression(node)) return hazardOfMember(node);
  if (ts.isIdentifier(node) && Object.hasOwn(GLOBALS, node.text) && isReference(node)) {
    return { what: node.text, why: GLOBALS[node.text] };
  }
  if (ts.isForInStatement(node)) return { what: "for in", why: "walks inherited names too: use Object.entries" };
  if (ts.isRegularExpressionLiteral(node) && /\\p\{/i.test(node.text)) return { what: "\\p{}", why: UNICODE };
  if (ts.isImportDeclaration(node)) {
    const name = node.moduleSpecifier.text.replace(/^node:/, "");
    if (MODULES.includes(name)) return { what: `import ${name}`, why: MACHINE };
    if (name === "crypto" && /\brandom/.test(node.importClause?.getText() ?? "")) {
      return { what: "import of chance", why: CHANCE };
    }
  }
  return undefined;
}

/** Every hazard of a file, with its line. */
export function findHazards(source) {
  const found = [];
  walk(source, (node) => {
    const hazard = hazardOf(node);
    if (hazard === undefined) return;
    found.push({ ...hazard, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
  });
  return found;
}
