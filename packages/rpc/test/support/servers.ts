/** The servers of this room over a fake node, to be asked without a port. */
import { Agent, request } from "node:http";
import { LocalError, type Logger } from "@enclavenet/common";
import { createCometRpcServer, createFaucetServer, createRestServer, type FaucetWallet } from "@enclavenet/rpc";
import type { FakeBackend } from "./fake-backend.ts";

/** Keeps what was logged as an error. */
export function recordingLogger(): Logger & { readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const logger = {
    errors,
    error: (_message: string, _context?: unknown, error?: unknown) => void errors.push(error),
    warn() {},
    info() {},
    debug() {},
    child: () => logger,
  };
  return logger;
}

/** Hexadecimal after a prefix: enough of an address here. */
export const codec = (prefix: string) => ({
  toText: (bytes: Uint8Array) => `${prefix}${Buffer.from(bytes).toString("hex")}`,
  fromText(text: string) {
    if (!text.startsWith(prefix)) throw new LocalError("ADDRESS", "not an address");
    return new Uint8Array(Buffer.from(text.slice(prefix.length), "hex"));
  },
});

export interface Inject {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS";
  readonly url: string;
  readonly payload?: string;
  readonly headers?: Record<string, string>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  json(): ReturnType<typeof JSON.parse>;
}

const AGENT = new Agent({ keepAlive: true });

type Server = Awaited<ReturnType<typeof createRestServer>>;

export async function ask(server: Server, request: Inject): Promise<Answered> {
  const response = await server.inject(request);
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.payload,
    json: () => JSON.parse(response.payload),
  };
}

/** The same over a loopback socket, with a target that arrives exactly as written. */
export function askSocket(port: number, { method, url, payload, headers = {} }: Inject): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path: url, headers, agent: AGENT }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    sent.on("error", reject);
    sent.end(payload);
  });
}

export function restServer(backend: FakeBackend, logger: Logger = recordingLogger()): Promise<Server> {
  const [addresses, consensusAddresses] = [codec("acc"), codec("cons")];
  return createRestServer({ backend, logger, addresses, consensusAddresses });
}

export function rpcServer(
  backend: FakeBackend,
  logger: Logger = recordingLogger(),
  limits: Parameters<typeof createCometRpcServer>[2] = {},
): Promise<Server> {
  return createCometRpcServer(backend, logger, limits);
}

export function faucetServer(wallet: FaucetWallet, logger: Logger = recordingLogger()): Promise<Server> {
  return createFaucetServer(wallet, logger);
}
