/**
 * Reflection as a client without any descriptors uses it: it lists, fetches, links with a strict linker of its own, and calls.
 */
import {
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  create as make,
  toBinary,
} from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { cosmosBank, create, encode, grpcReflection, registry } from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../../../tests/support/grpc-client.ts";
import { answer, fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpc } from "./support/grpc.ts";

const { ServerReflectionRequestSchema: RequestSchema, ServerReflectionResponseSchema: ResponseSchema } = grpcReflection;

type Asked = grpcReflection.ServerReflectionRequest["messageRequest"];

const VERSIONS = ["grpc.reflection.v1", "grpc.reflection.v1alpha"] as const;
const pathOf = (version: string) => `/${version}.ServerReflection/ServerReflectionInfo`;

let running: Running;
let client: RawClient;
beforeAll(async () => {
  running = await startGrpc();
  client = new RawClient(running.port);
});
afterAll(async () => {
  client.close();
  await running.close();
});

/** Answers to questions on one stream. */
async function ask(questions: readonly Asked[], version: string = VERSIONS[0]) {
  const requests = questions.map((messageRequest) =>
    encode(RequestSchema, create(RequestSchema, { host: "here", messageRequest })),
  );
  const answers = await client.converse(pathOf(version), requests);
  return answers.map((bytes) => fromBinary(ResponseSchema, bytes));
}

async function askOne(question: Asked, version?: string) {
  const [only] = await ask([question], version);
  return only!;
}

const symbol = (value: string): Asked => ({ case: "fileContainingSymbol", value });
const filename = (value: string): Asked => ({ case: "fileByFilename", value });

function filesOf({ messageResponse }: grpcReflection.ServerReflectionResponse): FileDescriptorProto[] {
  if (messageResponse.case !== "fileDescriptorResponse") throw new Error(JSON.stringify(messageResponse));
  return messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

const namesOf = (response: grpcReflection.ServerReflectionResponse) => filesOf(response).map(({ name }) => name);

function errorOf({ messageResponse }: grpcReflection.ServerReflectionResponse) {
  return messageResponse.case === "errorResponse" ? messageResponse.value : undefined;
}

/** Links files; throws when one needs what is not among them. */
function link(files: readonly FileDescriptorProto[]): FileRegistry {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Set<FileDescriptorProto>();
  const visit = (name: string, neededBy: string): void => {
    const file = byName.get(name);
    if (file === undefined) throw new Error(`${neededBy} needs ${name}`);
    if (ordered.has(file)) return;
    for (const dependency of file.dependency) visit(dependency, name);
    ordered.add(file);
  };
  for (const { name } of files) visit(name, "");
  return createFileRegistry(make(FileDescriptorSetSchema, { file: [...ordered] }));
}

describe.each(VERSIONS)("%s", (version) => {
  it("lists the services, its own among them", async () => {
    const { messageResponse, validHost, originalRequest } = await askOne({ case: "listServices", value: "*" }, version);
    expect([validHost, originalRequest?.host]).toEqual(["here", "here"]);
    if (messageResponse.case !== "listServicesResponse") throw new Error("no list");
    const names = messageResponse.value.service.map(({ name }) => name);
    expect(names).toEqual([
      "cosmos.auth.v1beta1.Query",
      "cosmos.bank.v1beta1.Query",
      "cosmos.base.node.v1beta1.Service",
      "cosmos.base.reflection.v1beta1.ReflectionService",
      "cosmos.base.reflection.v2alpha1.ReflectionService",
      "cosmos.base.tendermint.v1beta1.Service",
      "cosmos.consensus.v1.Query",
      "cosmos.reflection.v1.ReflectionService",
      "cosmos.tx.v1beta1.Service",
      "enclavenet.registration.v1.Query",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "secret.compute.v1beta1.Query",
      "secret.registration.v1beta1.Query",
    ]);
  });

  it("gives files of which each listed service links, with all that they need", async () => {
    const { messageResponse } = await askOne({ case: "listServices", value: "" }, version);
    if (messageResponse.case !== "listServicesResponse") throw new Error("no list");
    for (const { name } of messageResponse.value.service) {
      const linked = link(filesOf(await askOne(symbol(name), version)));
      expect(linked.getService(name)?.methods.length).toBeGreaterThan(0);
    }
  });

  it("is enough to call a method without any descriptor at hand", async () => {
    const coin = create(cosmosBank.QueryBalanceResponseSchema, { balance: { denom: "uscrt", amount: "5" } });
    const value = encode(cosmosBank.QueryBalanceResponseSchema, coin);
    const own = await startGrpc(fakeBackend({ query: async () => answer({ value }) }));
    const ownClient = new RawClient(own.port);
    const linked = link(filesOf(await askOne(symbol("cosmos.bank.v1beta1.Query"), version)));
    const method = linked.getService("cosmos.bank.v1beta1.Query")!.methods.find(({ name }) => name === "Balance")!;
    const input: DescMessage = method.input;
    const request = make(input, { address: "acc01", denom: "uscrt" } as Record<string, unknown>);
    const called = await ownClient.call(`/${method.parent.typeName}/${method.name}`, toBinary(input, request));
    expect(fromBinary(method.output, called.bytes!)).toMatchObject({ balance: { denom: "uscrt", amount: "5" } });
    ownClient.close();
    await own.close();
  });
});

describe("a symbol", () => {
  it.each([
    ["cosmos.bank.v1beta1.Query", "cosmos/bank/v1beta1/query.proto"],
    ["cosmos.bank.v1beta1.Query.Balance", "cosmos/bank/v1beta1/query.proto"],
    ["cosmos.bank.v1beta1.QueryBalanceRequest", "cosmos/bank/v1beta1/query.proto"],
    [".cosmos.bank.v1beta1.QueryBalanceRequest", "cosmos/bank/v1beta1/query.proto"],
    ["cosmos.bank.v1beta1.QueryBalanceRequest.denom", "cosmos/bank/v1beta1/query.proto"],
    ["cosmos.tx.v1beta1.ModeInfo.Single", "cosmos/tx/v1beta1/tx.proto"],
    ["cosmos.tx.v1beta1.ModeInfo.sum", "cosmos/tx/v1beta1/tx.proto"],
    ["cosmos.tx.v1beta1.BroadcastMode", "cosmos/tx/v1beta1/service.proto"],
    ["cosmos.tx.v1beta1.BROADCAST_MODE_SYNC", "cosmos/tx/v1beta1/service.proto"],
    ["grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"],
    ["gogoproto.nullable", "gogoproto/gogo.proto"],
    ["google.api.http", "google/api/annotations.proto"],
    ["google.protobuf.Any", "google/protobuf/any.proto"],
    ["secret.compute.v1beta1.MsgExecuteContract", "secret/compute/v1beta1/msg.proto"],
  ])("%s is in %s", async (name, file) => {
    expect(namesOf(await askOne(symbol(name)))[0]).toBe(file);
  });

  it.each(["", "cosmos", "cosmos.bank.v1beta1", "cosmos.bank.v1beta1.Nothing", "__proto__", "constructor"])(
    "%j is not found",
    async (name) => {
      expect(errorOf(await askOne(symbol(name)))).toMatchObject({
        errorCode: 5,
        errorMessage: `symbol ${name} not found`,
      });
    },
  );

  it("of every type that there is has a file", async () => {
    const all = [...registry].map(({ typeName }) => typeName);
    expect(all.length).toBeGreaterThan(300);
    const answers = await ask(all.map(symbol));
    expect(answers.filter((one) => errorOf(one) !== undefined)).toEqual([]);
  });
});

describe("a file", () => {
  it("comes with what it needs, and only once on a stream", async () => {
    const name = "cosmos/bank/v1beta1/query.proto";
    const [first, again, other] = await ask([filename(name), filename(name), filename("cosmos/bank/v1beta1/tx.proto")]);
    const names = namesOf(first!);
    expect(names).toEqual(
      expect.arrayContaining([
        "amino/amino.proto",
        "gogoproto/gogo.proto",
        "google/api/annotations.proto",
        "google/api/http.proto",
        "google/protobuf/descriptor.proto",
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(namesOf(again!)).toEqual([name]);
    const shared = namesOf(other!).filter((one) => names.includes(one));
    expect(shared).toEqual([]);
    link([...filesOf(first!), ...filesOf(other!)]);
  });

  it("that does not exist is not found, and the conversation goes on", async () => {
    const [missing, present] = await ask([filename("a/b.proto"), filename("amino/amino.proto")]);
    expect(errorOf(missing!)).toMatchObject({ errorCode: 5, errorMessage: "file a/b.proto not found" });
    expect(namesOf(present!)).toContain("amino/amino.proto");
  });
});

describe("an extension", () => {
  const extension = (containingType: string, extensionNumber: number): Asked => ({
    case: "fileContainingExtension",
    value: create(grpcReflection.ExtensionRequestSchema, { containingType, extensionNumber }),
  });

  it.each([
    ["google.protobuf.MethodOptions", 72295728, "google/api/annotations.proto"],
    ["google.protobuf.FieldOptions", 65001, "gogoproto/gogo.proto"],
    ["google.protobuf.ServiceOptions", 11110000, "cosmos/msg/v1/msg.proto"],
  ])("of %s, %i, is in %s", async (type, number, file) => {
    expect(namesOf(await askOne(extension(type, number)))[0]).toBe(file);
  });

  it("that nobody declared is not found", async () => {
    expect(errorOf(await askOne(extension("google.protobuf.FieldOptions", 1)))?.errorCode).toBe(5);
    expect(errorOf(await askOne(extension("a.B", 65001)))?.errorCode).toBe(5);
  });

  it("is listed by its number", async () => {
    const numbers = async (value: string) => {
      const { messageResponse } = await askOne({ case: "allExtensionNumbersOfType", value });
      return messageResponse.case === "allExtensionNumbersResponse" ? messageResponse.value : messageResponse.value;
    };
    expect(await numbers("google.protobuf.ServiceOptions")).toMatchObject({
      baseTypeName: "google.protobuf.ServiceOptions",
      extensionNumber: [11110000],
    });
    expect(await numbers("cosmos.base.v1beta1.Coin")).toMatchObject({ extensionNumber: [] });
    expect(await numbers("a.B")).toMatchObject({ errorCode: 5, errorMessage: "type a.B not found" });
  });
});

describe("a question that asks nothing", () => {
  it("is an invalid argument", async () => {
    expect(errorOf(await askOne({ case: undefined }))).toMatchObject({ errorCode: 3 });
  });
});
