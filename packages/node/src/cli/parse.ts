/**
 * Parsers of option values; each error names what would be accepted.
 * @module
 */
import { resolve } from "node:path";
import { isPublicNetwork } from "@enclavenet/attestation";
import type { PlatformKind } from "@enclavenet/attestation/client";
import type { ProductionMode } from "@enclavenet/consensus";
import { tryDecodeBech32 } from "@enclavenet/wire";
import { InvalidArgumentError } from "commander";
import { LOCALNET_PORTS } from "../localnet/options.ts";
import type { GenesisAccount } from "../network/genesis-document.ts";

/** Which enclave a node runs. `application`: of Gramine, in place of the bundle. */
export interface EnclaveChoice {
  readonly bundle: "development" | "production";
  readonly application?: string;
}

const MAX_PORT = 65_535;
/** Even the highest default port stays a port. */
const MAX_PORT_OFFSET = MAX_PORT - Math.max(...Object.values(LOCALNET_PORTS));
const MAX_INTERVAL_MS = 3_600_000;

/** 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= MAX_PORT)) throw new InvalidArgumentError(`expected a port from 0 to ${MAX_PORT}.`);
  return port;
}

/** Moves ports upwards. */
export function parsePortOffset(text: string): number {
  const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(offset <= MAX_PORT_OFFSET)) throw new InvalidArgumentError(`expected a number from 0 to ${MAX_PORT_OFFSET}.`);
  return offset;
}

/** `auto`, `manual`, or an interval such as `200ms` or `5s`. */
export function parseBlockTime(text: string): ProductionMode {
  if (text === "auto" || text === "manual") return { mode: text };
  const [, digits, unit] = /^(\d{1,7})(ms|s)$/.exec(text) ?? [];
  const intervalMs = Number(digits) * (unit === "s" ? 1000 : 1);
  if (!(intervalMs >= 1 && intervalMs <= MAX_INTERVAL_MS)) {
    throw new InvalidArgumentError("expected auto, manual, or an interval such as 200ms or 5s.");
  }
  return { mode: "interval", intervalMs };
}

/** Also the name of a folder, so it is not one of dots only. */
export function parseChainId(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/.test(text)) {
    throw new InvalidArgumentError(
      "expected 1 to 50 letters, digits, dots, dashes or underscores, beginning with a letter or digit.",
    );
  }
  return text;
}

/** The chain id of a development network. */
export function parseDevelopmentChainId(text: string): string {
  const chainId = parseChainId(text);
  if (isPublicNetwork(chainId)) {
    throw new InvalidArgumentError(
      "that is a public network, which development enclaves refuse; expected another name.",
    );
  }
  return chainId;
}

/** An empty text would mean the current directory to the file system. */
export function parseDirectory(text: string): string {
  if (text === "") throw new InvalidArgumentError("expected the path of a directory.");
  return text;
}

/** The last second of the year 9999. */
const MAX_UNIX_TIME = 253_402_300_799;

/** Whole seconds since 1970. */
export function parseUnixTime(text: string): number {
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_UNIX_TIME)) {
    throw new InvalidArgumentError("expected whole seconds since 1970-01-01T00:00:00Z, such as 1750377600.");
  }
  return seconds;
}

/** `development`, `production`, or `gramine:` and the path of a Gramine application. */
export function parseEnclave(text: string): EnclaveChoice {
  if (text === "development" || text === "production") return { bundle: text };
  const application = /^gramine:(.+)$/.exec(text)?.[1];
  if (application === undefined) {
    throw new InvalidArgumentError("expected development, production or gramine:APPLICATION.");
  }
  return { bundle: "production", application: resolve(application) };
}

const MAX_SOURCES = 16;

/** One URL of an RPC or a faucet. */
export function parseSource(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new InvalidArgumentError(`expected a URL such as http://127.0.0.1:26657; got "${text}".`);
  }
  return url.href;
}

/** Different URLs of RPCs, separated by commas. */
export function parseSources(text: string): readonly string[] {
  const sources = [...new Set(text.split(",").map((one) => parseSource(one.trim())))];
  if (sources.length > MAX_SOURCES) throw new InvalidArgumentError(`expected at most ${MAX_SOURCES} URLs.`);
  return sources;
}

/** An address of this chain. */
export function parseAddressOption(text: string): string {
  const decoded = tryDecodeBech32(text);
  if ("failure" in decoded || decoded.prefix !== "secret" || ![20, 32].includes(decoded.data.length)) {
    throw new InvalidArgumentError("expected an address that begins with secret1.");
  }
  return text;
}

/** Coins fit into 128 bits with room for sums. */
const AMOUNT = /^[1-9]\d{0,29}$/;
const MAX_ACCOUNTS = 1_000;

/** One more account with its coins, such as secret1…=1000000. */
export function parseAccounts(text: string, before: readonly GenesisAccount[]): readonly GenesisAccount[] {
  const [address = "", amount = "", ...rest] = text.split("=");
  if (rest.length > 0 || !AMOUNT.test(amount)) {
    throw new InvalidArgumentError("expected an address and an amount in uscrt, such as secret1…=1000000.");
  }
  if (before.length >= MAX_ACCOUNTS) throw new InvalidArgumentError(`expected at most ${MAX_ACCOUNTS} accounts.`);
  return [...before, { address: parseAddressOption(address), amount }];
}

/** uscrt per gas, in millionths. */
export function parseGasPrice(text: string): bigint {
  const [, whole = "", part = ""] = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === "") throw new InvalidArgumentError("expected uscrt per gas, such as 0.0125.");
  return BigInt(whole + part.padEnd(6, "0"));
}

function parseHex(text: string, digits: number): string {
  const isHex = text.length === digits && /^[0-9a-fA-F]+$/.test(text);
  if (!isHex) throw new InvalidArgumentError(`expected ${digits} hexadecimal digits.`);
  return text.toLowerCase();
}

/** A kind of platform: its TEE, its FMSPC, the authority that certifies it. */
export function parsePlatformKind(text: string): PlatformKind {
  const [, tee, fmspc = "", ca] = /^(sgx|tdx):([0-9a-fA-F]{12}):(processor|platform)$/.exec(text) ?? [];
  if (tee === undefined) throw new InvalidArgumentError("expected a kind such as sgx:00A067110000:platform.");
  return { tee, fmspc: fmspc.toUpperCase(), ca } as PlatformKind;
}

/** A machine id, 20 bytes. */
export function parseMachineId(text: string): string {
  return parseHex(text, 40);
}

/** Machine ids, separated by commas. */
export function parseMachineIds(text: string): readonly string[] {
  return text.split(",").map((one) => parseMachineId(one.trim()));
}

/** A public key, 32 bytes. */
export function parsePublicKey(text: string): string {
  return parseHex(text, 64);
}

/** What evidence names a program by: 32 bytes of an enclave, 48 of a trust domain. */
export function parseMeasurement(text: string): string {
  return parseHex(text, text.length === 96 ? 96 : 64);
}

/** The four registers of a trust domain. */
export function parseRtmrs(text: string): readonly string[] {
  const rtmrs = text.split(",").map((one) => parseHex(one.trim(), 96));
  if (rtmrs.length !== 4) throw new InvalidArgumentError("expected RTMR 0 to 3, separated by commas.");
  return rtmrs;
}

/** Whole seconds, up to a day. */
export function parseSeconds(text: string): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > 86_400) throw new InvalidArgumentError("expected 1 to 86400 seconds.");
  return seconds;
}
