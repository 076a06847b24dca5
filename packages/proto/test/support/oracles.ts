/** The protobuf codecs of cosmjs-types and secretjs, found by type name. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { fieldValue } from "../../src/field-access.ts";
import type { ArbitraryOptions } from "./arbitrary.ts";

const require = createRequire(import.meta.url);

/** A generated codec of either library. */
interface OracleCodec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Record<string, unknown>;
}

export interface Oracle {
  readonly name: string;
  /** Types that the library does not have. */
  readonly missing: RegExp;
  /** What it cannot carry. */
  readonly limits: ArbitraryOptions;
  codec(schema: DescMessage): OracleCodec | undefined;
  /** A decoded message without Buffers. */
  plain(message: Record<string, unknown>): Record<string, unknown>;
  /** Our message as this library represents it. */
  represent(schema: DescMessage, message: Message): Record<string, unknown>;
}

function moduleFinder(base: string): (directory: string) => readonly Record<string, unknown>[] {
  const cache = new Map<string, readonly Record<string, unknown>[]>();
  return (directory) => {
    let modules = cache.get(directory);
    if (modules === undefined) {
      const folder = join(base, directory);
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".js")) : [];
      modules = files.map((file) => require(join(folder, file)) as Record<string, unknown>);
      cache.set(directory, modules);
    }
    return modules;
  };
}

interface Style {
  name(field: DescField): string;
  integer(value: bigint): unknown;
  readonly without: ReadonlySet<string>;
}

function representWith(style: Style, schema: DescMessage, message: Message): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const convert = (field: DescField, value: unknown): unknown => {
    if (field.message !== undefined) return representWith(style, field.message, value as Message);
    return typeof value === "bigint" ? style.integer(value) : value;
  };
  for (const field of schema.fields) {
    const value = fieldValue(message, field);
    if (value === undefined || style.without.has(`${schema.typeName}.${field.name}`)) continue;
    out[style.name(field)] =
      field.fieldKind === "list" ? (value as unknown[]).map((item) => convert(field, item)) : convert(field, value);
  }
  return out;
}

/** protobufjs hands out Buffers. */
function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutBuffers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBuffers(item)]));
}

function oracle(
  name: string,
  base: string,
  names: Omit<Style, "without">,
  { missing, limits }: Pick<Oracle, "missing" | "limits">,
): Oracle {
  const modules = moduleFinder(base);
  const style = { ...names, without: limits.without ?? new Set<string>() };
  return {
    name,
    missing,
    limits,
    plain: (message) => withoutBuffers(message) as Record<string, unknown>,
    codec(schema) {
      const packageName = schema.file.proto.package;
      const exported = schema.typeName.slice(packageName.length + 1).replaceAll(".", "_");
      for (const module of modules(packageName.replaceAll(".", "/"))) {
        const found = module[exported] as Partial<OracleCodec> | undefined;
        if (found?.decode !== undefined && found.encode !== undefined) return found as OracleCodec;
      }
      return undefined;
    },
    represent: (schema, message) => representWith(style, schema, message),
  };
}

const toCamel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** cosmjs-types 0.11: camelCase, bigint. It writes 64-bit integers between 2^31 and 2^32 wrongly. */
export const cosmjs = oracle(
  "cosmjs-types",
  dirname(require.resolve("cosmjs-types/helpers")),
  { name: (field) => toCamel(field.name), integer: (value) => value },
  {
    missing:
      /^secret\.|^cosmos\.crypto\.secp256r1\.|^cosmos\.base\.reflection\.v2|^tendermint\.types\.(EncryptedRandom|Canonical)/,
    limits: {
      without: new Set([
        "tendermint.types.Header.encrypted_random",
        "cosmos.ics23.v1.ProofSpec.prehash_key_before_comparison",
      ]),
      allowed: (value) => value < 2n ** 31n || value >= 2n ** 32n,
    },
  },
);

const NEWER_COMPUTE =
  "AuthorizedAdminUpdate|Ecall|NetworkPubkey|EncryptedSeed|BlockTraces|ExecutionTraceData|StorageOp|CrossModuleOp|" +
  "MachineIDProof|AnalyzeCode|BlockCreateResults|CreateResult|MachineWhitelist|ContractGovernanceProposal|AdminUpdateInfo";

/** secretjs 1.22: snake_case, 64-bit integers as text. */
export const secretjs = oracle(
  "secretjs",
  join(dirname(require.resolve("secretjs")), "protobuf"),
  { name: (field) => field.name, integer: String },
  {
    missing: new RegExp(`^secret\\.compute\\.v1beta1\\..*(${NEWER_COMPUTE})`),
    limits: {
      without: new Set([
        "secret.registration.v1beta1.RaAuthenticate.replace_machine_id",
        "cosmos.ics23.v1.ProofSpec.prehash_key_before_comparison",
      ]),
    },
  },
);
