/**
 * CometBFT RPC, REST in grpc-gateway shape, faucet. Handlers without state.
 * @module
 */
export type { RpcBackend } from "./backend.ts";
export { createCometRpcServer } from "./cometbft/server.ts";
export { createFaucetServer, type FaucetWallet } from "./faucet/server.ts";
export type { GrpcServerOptions } from "./grpc/listener.ts";
export { createGrpcServer, createGrpcWebServer, type GrpcServer } from "./grpc/server.ts";
export { createRestServer, type RestServerOptions } from "./rest/server.ts";
export { type ListenAddress, listen } from "./server/http.ts";
