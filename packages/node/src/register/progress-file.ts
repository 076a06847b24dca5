/**
 * The file in which a registration keeps what neither enclave nor chain knows: the certificate, and the transaction that was signed,
 * so that a run that was killed hands in the same one and pays once.
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { BytesFormatError, bytesToUtf8, fromBase64, LocalError, toBase64, toHex } from "@enclavenet/common";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";

const FORMAT = 1;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface SentTx {
  readonly kind: "register" | "confirm";
  readonly bytes: Uint8Array;
}

/** What is kept. */
export interface RegistrationProgress {
  /** Registration key that all of this is about. */
  readonly publicKey: string;
  readonly certificate: Uint8Array | undefined;
  readonly sent: SentTx | undefined;
}

function damaged(path: string, cause?: unknown): LocalError {
  return new LocalError("REGISTRATION_FILE", `${path} is damaged`, {
    fix: "delete it and register again: what is done is known to the enclave and to the chain",
    cause,
  });
}

function parseSent(value: unknown): SentTx | undefined {
  if (value === null) return undefined;
  const { kind, tx } = value as { kind?: unknown; tx?: unknown };
  if ((kind !== "register" && kind !== "confirm") || typeof tx !== "string") throw new BytesFormatError("transaction");
  return { kind, bytes: fromBase64(tx) };
}

function parse(path: string, bytes: Uint8Array): RegistrationProgress {
  if (bytes.length > MAX_FILE_BYTES) throw damaged(path);
  try {
    const { format, public_key: publicKey, certificate, sent } = JSON.parse(bytesToUtf8(bytes));
    if (format !== FORMAT || typeof publicKey !== "string") throw new BytesFormatError("format");
    return {
      publicKey,
      certificate: certificate === null ? undefined : fromBase64(certificate),
      sent: parseSent(sent),
    };
  } catch (error) {
    throw damaged(path, error);
  }
}

/** The file of one home, written whole and durably at every change. */
export class ProgressFile {
  readonly #path: string;
  #progress: RegistrationProgress | undefined;

  /** Throws LocalError `REGISTRATION_FILE`. */
  constructor({ directory }: NodeHome) {
    this.#path = join(directory, "data", "registration.json");
    const bytes = readFileIfThere(this.#path);
    this.#progress = bytes && parse(this.#path, bytes);
  }

  /** What is known of the registration under this key; what an enclave of the past left counts for nothing. */
  of(publicKey: Uint8Array): RegistrationProgress {
    const known = this.#progress;
    if (known?.publicKey === toHex(publicKey)) return known;
    return { publicKey: toHex(publicKey), certificate: undefined, sent: undefined };
  }

  save(progress: RegistrationProgress): void {
    const { publicKey, certificate, sent } = progress;
    const json = {
      format: FORMAT,
      public_key: publicKey,
      certificate: certificate === undefined ? null : toBase64(certificate),
      sent: sent === undefined ? null : { kind: sent.kind, tx: toBase64(sent.bytes) },
    };
    writeFileDurably(this.#path, `${JSON.stringify(json, undefined, 2)}\n`);
    this.#progress = progress;
  }

  /** Nothing is left to be gone on with. */
  remove(): void {
    rmSync(this.#path, { force: true });
    this.#progress = undefined;
  }
}
