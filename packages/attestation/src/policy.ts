/**
 * What a caller demands beyond a valid quote. Every member that is left out demands nothing, except the TCB status.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { JsonObject, parseJsonObject } from "./collateral/json.ts";
import { TCB_STATUSES, type TcbStatus } from "./collateral/tcb-status.ts";
import { bytesOfHex } from "./encoding/text.ts";
import { refuse } from "./errors.ts";

export interface Policy {
  /** Default: `UpToDate` alone. */
  readonly tcb_statuses?: readonly TcbStatus[];
  /** Advisories that may apply to the platform; any other one is refused. */
  readonly advisory_ids?: readonly string[];
  /** MRENCLAVE or MRTD, hexadecimal. */
  readonly measurements?: readonly string[];
  /** RTMR 0 to 3 of a trust domain, hexadecimal; an empty text demands nothing of that one. An enclave has none and fails. */
  readonly rtmrs?: readonly string[];
  /** MRSIGNER, hexadecimal. A trust domain has none, so that no domain passes. */
  readonly signers?: readonly string[];
  /** Beginning of the report data, hexadecimal; all 64 bytes for all of it. */
  readonly report_data?: string;
  /** Machine ids, hexadecimal. */
  readonly machine_ids?: readonly string[];
  /** Oldest TCB information, QE identity and list of platforms, in seconds since they were issued. */
  readonly max_collateral_age?: number;
  /** Smallest number of Intel's evaluation, of TCB information and of the quoting enclave's identity. */
  readonly min_evaluation_number?: number;
  /** Of a network's policy, no demand on a quote: whether its enclaves believe state only with a proof. */
  readonly state_proofs?: "off" | "all";
  /** Of a network's policy: how many blocks a proven query may be behind the last one. */
  readonly query_blocks?: number;
  /** Of a network's policy: address of the account that decides about its nodes and seeds; empty: nobody. */
  readonly authority?: string;
}

const STATE_PROOFS: readonly string[] = ["off", "all"];
/** For each of these blocks an enclave remembers what was proven. */
export const MAX_QUERY_BLOCKS = 16;
/** Longest bech32 text that names an account. */
const MAX_ADDRESS = 100;

const CODE = "ATTESTATION_POLICY";
const TEXT_LISTS = ["tcb_statuses", "advisory_ids", "measurements", "rtmrs", "signers", "machine_ids"] as const;
const NUMBERS = ["max_collateral_age", "min_evaluation_number"] as const;
const HEX_LISTS: readonly string[] = ["measurements", "rtmrs", "signers", "machine_ids"];

/** Digits in lower case, as verdicts have them. */
const lowerHex = (text: string, name: string): string => toHex(bytesOfHex(text, CODE, `policy.${name}`));

function readList(json: JsonObject, name: (typeof TEXT_LISTS)[number]): readonly string[] {
  const texts = json.texts(name);
  if (HEX_LISTS.includes(name)) return texts.map((text) => lowerHex(text, name));
  const known: readonly string[] = TCB_STATUSES;
  const fit = name !== "tcb_statuses" || texts.every((text) => known.includes(text));
  return fit ? texts : refuse(CODE, "policy.tcb_statuses has an entry that is no status");
}

function readNetwork(json: JsonObject): Pick<Policy, "state_proofs" | "query_blocks" | "authority"> {
  const network: Record<string, unknown> = {};
  if (json.has("state_proofs")) {
    const setting = json.text("state_proofs", 3);
    if (!STATE_PROOFS.includes(setting)) refuse(CODE, 'policy.state_proofs is neither "off" nor "all"');
    network.state_proofs = setting;
  }
  if (json.has("query_blocks")) {
    const blocks = json.count("query_blocks", MAX_QUERY_BLOCKS);
    if (blocks === 0) refuse(CODE, "policy.query_blocks is zero");
    network.query_blocks = blocks;
  }
  if (json.has("authority")) network.authority = json.text("authority", MAX_ADDRESS);
  return network;
}

/** A policy from JSON text or from what it holds. A member that is not known is refused: it would demand nothing. */
export function parsePolicy(value: unknown): Policy {
  const json =
    typeof value === "string" ? parseJsonObject(value, CODE, "policy") : new JsonObject(value, CODE, "policy");
  const known: readonly string[] = [
    ...TEXT_LISTS,
    ...NUMBERS,
    "report_data",
    "state_proofs",
    "query_blocks",
    "authority",
  ];
  const stranger = json.names().find((name) => !known.includes(name));
  if (stranger !== undefined) refuse(CODE, `policy.${stranger.slice(0, 100)} is not known`);
  const policy: Record<string, unknown> = {};
  for (const name of TEXT_LISTS) if (json.has(name)) policy[name] = readList(json, name);
  for (const name of NUMBERS) if (json.has(name)) policy[name] = json.count(name, Number.MAX_SAFE_INTEGER);
  if (json.has("report_data")) policy.report_data = lowerHex(json.text("report_data", 128), "report_data");
  return { ...policy, ...readNetwork(json) } as Policy;
}
