/**
 * Client of collateral services, for hosts. No part of the verifier, which asks nobody.
 * @module
 */
export {
  type CollateralCache,
  type CollateralOptions,
  cacheName,
  type FetchedCollateral,
  fetchCollateral,
  platformKind,
} from "./collateral-client.ts";
export { fittingCollateral, kindText } from "./fitting.ts";
export type { ClientClock, HttpOptions } from "./http.ts";
export { INTEL_PCS_URL, type PlatformKind, type Service, serviceBase } from "./service.ts";
