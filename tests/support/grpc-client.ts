/** A client of gRPC that shares no code with the server: grpc-js, with messages as bytes. */
import { Client, credentials, Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";

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

  /** On a loopback port. */
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
