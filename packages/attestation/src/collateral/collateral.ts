/**
 * Collateral: what Intel publishes for the verification of a quote, under the names that its provisioning service and
 * its library use. Lists are hexadecimal DER or PEM, chains PEM, signatures hexadecimal.
 *
 * Spec: 01 §4.3. The signed texts are taken as they are; they are never written anew.
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { parsePem } from "../encoding/pem.ts";
import { bytesOfHex } from "../encoding/text.ts";
import { refuse } from "../errors.ts";
import { type Certificate, parseChain } from "../x509/certificate.ts";
import { parseRevocationList, type RevocationList } from "../x509/revocation-list.ts";
import { JsonObject, parseJsonObject } from "./json.ts";
import { type QeIdentity, readQeIdentity } from "./qe-identity.ts";
import { readTcbInfo, type TcbInfo } from "./tcb-info.ts";

/** Collateral as JSON. */
export interface CollateralJson {
  readonly pck_crl_issuer_chain: string;
  readonly root_ca_crl: string;
  readonly pck_crl: string;
  readonly tcb_info_issuer_chain: string;
  /** The signed object as text, or the service's whole answer `{"tcbInfo":…,"signature":"…"}`. */
  readonly tcb_info: string;
  /** Not needed beside a whole answer. */
  readonly tcb_info_signature?: string;
  readonly qe_identity_issuer_chain: string;
  /** The signed object as text, or the service's whole answer `{"enclaveIdentity":…,"signature":"…"}`. */
  readonly qe_identity: string;
  readonly qe_identity_signature?: string;
}

/** A document that Intel signed. */
export interface Signed<T> {
  readonly issuerChain: readonly Certificate[];
  readonly signed: Uint8Array;
  /** r ‖ s */
  readonly signature: Uint8Array;
  readonly content: T;
}

export interface Collateral {
  readonly crlIssuerChain: readonly Certificate[];
  readonly rootCrl: RevocationList;
  readonly pckCrl: RevocationList;
  readonly tcbInfo: Signed<TcbInfo>;
  readonly qeIdentity: Signed<QeIdentity>;
}

const CODE = "COLLATERAL_FORMAT";
/** Longest text of a field: a hundred times what Intel serves today. */
const MAX_TEXT = 1_048_576;
const MAX_CHAIN_TEXT = 16_384;

function revocationList(fields: JsonObject, name: string): RevocationList {
  const text = fields.text(name, MAX_TEXT);
  if (!text.startsWith("-----")) return parseRevocationList(bytesOfHex(text, "CRL_FORMAT", name));
  const [der] = parsePem(text, "X509 CRL", 1);
  return parseRevocationList(der as Uint8Array);
}

/** The service's answer, as it is written: the signed object between the member's name and the signature. */
export function splitAnswer(text: string, member: string): readonly [string, string] | undefined {
  const start = `{"${member}":`;
  const [, signature] = /,"signature":"([0-9a-fA-F]{128})"\}\0?$/.exec(text) ?? [];
  if (signature === undefined || !text.startsWith(start)) return undefined;
  return [text.slice(start.length, text.lastIndexOf(',"signature":"')), signature];
}

function signedDocument<T>(
  fields: JsonObject,
  { name, member, code }: { name: string; member: string; code: "TCB_INFO_FORMAT" | "QE_IDENTITY_FORMAT" },
  read: (json: JsonObject) => T,
): Signed<T> {
  const given = fields.text(name, MAX_TEXT);
  const [text, signature] = splitAnswer(given, member) ?? [given, fields.text(`${name}_signature`)];
  return {
    issuerChain: parseChain(fields.text(`${name}_issuer_chain`, MAX_CHAIN_TEXT)),
    signed: utf8ToBytes(text),
    signature: bytesOfHex(signature, code, `${name}_signature`, 64),
    content: read(parseJsonObject(text, code, name)),
  };
}

const TCB_INFO = { name: "tcb_info", member: "tcbInfo", code: "TCB_INFO_FORMAT" } as const;
const QE_IDENTITY = { name: "qe_identity", member: "enclaveIdentity", code: "QE_IDENTITY_FORMAT" } as const;

/** Collateral from JSON text or from what it holds. Throws `AttestationError`. */
export function parseCollateral(json: unknown): Collateral {
  if (typeof json === "string" && json.length > 8 * MAX_TEXT) refuse(CODE, "the collateral is too long");
  const fields =
    typeof json === "string" ? parseJsonObject(json, CODE, "collateral") : new JsonObject(json, CODE, "collateral");
  return {
    crlIssuerChain: parseChain(fields.text("pck_crl_issuer_chain", MAX_CHAIN_TEXT)),
    rootCrl: revocationList(fields, "root_ca_crl"),
    pckCrl: revocationList(fields, "pck_crl"),
    tcbInfo: signedDocument(fields, TCB_INFO, readTcbInfo),
    qeIdentity: signedDocument(fields, QE_IDENTITY, readQeIdentity),
  };
}
