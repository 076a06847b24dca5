/**
 * The doors of the process that are not the channel: signals, reports, exceptions, and what was opened before this program ran.
 *
 * SECURITY: a host that starts a software enclave can start any other program as well. The checks keep a supervisor's settings and
 * accidents out, and nothing secret is read before them; on hardware the manifest, which is measured, fixes flags and environment.
 * @module
 */
import { EnclaveExitCode } from "@enclavenet/enclave-api";

/** Flags of Node and V8 that the host starts an enclave with: confinement, memory, stack. */
const CONFINEMENT: readonly string[] = [
  "--permission",
  "--experimental-permission",
  "--allow-fs-read",
  "--allow-fs-write",
  "--no-warnings",
  "--min-semi-space-size",
  "--max-semi-space-size",
  "--heap-growing-percent",
  "--disallow-code-generation-from-strings",
  // Bounds of a contract's memory are checked in its code; under Gramine there is no room for guard regions.
  "--disable-wasm-trap-handler",
  "--stack-size",
];

/** V8's tiers (docs/determinism.md): they change how fast code runs and nothing that anybody sees. */
const TIERS: readonly string[] = [
  "--liftoff-only",
  "--no-liftoff",
  "--no-wasm-dynamic-tiering",
  "--no-opt",
  "--always-sparkplug",
];

/**
 * Variables by which others put code, certificates, files or a debugger into a process: of Node, the dynamic loader, OpenSSL and
 * libuv.
 */
const DOORS_OF_ENVIRONMENT = /^(NODE_|LD_|DYLD_|OPENSSL_|SSL_|UV_)/;

/** What the manifest for Gramine sets (deploy/gramine): folders that the manifest fills. Nothing else may be the value. */
const GRAMINE_VARIABLE = { name: "LD_LIBRARY_PATH", value: "/lib:/runtime" };

function isHarmless(flag: string): boolean {
  const [name = ""] = flag.split("=", 1);
  return CONFINEMENT.includes(name) || TIERS.includes(name);
}

function isDoor(name: string, value: string | undefined): boolean {
  if (name === GRAMINE_VARIABLE.name && value === GRAMINE_VARIABLE.value) return false;
  return DOORS_OF_ENVIRONMENT.test(name);
}

/** Whether somebody opened the process from outside: by a flag, or by a variable. */
export function isOpened(flags: readonly string[], environment: Readonly<Record<string, string | undefined>>): boolean {
  return !flags.every(isHarmless) || Object.entries(environment).some(([name, value]) => isDoor(name, value));
}

/**
 * No signal starts the inspector, no error prints: texts of exceptions may hold plaintext. Signals that a terminal or a
 * supervisor sends to a whole group are the host's to answer; its end is this process's end.
 */
function silence(): void {
  for (const signal of ["SIGUSR1", "SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("uncaughtException", () => process.exit(EnclaveExitCode.failed));
  process.on("unhandledRejection", () => process.exit(EnclaveExitCode.failed));
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
}

/** Closes them; ends the process if one was opened from outside. Before anything secret is read. */
export function closeDoors(): void {
  silence();
  if (isOpened(process.execArgv, process.env)) process.exit(EnclaveExitCode.opened);
}
