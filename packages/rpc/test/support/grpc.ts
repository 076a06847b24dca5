/** gRPC servers over a fake node on a port of the kernel's choice, and an independent client: grpc-js with raw bytes. */

import {
  createGrpcServer,
  createGrpcWebServer,
  type GrpcServer,
  type GrpcServerOptions,
  listen,
} from "@enclavenet/rpc";
import { Client, credentials, Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { type FakeBackend, fakeBackend } from "./fake-backend.ts";
import { recordingLogger } from "./servers.ts";

const consensusAddresses = {
  toText: (bytes: Uint8Array) => `cons${Buffer.from(bytes).toString("hex")}`,
  fromText: (text: string) => new Uint8Array(Buffer.from(text.slice(4), "hex")),
};

export interface Running {
  readonly backend: FakeBackend;
  readonly errors: readonly unknown[];
  readonly port: number;
  readonly server: GrpcServer;
  close(): Promise<void>;
}

export async function startGrpc(
  backend: FakeBackend = fakeBackend(),
  options: Partial<GrpcServerOptions> = {},
  create: typeof createGrpcServer | typeof createGrpcWebServer = createGrpcServer,
): Promise<Running> {
  const logger = recordingLogger();
  const server = create({ backend, logger, consensusAddresses, ...options });
  const port = await listen(server, { host: "127.0.0.1", port: 0 }, "--grpc-port");
  return { backend, errors: logger.errors, port, server, close: () => server.close() };
}

export function startGrpcWeb(backend?: FakeBackend, options?: Partial<GrpcServerOptions>): Promise<Running> {
  return startGrpc(backend, options, createGrpcWebServer);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

export interface Called {
  /** 0 when the call succeeded. */
  readonly code: number;
  readonly details: string;
  readonly bytes: Uint8Array | undefined;
  readonly header: Metadata;
}

/** A client that puts and gets message bytes as they are. */
export class RawClient {
  readonly #client: Client;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
      "grpc.enable_retries": 0,
    });
  }

  call(
    path: string,
    request: Uint8Array,
    metadata: Readonly<Record<string, string>> = {},
    deadlineMs = 20_000,
  ): Promise<Called> {
    const sent = new Metadata();
    for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
    return new Promise((resolve) => {
      let header = new Metadata();
      let answer: { readonly error: ServiceError | null; readonly bytes: Uint8Array | undefined } | undefined;
      const options = { deadline: Date.now() + deadlineMs };
      const call = this.#client.makeUnaryRequest(
        path,
        asBuffer,
        (bytes: Buffer) => new Uint8Array(bytes),
        request,
        sent,
        options,
        (error, bytes) => {
          answer = { error, bytes };
        },
      );
      call.on("metadata", (received) => {
        header = received;
      });
      call.on("status", ({ code, details }: StatusObject) => {
        setImmediate(() => resolve({ code, details, bytes: answer?.bytes, header }));
      });
    });
  }

  /** Sends messages on one stream, each after the answer to the one before; resolves with all answers. */
  converse(path: string, requests: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      const answers: Uint8Array[] = [];
      const stream = this.#client.makeBidiStreamRequest(path, asBuffer, (bytes: Buffer) => new Uint8Array(bytes));
      const sendNext = (): void => {
        const next = requests[answers.length];
        if (next === undefined) stream.end();
        else stream.write(next);
      };
      stream.on("data", (bytes: Uint8Array) => {
        answers.push(bytes);
        sendNext();
      });
      stream.on("error", reject);
      stream.on("end", () => resolve(answers));
      sendNext();
    });
  }

  close(): void {
    this.#client.close();
  }
}
