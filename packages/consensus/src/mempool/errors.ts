/**
 * Why the mempool refuses a transaction before the application sees it: SDK codes 19, 20, 21 (spec 04 §6.6).
 * The pairs are registered by the chain; here they are only named, since this room does not import it.
 * @module
 */
import { CodedError, type ErrorDescriptor } from "@enclavenet/common";

/** The transaction was seen before. CometBFT's RPC prints this text, the SDK's broadcast prints none. */
export const ErrTxInMempoolCache: ErrorDescriptor = {
  codespace: "sdk",
  code: 19,
  text: "tx already exists in cache",
};

/** Count or bytes of waiting transactions are at their limit. */
export const ErrMempoolIsFull: ErrorDescriptor = { codespace: "sdk", code: 20, text: "mempool is full" };

/** The transaction exceeds the size limit. */
export const ErrTxTooLarge: ErrorDescriptor = { codespace: "sdk", code: 21, text: "tx too large" };

/** Codespace and code of a transaction that could never fit into a block. */
export const OUT_OF_GAS: ErrorDescriptor = { codespace: "sdk", code: 11, text: "out of gas" };

/** An error of `descriptor` with `detail` in CometBFT's wording. */
export function mempoolError(descriptor: ErrorDescriptor, detail = descriptor.text): CodedError {
  return new CodedError(descriptor, detail);
}
