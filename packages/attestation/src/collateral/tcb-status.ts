/**
 * States of a trusted computing base, and how the states of its parts join.
 *
 * Rule: "Intel SGX and TDX DCAP quote verification", convergence of the TCB status of platform, TDX module and quoting
 * enclave: out of date wins over the need for hardening and keeps the need for configuration, revoked wins over all.
 * @module
 */

/** States in the order in which they get worse. */
export const TCB_STATUSES = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
] as const;

export type TcbStatus = (typeof TCB_STATUSES)[number];

const has = (statuses: readonly TcbStatus[], part: string): boolean => statuses.some((one) => one.includes(part));

/** State of a whole whose parts have these states. */
export function joinStatuses(statuses: readonly TcbStatus[]): TcbStatus {
  if (statuses.includes("Revoked")) return "Revoked";
  const configuration = has(statuses, "Configuration");
  if (has(statuses, "OutOfDate")) return configuration ? "OutOfDateConfigurationNeeded" : "OutOfDate";
  const hardening = has(statuses, "SWHardening");
  if (configuration) return hardening ? "ConfigurationAndSWHardeningNeeded" : "ConfigurationNeeded";
  return hardening ? "SWHardeningNeeded" : "UpToDate";
}
