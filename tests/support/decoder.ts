/**
 * Decoders of untrusted input as values: one list per room, run by that room's property test and by the long fuzz run.
 *
 * The rule for all of them: whatever the bytes, a decoder returns or throws one of its typed errors, soon; what it accepts
 * keeps its meaning when it is written and read again.
 * @module
 */
import fc from "fast-check";
import { hostileBytes } from "./hostile-bytes.ts";

/** One decoder under test. */
export interface Decoder {
  /** `room: what`, unique. */
  readonly name: string;
  /** Well-formed inputs, to be mutated. */
  readonly seeds: fc.Arbitrary<Uint8Array>;
  /** The seeds are well formed, but refused for what they ask. */
  readonly refusesSeeds?: boolean;
  /** Codes of the errors it may throw: of a LocalError or of the command line, status of an EnclaveError, `codespace code` of a CodedError. */
  readonly refusals: readonly string[];
  /** Decodes and throws its refusals; with a round trip, checks it. */
  attempt(bytes: Uint8Array): void;
}

/** What a decoder did that it must not do. */
export class DecoderDefect extends Error {
  override readonly name = "DecoderDefect";
}

/** Most processor time for one input, which has a few kilobytes. */
const SLOW_MS = 2_000;

/** Processor time that this process has used: other processes do not count. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The identity of a typed error, undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, code, codespace, status } = error as Error & Record<"code" | "codespace" | "status", unknown>;
  if (name === "EnclaveError") return String(status);
  if (name === "CodedError") return `${String(codespace)} ${String(code)}`;
  return name === "LocalError" || name === "InvalidArgumentError" ? String(code) : undefined;
}

/** Runs one input. Throws {@link DecoderDefect} unless the decoder accepts it or refuses it as it may. */
export function tryDecoder(decoder: Decoder, bytes: Uint8Array): "accepted" | "refused" {
  const started = usedMs();
  let outcome: "accepted" | "refused" = "accepted";
  try {
    decoder.attempt(bytes);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined || !decoder.refusals.includes(code)) {
      throw new DecoderDefect(`${decoder.name}: ${code ?? String(cause)} is none of its refusals`, { cause });
    }
    outcome = "refused";
  }
  const ms = usedMs() - started;
  if (ms > SLOW_MS) throw new DecoderDefect(`${decoder.name}: ${bytes.length} bytes took ${Math.round(ms)} ms`);
  return outcome;
}

/** Inputs for a decoder: mutations of its seeds, and noise. */
export function inputsOf(decoder: Decoder): fc.Arbitrary<Uint8Array> {
  return hostileBytes(decoder.seeds);
}

/** Throws unless `ours` and `again`, two readings of one value, are equal. */
export function sameMeaning(what: string, ours: unknown, again: unknown): void {
  if (fc.stringify(ours) !== fc.stringify(again)) {
    throw new DecoderDefect(`${what}: ${fc.stringify(ours)} became ${fc.stringify(again)}`);
  }
}

/** Text of bytes: UTF-8 where it is, a lone surrogate where it is not, since JSON escapes can make those. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replaceAll("\ufffd", "\ud800");
}

/** Seeds of texts. */
export function textSeeds(...texts: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.constantFrom(...texts).map((text) => new TextEncoder().encode(text));
}

/** A decoder of text. */
export function textDecoder(
  name: string,
  seeds: readonly string[],
  refusals: readonly string[],
  attempt: (text: string) => void,
): Decoder {
  return { name, seeds: textSeeds(...seeds), refusals, attempt: (bytes) => attempt(textOf(bytes)) };
}
