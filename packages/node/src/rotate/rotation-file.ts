/**
 * What `rotate prepare` leaves for `rotate send`: whoever draws the seed and whoever may send it are often not at one machine. Nothing
 * in the file is secret.
 * @module
 */
import { BytesFormatError, fromBase64, LocalError, toBase64, utf8ToBytes } from "@enclavenet/common";

/** A rotation that an enclave drew, with the certificates that it needs in its message. */
export interface RotationFile {
  readonly chainId: string;
  readonly rotation: Uint8Array;
  readonly certificate: Uint8Array;
  readonly networkCertificate: Uint8Array;
}

const FORMAT = 1;
const KIND = "rotate";

export const MAX_ROTATION_FILE = 16 * 1024 * 1024;

/** JSON of the file. */
export function encodeRotationFile({ chainId, rotation, certificate, networkCertificate }: RotationFile): Uint8Array {
  const json = {
    format: FORMAT,
    kind: KIND,
    chain_id: chainId,
    certificate: toBase64(certificate),
    rotation: toBase64(rotation),
    network_certificate: toBase64(networkCertificate),
  };
  return utf8ToBytes(`${JSON.stringify(json, undefined, 2)}\n`);
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== "string") throw new BytesFormatError("base64");
  return fromBase64(value);
}

/** Throws LocalError `ROTATION_FILE` for what `prepare` did not write. */
export function decodeRotationFile(text: string): RotationFile {
  try {
    const json = JSON.parse(text);
    const { format, kind, chain_id: chainId } = json;
    if (format !== FORMAT || kind !== KIND || typeof chainId !== "string") throw new BytesFormatError("format");
    return {
      chainId,
      certificate: bytesOf(json.certificate),
      rotation: bytesOf(json.rotation),
      networkCertificate: bytesOf(json.network_certificate),
    };
  } catch (cause) {
    throw new LocalError("ROTATION_FILE", "the file is none of `enclavenet rotate prepare`", {
      fix: "write it with `enclavenet rotate prepare --home DIR --out FILE`",
      cause,
    });
  }
}
