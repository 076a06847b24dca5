/**
 * X.509 certificates of the kind that Intel issues: version 3, ECDSA over P-256. Parsing says nothing about trust.
 *
 * Rule: RFC 5280 §4.1.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { DerReader, smallInteger, TAG, unsignedInteger } from "../encoding/der.ts";
import { parsePem } from "../encoding/pem.ts";
import { derTime } from "../encoding/time.ts";
import { refuse } from "../errors.ts";
import { ecdsaSignature, expectEcdsa, p256Key } from "./algorithms.ts";
import { type BasicConstraints, basicConstraints, EXTENSION, keyUsage, readExtensions } from "./extensions.ts";
import { type Name, readName } from "./name.ts";

/** What a certificate says. Times in seconds since the epoch, both inclusive. */
export interface Certificate {
  /** What is signed. */
  readonly signed: Uint8Array;
  /** r ‖ s */
  readonly signature: Uint8Array;
  /** Hexadecimal, without leading zero bytes. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Uncompressed point. */
  readonly publicKey: Uint8Array;
  readonly constraints: BasicConstraints;
  /** Bits of `KEY_USAGE`. */
  readonly usage: number;
  /** Value of the extension that describes a platform; only PCK certificates have it. */
  readonly sgxExtension: Uint8Array | undefined;
}

const VERSION_3 = 2;
const MAX_BYTES = 8192;

/** A serial number: positive, at most 20 bytes. RFC 5280 §4.1.2.2 */
export function readSerial(reader: DerReader): string {
  const serial = unsignedInteger(reader.next(TAG.integer));
  if (serial.length > 20) refuse("CERTIFICATE_FORMAT", "serial number of more than 20 bytes");
  return toHex(serial);
}

function readVersion(reader: DerReader): void {
  const outer = reader.open(TAG.context0);
  const version = smallInteger(outer.next(TAG.integer), 255);
  outer.end();
  if (version !== VERSION_3) refuse("CERTIFICATE_FORMAT", "version is not 3");
}

function readSigned(whole: Uint8Array): Omit<Certificate, "signed" | "signature"> {
  const outer = new DerReader(whole);
  const fields = outer.open(TAG.sequence);
  readVersion(fields);
  const serial = readSerial(fields);
  expectEcdsa(fields, "CERTIFICATE_FORMAT");
  const issuer = readName(fields);
  const validity = fields.open(TAG.sequence);
  const notBefore = derTime(validity.any());
  const notAfter = derTime(validity.any());
  validity.end();
  const subject = readName(fields);
  const publicKey = p256Key(fields);
  const wrapper = fields.open(TAG.context3);
  const list = wrapper.open(TAG.sequence);
  wrapper.end();
  fields.end();
  const known = [EXTENSION.keyUsage, EXTENSION.basicConstraints, EXTENSION.sgx];
  const extensions = readExtensions(list, known, "CERTIFICATE_FORMAT");
  return {
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    constraints: basicConstraints(extensions.get(EXTENSION.basicConstraints)),
    usage: keyUsage(extensions.get(EXTENSION.keyUsage)),
    sgxExtension: extensions.get(EXTENSION.sgx),
  };
}

/** A certificate from its DER. Throws `AttestationError`. */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_BYTES) refuse("CERTIFICATE_FORMAT", `more than ${MAX_BYTES} bytes`);
  const outer = new DerReader(der);
  const parts = outer.open(TAG.sequence);
  outer.end();
  const signed = parts.next(TAG.sequence).whole;
  expectEcdsa(parts, "CERTIFICATE_FORMAT");
  const signature = ecdsaSignature(parts.next(TAG.bitString));
  parts.end();
  return { signed, signature, ...readSigned(signed) };
}

const MAX_CHAIN = 4;

/** A chain in PEM, the leaf first. At least one certificate. Throws `AttestationError`. */
export function parseChain(pem: string): readonly Certificate[] {
  return parsePem(pem, "CERTIFICATE", MAX_CHAIN).map(parseCertificate);
}
