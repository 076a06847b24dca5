/**
 * What the two enclaves of an upgrade give each other, as files: they are programs of two releases, and need not run at once nor on one
 * machine. Nothing in them is readable without the new enclave's key.
 * @module
 */
import { BytesFormatError, fromBase64, LocalError, toBase64, utf8ToBytes } from "@enclavenet/common";

/** The request of the enclave that takes over, or the package of the one that goes. */
export type ExchangeFile =
  | { readonly kind: "request"; readonly chainId: string; readonly certificate: Uint8Array }
  | {
      readonly kind: "package";
      readonly chainId: string;
      readonly certificate: Uint8Array;
      readonly package: Uint8Array;
      /** Of the last block that the enclave executed. */
      readonly height: bigint;
    };

const FORMAT = 1;

export const MAX_EXCHANGE_FILE = 128 * 1024 * 1024;

/** JSON of the file. */
export function encodeExchangeFile(file: ExchangeFile): Uint8Array {
  const { kind, chainId, certificate } = file;
  const rest = file.kind === "request" ? {} : { package: toBase64(file.package), height: String(file.height) };
  const json = { format: FORMAT, kind, chain_id: chainId, certificate: toBase64(certificate), ...rest };
  return utf8ToBytes(`${JSON.stringify(json, undefined, 2)}\n`);
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new BytesFormatError("text");
  return value;
}

function decode(text: string): ExchangeFile {
  const json = JSON.parse(text);
  if (json.format !== FORMAT) throw new BytesFormatError("format");
  const common = { chainId: textOf(json.chain_id), certificate: fromBase64(textOf(json.certificate)) };
  if (json.kind === "request") return { kind: "request", ...common };
  const height = textOf(json.height);
  if (json.kind !== "package" || !/^\d{1,18}$/.test(height)) throw new BytesFormatError("kind");
  return { kind: "package", ...common, package: fromBase64(textOf(json.package)), height: BigInt(height) };
}

/** Throws LocalError `UPGRADE_FILE` for what the step `kind` did not write. */
export function decodeExchangeFile<K extends ExchangeFile["kind"]>(
  text: string,
  kind: K,
): Extract<ExchangeFile, { kind: K }> {
  const step = kind === "request" ? "prepare" : "export";
  const refuse = (cause?: unknown) =>
    new LocalError("UPGRADE_FILE", `the file is none of \`enclavenet upgrade ${step}\``, {
      fix: `write it with \`enclavenet upgrade ${step}\`, see enclavenet upgrade --help`,
      ...(cause === undefined ? {} : { cause }),
    });
  let file: ExchangeFile;
  try {
    file = decode(text);
  } catch (cause) {
    throw refuse(cause);
  }
  if (file.kind !== kind) throw refuse();
  return file as Extract<ExchangeFile, { kind: K }>;
}
