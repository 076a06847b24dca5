/**
 * grpc.reflection.v1.ServerReflection, and v1alpha, which is the same under an older name (spec 04 §4.2, "gRPC-only").
 * @module
 */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { type DescFile, grpcReflection, grpcReflectionV1alpha } from "@enclavenet/proto";
import { GrpcCode } from "../../services/status.ts";
import { MAX_NAME_MESSAGE_BYTES } from "../limits.ts";
import { DescriptorIndex } from "./descriptor-index.ts";

const { ServerReflectionRequestSchema: RequestSchema, ServerReflectionResponseSchema: ResponseSchema } = grpcReflection;

type Request = grpcReflection.ServerReflectionRequest;
type Response = MessageInitShape<typeof ResponseSchema>;
type Result = NonNullable<Response["messageResponse"]>;

function failure(errorCode: number, errorMessage: string): Result {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

/** The answers on one stream. */
class Conversation {
  readonly #index: DescriptorIndex;
  readonly #services: readonly string[];
  /** Files that the client has from this stream. */
  readonly #sent = new Set<DescFile>();

  constructor(index: DescriptorIndex, services: readonly string[]) {
    this.#index = index;
    this.#services = services;
  }

  answer(request: Request): Response {
    return { validHost: request.host, originalRequest: request, messageResponse: this.#result(request) };
  }

  #result({ messageRequest: { case: kind, value } }: Request): Result {
    const index = this.#index;
    switch (kind) {
      case "fileByFilename":
        return this.#files(index.file(value), `file ${value}`);
      case "fileContainingSymbol":
        return this.#files(index.fileOfSymbol(value.replace(/^\./, "")), `symbol ${value}`);
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = value;
        const file = index.fileOfExtension(containingType.replace(/^\./, ""), extensionNumber);
        return this.#files(file, `extension ${extensionNumber} of ${containingType}`);
      }
      case "allExtensionNumbersOfType": {
        const numbers = index.extensionNumbers(value.replace(/^\./, ""));
        if (numbers === undefined) return failure(GrpcCode.notFound, `type ${value} not found`);
        const extensionNumber = [...numbers];
        return { case: "allExtensionNumbersResponse", value: { baseTypeName: value, extensionNumber } };
      }
      case "listServices":
        return { case: "listServicesResponse", value: { service: this.#services.map((name) => ({ name })) } };
      default:
        return failure(GrpcCode.invalidArgument, "the request asks for nothing");
    }
  }

  /** A file, then what it needs, but for what was sent before. */
  #files(file: DescFile | undefined, what: string): Result {
    if (file === undefined) return failure(GrpcCode.notFound, `${what} not found`);
    const wanted = new Set([file]);
    for (const one of wanted) {
      for (const needed of one.dependencies) if (!this.#sent.has(needed)) wanted.add(needed);
    }
    for (const one of wanted) this.#sent.add(one);
    const fileDescriptorProto = [...wanted].map((one) => this.#index.encoded(one));
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
  }
}

/** Adds both versions; `services` are the names that they list, sorted. */
export function addReflection(router: ConnectRouter, services: readonly string[]): void {
  const index = new DescriptorIndex();
  const limits = { readMaxBytes: MAX_NAME_MESSAGE_BYTES };
  router.service(
    grpcReflection.ServerReflection,
    {
      async *serverReflectionInfo(requests) {
        const conversation = new Conversation(index, services);
        for await (const request of requests) yield conversation.answer(request);
      },
    },
    limits,
  );
  const { ServerReflection, ServerReflectionRequestSchema, ServerReflectionResponseSchema } = grpcReflectionV1alpha;
  router.service(
    ServerReflection,
    {
      async *serverReflectionInfo(requests) {
        const conversation = new Conversation(index, services);
        for await (const request of requests) {
          // The versions differ in their names only, so bytes of one are bytes of the other.
          const bytes = toBinary(ServerReflectionRequestSchema, request);
          const answer = create(ResponseSchema, conversation.answer(fromBinary(RequestSchema, bytes)));
          yield fromBinary(ServerReflectionResponseSchema, toBinary(ResponseSchema, answer));
        }
      },
    },
    limits,
  );
}
