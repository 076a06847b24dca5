/** Certificates and revocation lists of the test hierarchy, from a description of each. */
import { concatBytes, fromHex, toBase64, utf8ToBytes } from "@enclavenet/common";
import {
  bits,
  ecdsaWithSha256,
  integer,
  name,
  octets,
  oid,
  sequence,
  signatureValue,
  time,
  tlv,
  truth,
  unsigned,
} from "./der-writer.ts";
import { type KeyName, publicKey, sign } from "./keys.ts";

export interface CertificatePlan {
  subject: string;
  issuer: string;
  key: KeyName;
  signedBy: KeyName;
  serial: string;
  notBefore: number;
  notAfter: number;
  isAuthority: boolean;
  pathLength?: number;
  /** First byte of the key usage. */
  usage: number;
  /** Extensions of other kinds: identifier and value in hexadecimal. */
  more?: readonly { readonly id: string; readonly value: string; readonly critical?: boolean }[];
}

export interface PlatformPlan {
  ppid: string;
  components: number[];
  pceSvn: number;
  pceId: string;
  fmspc: string;
}

export interface ListPlan {
  issuer: string;
  signedBy: KeyName;
  thisUpdate: number;
  nextUpdate: number;
  revoked: string[];
  /** A critical extension. */
  critical?: string;
}

const SGX = "2a864886f84d010d01";
const pair = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), value);

/** Value of the extension that describes a platform. */
export function sgxExtension({ ppid, components, pceSvn, pceId, fmspc }: PlatformPlan): Uint8Array {
  const svn = (index: number) => `${SGX}02${(index + 1).toString(16).padStart(2, "0")}`;
  const tcb = sequence(
    ...components.map((value, index) => pair(svn(index), integer(value))),
    pair(svn(16), integer(pceSvn)),
    pair(svn(17), octets(Uint8Array.from(components))),
  );
  return sequence(
    pair(`${SGX}01`, octets(fromHex(ppid))),
    pair(`${SGX}02`, tcb),
    pair(`${SGX}03`, octets(fromHex(pceId))),
    pair(`${SGX}04`, octets(fromHex(fmspc))),
    pair(`${SGX}05`, tlv(0x0a, Uint8Array.of(0))),
  );
}

const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(id), ...(critical ? [truth()] : []), octets(value));

/** The bit string ends with the last bit that is set. */
function usageBits(usage: number): Uint8Array {
  const unused = usage === 0 ? 0 : 31 - Math.clz32(usage & -usage);
  return bits(Uint8Array.of(usage), unused);
}

function extensionsOf(plan: CertificatePlan, sgx: Uint8Array | undefined): Uint8Array {
  const constraints = plan.isAuthority
    ? sequence(truth(), ...(plan.pathLength === undefined ? [] : [integer(plan.pathLength)]))
    : sequence();
  return sequence(
    extension("551d0f", usageBits(plan.usage), true),
    extension("551d13", constraints, true),
    ...(sgx === undefined ? [] : [extension(SGX, sgx)]),
    ...(plan.more ?? []).map(({ id, value, critical }) => extension(id, fromHex(value), critical)),
  );
}

const signedBy = (key: KeyName, content: Uint8Array): Uint8Array =>
  sequence(content, ecdsaWithSha256, signatureValue(sign(key, content)));

export function certificate(plan: CertificatePlan, sgx?: Uint8Array): Uint8Array {
  const key = concatBytes(fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200"), publicKey(plan.key));
  const content = sequence(
    tlv(0xa0, integer(2)),
    unsigned(fromHex(plan.serial)),
    ecdsaWithSha256,
    name(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    name(plan.subject),
    key,
    tlv(0xa3, extensionsOf(plan, sgx)),
  );
  return signedBy(plan.signedBy, content);
}

export function revocationList(plan: ListPlan): Uint8Array {
  const entries = plan.revoked.map((serial) => sequence(unsigned(fromHex(serial)), time(plan.thisUpdate)));
  const critical = plan.critical === undefined ? [] : [extension(plan.critical, integer(1), true)];
  const content = sequence(
    integer(1),
    ecdsaWithSha256,
    name(plan.issuer),
    time(plan.thisUpdate),
    time(plan.nextUpdate),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tlv(0xa0, sequence(extension("551d14", integer(1)), ...critical)),
  );
  return signedBy(plan.signedBy, content);
}

export function pem(der: Uint8Array, label = "CERTIFICATE"): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

export const text = utf8ToBytes;
