/**
 * The table of rpcs: full method name, request and response schema, HTTP routes from google.api.http.
 * @module
 */
import { type DescMessage, type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import { LocalError } from "@enclavenet/common";
import * as cosmosMsg from "../gen/cosmos/msg/v1/msg_pb.ts";
import * as googleApi from "../gen/google/api/annotations_pb.ts";
import type { HttpRule } from "../gen/google/api/http_pb.ts";
import { registry } from "../registry.ts";
import { parseTemplate, type Segment } from "./template.ts";

/** One HTTP route of an rpc. */
export interface HttpRoute {
  readonly verb: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  /** As written in the .proto file. */
  readonly template: string;
  readonly segments: readonly Segment[];
  /** Whether the request message comes as JSON in the body. */
  readonly hasBody: boolean;
}

/** One rpc. */
export interface Rpc {
  /** "/cosmos.bank.v1beta1.Query/Balance": gRPC path, ABCI query path and message route in one. */
  readonly fullName: string;
  readonly service: DescService;
  readonly method: DescMethod;
  readonly request: DescMessage;
  readonly response: DescMessage;
  readonly routes: readonly HttpRoute[];
}

function routeOf(rule: HttpRule): HttpRoute {
  const { case: verb, value: template } = rule.pattern;
  if (verb === undefined || (rule.body !== "" && rule.body !== "*")) {
    throw new LocalError("PROTO_TEMPLATE", "an HTTP rule needs a pattern, and its body can only be *");
  }
  return {
    verb: verb.toUpperCase() as HttpRoute["verb"],
    template,
    segments: parseTemplate(template),
    hasBody: rule.body === "*",
  };
}

function rpcOf(service: DescService, method: DescMethod): Rpc {
  const rule = getOption(method, googleApi.http);
  const rules = rule.pattern.case === undefined ? [] : [rule, ...rule.additionalBindings];
  return {
    fullName: `/${service.typeName}/${method.name}`,
    service,
    method,
    request: method.input,
    response: method.output,
    routes: rules.map(routeOf),
  };
}

function rpcsOf(service: DescService): Rpc[] {
  return service.methods.map((method) => rpcOf(service, method));
}

/** Every rpc of every service of our .proto files, by full name. */
export const rpcs: ReadonlyMap<string, Rpc> = new Map(
  [...registry].flatMap((type) => (type.kind === "service" ? rpcsOf(type) : [])).map((rpc) => [rpc.fullName, rpc]),
);

/** The rpcs of one service, in the order of the .proto file. */
export function rpcsOfService(service: DescService): readonly Rpc[] {
  return service.methods.map((method) => rpcs.get(`/${service.typeName}/${method.name}`) as Rpc);
}

/**
 * Services that a server answers calls of, by name. Not those whose methods are messages of transactions, and not gRPC's own,
 * which describe a server.
 */
export const servedServices: readonly DescService[] = [...registry]
  .filter((type): type is DescService => type.kind === "service")
  .filter((service) => !getOption(service, cosmosMsg.service) && !service.typeName.startsWith("grpc."))
  .sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
