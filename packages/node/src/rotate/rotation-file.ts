/**
 * What `rotate prepare` leaves for `rotate send`: the enclave is the node's while it runs, and the chain only goes on while it runs.
 * Nothing in the file is secret.
 * @module
 */
import { BytesFormatError, fromBase64, LocalError, toBase64, utf8ToBytes } from "@enclavenet/common";

/** Registration of the home's own node, which has to come before a rotation; or the rotation. */
export type RotationFile =
  | {
      readonly kind: "register";
      readonly chainId: string;
      readonly certificate: Uint8Array;
      readonly publicKey: Uint8Array;
      readonly proof: Uint8Array;
    }
  | {
      readonly kind: "rotate";
      readonly chainId: string;
      readonly rotation: Uint8Array;
      readonly certificate: Uint8Array;
      readonly networkCertificate: Uint8Array;
    };

const FORMAT = 1;

export const MAX_ROTATION_FILE = 16 * 1024 * 1024;

/** JSON of the file. */
export function encodeRotationFile(file: RotationFile): Uint8Array {
  const parts =
    file.kind === "register"
      ? { public_key: toBase64(file.publicKey), proof: toBase64(file.proof) }
      : { rotation: toBase64(file.rotation), network_certificate: toBase64(file.networkCertificate) };
  const { kind, chainId, certificate } = file;
  const json = { format: FORMAT, kind, chain_id: chainId, certificate: toBase64(certificate), ...parts };
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
    if (format !== FORMAT || typeof chainId !== "string") throw new BytesFormatError("format");
    const common = { chainId, certificate: bytesOf(json.certificate) };
    if (kind === "register")
      return { kind, ...common, publicKey: bytesOf(json.public_key), proof: bytesOf(json.proof) };
    if (kind !== "rotate") throw new BytesFormatError("kind");
    return {
      kind,
      ...common,
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
