/**
 * The gRPC service of the module's queries.
 * @module
 */

/** Its full name. */
export const COMPUTE_QUERY_SERVICE = "secret.compute.v1beta1.Query";
