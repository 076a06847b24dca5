/**
 * Certificates and revocation lists as a provisioning authority writes them: version 3 and version 2, ECDSA over P-256.
 *
 * Rule: RFC 5280 §4.1, §5.1; RFC 5480, RFC 5758.
 * @module
 */
import { concatBytes, fromHex, toBase64, utf8ToBytes } from "@enclavenet/common";
import type { P256Signer } from "@enclavenet/crypto/noble";
import { TAG } from "../encoding/der.ts";
import { timeText } from "../encoding/time.ts";
import { ECDSA_WITH_SHA256, P256_KEY } from "../x509/algorithms.ts";
import { EXTENSION } from "../x509/extensions.ts";
import { bitString, der, integer, octetString, oid, sequence, smallInteger, time, yes } from "./der-writer.ts";

/** Seconds since the epoch, both inclusive. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface CertificateFields extends Validity {
  readonly serial: Uint8Array;
  /** Common names. */
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: Uint8Array;
  /** Whether the key signs certificates and lists; otherwise it signs data. */
  readonly isAuthority: boolean;
  /** Value of Intel's extension, for the certificate of a platform. */
  readonly sgxExtension?: Uint8Array;
}

export interface RevocationListFields {
  readonly issuer: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Serial numbers. */
  readonly revoked: readonly Uint8Array[];
}

const VERSION_3 = der(TAG.context0, smallInteger(2));
const VERSION_2 = smallInteger(1);
const COMMON_NAME = fromHex("550403");
/** 2.5.29.20 */
const CRL_NUMBER = fromHex("551d14");
/** Key usages as named bits: keyCertSign and cRLSign, or digitalSignature. */
const AUTHORITY_USAGE = bitString(fromHex("06"), 1);
const SIGNER_USAGE = bitString(fromHex("80"), 7);

function name(commonName: string): Uint8Array {
  const attribute = sequence(oid(COMMON_NAME), der(TAG.utf8String, utf8ToBytes(commonName)));
  return sequence(der(TAG.set, attribute));
}

const timeOf = (seconds: number): Uint8Array => time(timeText(seconds));

function critical(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(fromHex(id)), yes, octetString(value));
}

/** What is signed, how, and the signature. */
function signed(content: Uint8Array, issuer: P256Signer): Uint8Array {
  const signature = issuer.sign(content);
  const pair = sequence(integer(signature.subarray(0, 32)), integer(signature.subarray(32)));
  return sequence(content, ECDSA_WITH_SHA256, bitString(pair));
}

/** A certificate in DER, signed by `issuer`. */
export function writeCertificate(fields: CertificateFields, issuer: P256Signer): Uint8Array {
  const { isAuthority, sgxExtension } = fields;
  const extensions = [
    critical(EXTENSION.keyUsage, isAuthority ? AUTHORITY_USAGE : SIGNER_USAGE),
    critical(EXTENSION.basicConstraints, isAuthority ? sequence(yes) : sequence()),
    ...(sgxExtension === undefined ? [] : [sequence(oid(fromHex(EXTENSION.sgx)), octetString(sgxExtension))]),
  ];
  const content = sequence(
    VERSION_3,
    integer(fields.serial),
    ECDSA_WITH_SHA256,
    name(fields.issuer),
    sequence(timeOf(fields.notBefore), timeOf(fields.notAfter)),
    name(fields.subject),
    concatBytes(P256_KEY, fields.publicKey),
    der(TAG.context3, sequence(...extensions)),
  );
  return signed(content, issuer);
}

/** A revocation list in DER, signed by `issuer`. */
export function writeRevocationList(fields: RevocationListFields, issuer: P256Signer): Uint8Array {
  const revoked = fields.revoked.map((serial) => sequence(integer(serial), timeOf(fields.thisUpdate)));
  const content = sequence(
    VERSION_2,
    ECDSA_WITH_SHA256,
    name(fields.issuer),
    timeOf(fields.thisUpdate),
    timeOf(fields.nextUpdate),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    der(TAG.context0, sequence(sequence(oid(CRL_NUMBER), octetString(smallInteger(1))))),
  );
  return signed(content, issuer);
}

/** RFC 7468 §2. */
export function pem(label: string, content: Uint8Array): string {
  const lines = toBase64(content).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** A chain in PEM, the leaf first. */
export const pemChain = (...certificates: readonly Uint8Array[]): string =>
  certificates.map((certificate) => pem("CERTIFICATE", certificate)).join("");
