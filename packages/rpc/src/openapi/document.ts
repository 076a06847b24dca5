/**
 * The OpenAPI document of the REST gateway, out of the descriptors: what `RestRouter` matches is what is described.
 * @module
 */
import type { HttpRoute, Rpc } from "@enclavenet/proto";
import { Components, ERROR_SCHEMA, schemaReference } from "./components.ts";
import type { Document, Json, Operation } from "./json.ts";
import { routeParameters, routePath } from "./parameters.ts";

const HEIGHT_PARAMETER = "height";
const HEIGHT_HEADER = "height";

const DESCRIPTION = [
  "Queries and transactions of the chain over REST. Numbers of 64 bits are text, bytes are base64, addresses bech32.",
  "A query at an earlier height is sent with the header x-cosmos-block-height. Names of body fields and of query parameters are",
  "accepted in lowerCamelCase too. An error has the same body everywhere; its code is that of gRPC.",
].join(" ");

interface Route {
  readonly rpc: Rpc;
  readonly route: HttpRoute;
}

/** Routes by verb and path, parameters aside: two of auth differ in the name of a parameter only. */
function groupedRoutes(served: readonly Rpc[]): Route[][] {
  const groups = new Map<string, Route[]>();
  for (const rpc of served) {
    for (const route of rpc.routes) {
      const shape = `${route.verb} ${routePath(route).replace(/\{[^}]*\}/g, "{}")}`;
      groups.set(shape, [...(groups.get(shape) ?? []), { rpc, route }]);
    }
  }
  return [...groups.values()];
}

function pathNotes(routes: readonly Route[]): string[] {
  const isRest = routes.some(({ route }) => route.segments.some(({ kind }) => kind === "rest"));
  const others = routes
    .slice(1)
    .map(({ rpc }) => `Text that does not fit the parameter goes to ${rpc.fullName.slice(1)}.`);
  return isRest ? [...others, "The last parameter may hold slashes."] : others;
}

function answerSchema(routes: readonly Route[], components: Components): Json {
  const references = routes.map(({ rpc }) => ({ $ref: components.reference(rpc.response, "answer") }));
  return references.length === 1 ? { ...references[0] } : { anyOf: references };
}

function jsonContent(schema: Json): Json {
  return { "application/json": { schema } };
}

function operationOf(routes: readonly [Route, ...Route[]], components: Components): Operation {
  const [{ rpc, route }] = routes;
  const notes = pathNotes(routes);
  return {
    operationId: rpc.fullName.slice(1).replace("/", "."),
    tags: [rpc.service.typeName],
    summary: rpc.method.name,
    ...(notes.length === 0 ? {} : { description: notes.join(" ") }),
    parameters: [...routeParameters(route, rpc.request), { $ref: `#/components/parameters/${HEIGHT_PARAMETER}` }],
    ...(route.hasBody
      ? {
          requestBody: { required: true, content: jsonContent({ $ref: components.reference(rpc.request, "request") }) },
        }
      : {}),
    responses: {
      200: {
        description: "The answer",
        headers: { "Grpc-Metadata-X-Cosmos-Block-Height": { $ref: `#/components/headers/${HEIGHT_HEADER}` } },
        content: jsonContent(answerSchema(routes, components)),
      },
      default: { description: "An error", content: jsonContent({ $ref: schemaReference(ERROR_SCHEMA) }) },
    },
  };
}

function pathsOf(served: readonly Rpc[], components: Components): Document["paths"] {
  const paths = new Map<string, Record<string, Operation>>();
  for (const routes of groupedRoutes(served)) {
    const [first] = routes as [Route, ...Route[]];
    const path = routePath(first.route);
    const operation = operationOf(routes as [Route, ...Route[]], components);
    paths.set(path, { ...paths.get(path), [first.route.verb.toLowerCase()]: operation });
  }
  return Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The document of the rpcs that are served; `version` is the node's. */
export function openApiDocument(served: readonly Rpc[], version: string): Document {
  const components = new Components();
  const paths = pathsOf(served, components);
  const tags = served.filter(({ routes }) => routes.length > 0).map(({ service }) => service.typeName);
  return {
    openapi: "3.0.3",
    info: { title: "Enclavenet", description: DESCRIPTION, version, license: { name: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags: [...new Set(tags)].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas(),
      parameters: {
        [HEIGHT_PARAMETER]: {
          name: "x-cosmos-block-height",
          in: "header",
          description: "Height of the state to ask; 0 or nothing: the latest.",
          schema: { type: "string", pattern: "^[0-9]{1,18}$" },
        },
      },
      headers: {
        [HEIGHT_HEADER]: { description: "Height that the answer stands for.", schema: { type: "string" } },
      },
    },
  };
}
