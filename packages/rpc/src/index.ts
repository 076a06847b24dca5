/**
 * CometBFT RPC, REST in grpc-gateway shape, faucet. Handlers without state.
 * @module
 */
export {};
