/**
 * How the command speaks to collateral services: the real network and clock.
 * @module
 */
import type { HttpOptions } from "@enclavenet/attestation/client";

const TIMEOUT_MS = 20_000;

/** Tries per request where the user names no number. */
export const SERVICE_ATTEMPTS = 5;

/** Seconds since the epoch. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** `headers` hold the key of a service that wants one. */
export function serviceHttp(headers: HttpOptions["headers"], attempts: number = SERVICE_ATTEMPTS): HttpOptions {
  const sleep = (milliseconds: number): Promise<void> => new Promise((over) => setTimeout(over, milliseconds));
  return { fetch: globalThis.fetch, clock: { now: nowSeconds, sleep }, headers, attempts, timeoutMs: TIMEOUT_MS };
}
