/**
 * Collateral from a service, kept until Intel announces the next one.
 *
 * What is fetched is parsed before it is kept, so that a service that answers nonsense fails here and not later; whether it
 * is genuine shows when a quote is verified with it.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type CollateralJson, parseCollateral } from "../collateral/collateral.ts";
import { AttestationError } from "../errors.ts";
import { parseQuote } from "../quote/quote.ts";
import { windowsOf } from "../verify/collateral-rules.ts";
import { parseChain } from "../x509/certificate.ts";
import { parsePlatform } from "../x509/sgx-extension.ts";
import { authorityOf } from "./fitting.ts";
import type { HttpOptions } from "./http.ts";
import { askService, type PlatformKind, type Service } from "./service.ts";

/** Texts by name. Names hold letters, digits and dashes. */
export interface CollateralCache {
  get(name: string): string | undefined;
  put(name: string, text: string): void;
}

export interface CollateralOptions {
  readonly service: Service;
  readonly http: HttpOptions;
  readonly cache?: CollateralCache;
  /** Nothing is asked; what is not in the cache is missing. */
  readonly offline?: boolean;
}

export interface FetchedCollateral {
  readonly collateral: CollateralJson;
  /** Seconds since the epoch at which its first part ends. */
  readonly expires: number;
  readonly from: "service" | "cache";
}

/** Whose collateral a quote needs. The quote is not verified, and need not be. Throws `AttestationError`. */
export function platformKind(quote: Uint8Array): PlatformKind {
  const { body, quotingEnclave } = parseQuote(quote);
  const [certificate] = parseChain(quotingEnclave.pckChain);
  const ca = certificate && authorityOf(certificate.issuer);
  if (certificate?.sgxExtension === undefined || ca === undefined) {
    throw new AttestationError("CERTIFICATE_FORMAT", "the quote's certificate is not of a platform");
  }
  return { tee: body.tee, fmspc: parsePlatform(certificate.sgxExtension).fmspc, ca };
}

/** Name of a kind in a cache. */
export const cacheName = ({ tee, fmspc, ca }: PlatformKind, { apiVersion }: Service): string =>
  `${tee}-${fmspc}-${ca}-v${apiVersion}`;

/** When it ends, or undefined when it is no collateral or not of this time. */
function expiry(json: unknown, now: number): number | undefined {
  try {
    const windows = windowsOf({ collateral: parseCollateral(json) });
    const current = windows.every(({ from, to }) => from <= now && now <= to);
    return current ? Math.min(...windows.map(({ to }) => to)) : undefined;
  } catch (error) {
    if (error instanceof AttestationError) return undefined;
    throw error;
  }
}

/** A damaged or outdated entry is as good as none. */
function fromCache(name: string, { cache, http }: CollateralOptions): FetchedCollateral | undefined {
  const text = cache?.get(name);
  const expires = text === undefined ? undefined : expiry(text, http.clock.now());
  if (text === undefined || expires === undefined) return undefined;
  return { collateral: JSON.parse(text) as CollateralJson, expires, from: "cache" };
}

/** Collateral of a kind of platform, out of the cache while it lasts. Throws `LocalError` with a code `COLLATERAL_…`. */
export async function fetchCollateral(kind: PlatformKind, options: CollateralOptions): Promise<FetchedCollateral> {
  const name = cacheName(kind, options.service);
  const kept = fromCache(name, options);
  if (kept !== undefined) return kept;
  if (options.offline === true) {
    throw new LocalError("COLLATERAL_OFFLINE", `there is no current collateral of ${name} in the cache`, {
      fix: "fetch it once with --cache and without --offline, and copy the folder",
    });
  }
  const collateral = await askService(options.service, kind, options.http);
  const expires = expiry(collateral, options.http.clock.now());
  if (expires === undefined) {
    throw new LocalError(
      "COLLATERAL_ANSWER",
      `what ${options.service.url} serves for ${name} is no collateral of this time`,
      {
        fix: "look at the clock of this machine and at the service's own updates",
      },
    );
  }
  options.cache?.put(name, JSON.stringify(collateral));
  return { collateral, expires, from: "service" };
}
