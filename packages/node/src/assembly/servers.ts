/**
 * The servers of a node: CometBFT RPC, REST, gRPC, gRPC-web, and a faucet where there is one.
 * @module
 */
import { isIPv6 } from "node:net";
import type { Logger } from "@enclavenet/common";
import { LocalError } from "@enclavenet/common";
import type { AddressCodec } from "@enclavenet/proto";
import {
  createCometRpcServer,
  createFaucetServer,
  createGrpcServer,
  createGrpcWebServer,
  createRestServer,
  type FaucetWallet,
  listen,
  type RpcBackend,
} from "@enclavenet/rpc";
import { decodeBech32, encodeBech32 } from "@enclavenet/wire";
import type { NodeOptions, NodePorts } from "./parts.ts";

/** The faucet's wallet over the node's backend. */
export type FaucetOf = (backend: RpcBackend) => { readonly wallet: FaucetWallet; readonly port: number };

export interface Servers {
  readonly urls: Readonly<Record<"rpc" | "rest" | "grpc" | "grpcWeb", string>> & { readonly faucet?: string };
  close(): Promise<void>;
}

/** What the servers need to know. */
export type ServerOptions = NodeOptions & NodePorts;

interface ServerParts {
  readonly options: ServerOptions;
  readonly backend: RpcBackend;
  readonly logger: Logger;
  readonly faucet: FaucetOf | undefined;
}

/** Bech32 with one prefix; empty bytes are empty text. */
function addressCodec(prefix: string): AddressCodec {
  return {
    toText: (bytes) => (bytes.length === 0 ? "" : encodeBech32(prefix, bytes)),
    fromText(text) {
      if (text === "") return new Uint8Array(0);
      const decoded = decodeBech32(text);
      if (decoded.prefix !== prefix)
        throw new LocalError("ADDRESS_PREFIX", `expected an address that starts with ${prefix}1`);
      return decoded.data;
    },
  };
}

/** The error for an address that no server of this machine can listen on. */
function hostUnusable(host: string, cause: unknown): LocalError | undefined {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (!["EADDRNOTAVAIL", "EAI_AGAIN", "EINVAL", "ENOTFOUND"].includes(code)) return undefined;
  const fix = "give an address of this machine with --host";
  return new LocalError("HOST_UNUSABLE", `cannot listen on ${host}`, { fix, cause });
}

/** Starts all servers; those that started are closed again when one cannot. */
export async function startServers({ options, backend, logger, faucet }: ServerParts): Promise<Servers> {
  const consensusAddresses = addressCodec("secretvalcons");
  const rpc = await createCometRpcServer(backend, logger.child("rpc"));
  const addresses = addressCodec("secret");
  const rest = await createRestServer({ backend, logger: logger.child("rest"), addresses, consensusAddresses });
  const grpc = createGrpcServer({ backend, logger: logger.child("grpc"), addresses, consensusAddresses });
  const grpcWeb = createGrpcWebServer({ backend, logger: logger.child("grpc-web"), addresses, consensusAddresses });
  const servers: { close(): Promise<unknown> }[] = [rpc, rest, grpc, grpcWeb];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  const { host } = options;
  const start = async (server: Parameters<typeof listen>[0], port: number, option: string): Promise<string> => {
    const bound = await listen(server, { host, port }, option);
    return `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`;
  };
  const startFaucet = async ({ wallet, port }: ReturnType<FaucetOf>): Promise<{ faucet: string }> => {
    const server = await createFaucetServer(wallet, logger.child("faucet"));
    servers.push(server);
    return { faucet: await start(server, port, "--faucet-port") };
  };
  try {
    const urls = {
      rpc: await start(rpc, options.rpcPort, "--rpc-port"),
      rest: await start(rest, options.restPort, "--rest-port"),
      grpc: await start(grpc, options.grpcPort, "--grpc-port"),
      grpcWeb: await start(grpcWeb, options.grpcWebPort, "--grpc-web-port"),
      ...(faucet === undefined ? {} : await startFaucet(faucet(backend))),
    };
    return { urls, close };
  } catch (error) {
    await close();
    throw hostUnusable(host, error) ?? error;
  }
}
