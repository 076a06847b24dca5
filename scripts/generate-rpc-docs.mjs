/**
 * Writes the tables of docs/reference/rpc.md: methods of the CometBFT RPC with their parameters, and the routes of REST, as the
 * running code knows them.
 *
 *   node scripts/generate-rpc-docs.mjs           writes
 *   node scripts/generate-rpc-docs.mjs --check   fails when the page differs from the code
 */
import { table, updatePage } from "./lib/generated-docs.mjs";
import { loadSources } from "./lib/load-sources.mjs";

const ENTRY = `
export { findMethod, methodNames } from "./packages/rpc/src/cometbft/methods.ts";
export { rpcs, servedServices } from "@enclavenet/proto";
`;

const { findMethod, methodNames, rpcs, servedServices } = await loadSources(ENTRY);

const served = new Set(servedServices.map(({ typeName }) => typeName));
const routes = [...rpcs.values()]
  .filter(({ service }) => served.has(service.typeName))
  .flatMap(({ routes, fullName }) => routes.map(({ verb, template }) => ({ verb, template, fullName })))
  .sort((a, b) => (a.template === b.template ? 0 : a.template < b.template ? -1 : 1));

const code = (text) => `\`${text}\``;

updatePage(
  "docs/reference/rpc.md",
  {
    methods: table(
      ["method", "parameters"],
      methodNames.map((name) => [code(name), findMethod(name).params.map(code).join(", ")]),
    ),
    routes: table(
      ["", "route", "rpc"],
      routes.map(({ verb, template, fullName }) => [verb, code(template), code(fullName.slice(1))]),
    ),
  },
  "node scripts/generate-rpc-docs.mjs",
);
