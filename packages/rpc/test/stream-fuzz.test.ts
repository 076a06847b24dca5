/**
 * Whatever comes over websocket, gRPC and gRPC-web, down to the frames: an answer in the server's own form or a closed connection,
 * never an unexpected exception, and the next client is served.
 * @module
 */
import { listen } from "@enclavenet/rpc";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeBackend } from "./support/fake-backend.ts";
import { type Running, startGrpc, startGrpcWeb } from "./support/grpc.ts";
import {
  grpcCalls,
  grpcWebCalls,
  type HostileStream,
  http2Bytes,
  websocketFrames,
  websocketMessages,
} from "./support/hostile-streams.ts";
import { recordingLogger, rpcServer } from "./support/servers.ts";
import { connectWebsocket } from "./support/websocket-client.ts";

const logger = recordingLogger();
let rpc: Awaited<ReturnType<typeof rpcServer>>;
let rpcPort: number;
let grpc: Running;
let web: Running;
beforeAll(async () => {
  rpc = await rpcServer(fakeBackend(), logger);
  rpcPort = await listen(rpc, { host: "127.0.0.1", port: 0 }, "--rpc-port");
  grpc = await startGrpc();
  web = await startGrpcWeb();
});
afterAll(() => Promise.all([rpc.close(), grpc.close(), web.close()]));

async function tryAll(stream: HostileStream, numRuns: number): Promise<void> {
  try {
    await fc.assert(
      fc.asyncProperty(stream.inputs, (bytes) => stream.attempt(bytes)),
      { seed: 20_261_127, numRuns },
    );
  } finally {
    stream.close();
  }
  expect([...logger.errors, ...grpc.errors, ...web.errors]).toEqual([]);
}

describe("websocket", () => {
  it("answers any message of a client in JSON-RPC, and goes on", async () => {
    await tryAll(await websocketMessages(rpcPort), 500);
  });

  it("closes after any frames, and serves the next client", async () => {
    await tryAll(websocketFrames(rpcPort), 300);
    const client = await connectWebsocket(rpcPort);
    expect(await client.call("health")).toMatchObject({ id: 1, result: {} });
    await client.close();
  });
});

describe("gRPC", () => {
  it("gives every call a status", () => tryAll(grpcCalls(grpc.port), 600));

  it("answers or closes after any bytes, and serves the next client", async () => {
    await tryAll(http2Bytes(grpc.port), 300);
    await tryAll(grpcCalls(grpc.port), 20);
  });
});

describe("gRPC-web", () => {
  it("gives every call a status", () => tryAll(grpcWebCalls(web.port), 600));
});
