/**
 * What Intel certifies about a platform: the extension 1.2.840.113741.1.13.1 of a PCK certificate.
 *
 * Rule: "Intel SGX PCK Certificate and CRL Profile Specification"; spec 01 §4.5 for the machine id.
 * @module
 */
import { toHex, toUpperHex } from "@enclavenet/common";
import { DerReader, type DerValue, smallInteger, TAG } from "../encoding/der.ts";
import { refuse } from "../errors.ts";

export interface Platform {
  /** Name of the machine, 16 bytes. */
  readonly ppid: Uint8Array;
  /** Security versions of the 16 components. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly cpuSvn: Uint8Array;
  /** Upper-case hexadecimal, as in TCB information. */
  readonly pceId: string;
  readonly fmspc: string;
}

const ARC = "2a864886f84d010d01";
const PPID = `${ARC}01`;
const TCB = `${ARC}02`;
const PCE_ID = `${ARC}03`;
const FMSPC = `${ARC}04`;
const COMPONENTS = 16;
const PCE_SVN = `${TCB}11`;
const CPU_SVN = `${TCB}12`;

/** Members of a sequence of pairs (identifier, value). Unknown ones are passed over, none comes twice. */
function members(sequence: DerReader): ReadonlyMap<string, DerValue> {
  const found = new Map<string, DerValue>();
  while (!sequence.isAtEnd) {
    const pair = sequence.open(TAG.sequence);
    const id = toHex(pair.next(TAG.oid).content);
    if (found.has(id)) refuse("CERTIFICATE_FORMAT", "member of the SGX extension twice");
    found.set(id, pair.any());
    pair.end();
  }
  return found;
}

function member(found: ReadonlyMap<string, DerValue>, id: string, tag: number): DerValue {
  const value = found.get(id);
  if (value?.tag !== tag) refuse("CERTIFICATE_FORMAT", "the SGX extension lacks a member");
  return value;
}

function octets(found: ReadonlyMap<string, DerValue>, id: string, length: number): Uint8Array {
  const { content } = member(found, id, TAG.octetString);
  if (content.length !== length) refuse("CERTIFICATE_FORMAT", "length of a member of the SGX extension");
  return content;
}

/** Reads the value of the extension. Throws `AttestationError`. */
export function parsePlatform(extension: Uint8Array): Platform {
  const outer = new DerReader(extension);
  const all = members(outer.open(TAG.sequence));
  outer.end();
  const tcb = members(new DerReader(member(all, TCB, TAG.sequence).content));
  const svn = (index: number): number => {
    const id = `${TCB}${(index + 1).toString(16).padStart(2, "0")}`;
    return smallInteger(member(tcb, id, TAG.integer), 255);
  };
  return {
    ppid: octets(all, PPID, 16),
    components: Array.from({ length: COMPONENTS }, (_, index) => svn(index)),
    pceSvn: smallInteger(member(tcb, PCE_SVN, TAG.integer), 65_535),
    cpuSvn: octets(tcb, CPU_SVN, 16),
    pceId: toUpperHex(octets(all, PCE_ID, 2)),
    fmspc: toUpperHex(octets(all, FMSPC, 6)),
  };
}
