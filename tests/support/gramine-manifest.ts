/**
 * The manifest of the enclave on SGX: read as Gramine's tools read it, and searched for what would let the host in.
 *
 * Rule: Gramine documentation, "Manifest syntax".
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";

const TEMPLATE = fileURLToPath(new URL("../../deploy/gramine/enclavenet-enclave.manifest.template", import.meta.url));

/** Values in the places of the template's variables. */
const VARIABLES: Readonly<Record<string, string>> = {
  "gramine.libos": "/gramine/libsysdb.so",
  "gramine.runtimedir()": "/gramine/runtime",
  arch_libdir: "/lib/x86_64-linux-gnu",
  node: "/usr/bin/node",
  bundle: "/build/enclave-production.mjs",
};

export interface Manifest {
  readonly loader: {
    readonly argv: readonly string[];
    readonly log_level: string;
    readonly env: Readonly<Record<string, unknown>>;
  };
  readonly fs: { readonly mounts: readonly { readonly path: string; readonly uri: string; readonly type?: string }[] };
  readonly sys: Readonly<Record<string, unknown>>;
  readonly sgx: Readonly<Record<string, unknown>> & {
    readonly trusted_files: readonly string[];
    readonly allowed_files: readonly string[];
  };
}

/** The template's text. */
export function manifestTemplate(): string {
  return readFileSync(TEMPLATE, "utf8");
}

/** The manifest that a template gives. Throws for a variable that nobody sets. */
export function renderManifest(template: string): Manifest {
  const text = template.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => {
    const value = VARIABLES[name];
    if (value === undefined) throw new Error(`the template has an unknown variable: ${name}`);
    return value;
  });
  return parse(text) as unknown as Manifest;
}

/** Names of all settings, `a.b.c`. */
function settingsOf(table: object, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    return isTable ? settingsOf(value, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}

const EXPECTED: Readonly<Record<string, unknown>> = {
  debug: false,
  remote_attestation: "dcap",
  file_check_policy: "strict",
};

/** Everything by which the host could reach into the enclave, in words. */
export function weaknesses(manifest: Manifest): string[] {
  const { loader, fs, sys, sgx } = manifest;
  const found = settingsOf(manifest).filter((name) => name.includes("insecure__"));
  const wrong = Object.entries(EXPECTED).filter(([name, value]) => sgx[name] !== value);
  found.push(...wrong.map(([name]) => `sgx.${name}`));
  if (!Array.isArray(loader.argv)) found.push("loader.argv");
  if (loader.log_level !== "error" && loader.log_level !== "none") found.push("loader.log_level");
  if (Object.values(loader.env).some((value) => typeof value !== "string")) found.push("loader.env");
  if ("argv_src_file" in loader || "env_src_file" in loader) found.push("loader: files of the host");
  if (sys.enable_extra_runtime_domain_names_conf !== false) found.push("sys.enable_extra_runtime_domain_names_conf");
  if (sys.enable_sigterm_injection === true) found.push("sys.enable_sigterm_injection");
  if (sgx.allowed_files.some((file) => file !== "file:enclave/")) found.push("sgx.allowed_files");
  if (fs.mounts.some(({ type }) => type === "untrusted_shm")) found.push("fs.mounts: shared memory");
  const measured = fs.mounts.filter(({ path }) => path !== "/sealed").map(({ uri }) => uri);
  const isTrusted = (uri: string) => sgx.trusted_files.some((file) => file === uri || file === `${uri}/`);
  found.push(...measured.filter((uri) => !isTrusted(uri)).map((uri) => `not measured: ${uri}`));
  return found;
}
