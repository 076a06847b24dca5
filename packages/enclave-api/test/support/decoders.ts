/** The decoders of this room, for its property test and for the long fuzz run. */
import {
  decode,
  decodeErrorBody,
  type EcallName,
  EnclaveError,
  ecalls,
  encode,
  encodeErrorBody,
  encodeFrame,
  FrameKind,
  type OcallName,
  ocalls,
  readFrame,
  type Schema,
} from "@enclavenet/enclave-api";
import fc from "fast-check";
import { type Decoder, DecoderDefect, sameMeaning } from "../../../../tests/support/decoder.ts";
import { ecallSamples, ocallSamples } from "./samples.ts";

const FRAME_REFUSALS = ["ENCLAVE_FRAME"];

function schemaDecoder(name: string, schema: Schema<unknown>, sample: unknown): Decoder {
  return {
    name: `enclave-api: ${name}`,
    seeds: fc.constant(encode(schema, sample)),
    refusals: FRAME_REFUSALS,
    // One value has one encoding: what is accepted is written as it was.
    attempt: (bytes) => sameMeaning(name, encode(schema, decode(schema, bytes)), bytes),
  };
}

/** Every request and response of the boundary table. */
const calls: Decoder[] = [
  ...(Object.keys(ecalls) as EcallName[]).flatMap((name) => [
    schemaDecoder(`request of ${name}`, ecalls[name].request as Schema<unknown>, ecallSamples[name].request),
    schemaDecoder(`response of ${name}`, ecalls[name].response as Schema<unknown>, ecallSamples[name].response),
  ]),
  ...(Object.keys(ocalls) as OcallName[]).flatMap((name) => [
    schemaDecoder(`request of ${name} (ocall)`, ocalls[name].request as Schema<unknown>, ocallSamples[name].request),
    schemaDecoder(`response of ${name} (ocall)`, ocalls[name].response as Schema<unknown>, ocallSamples[name].response),
  ]),
];

/** A channel that gives `bytes` in pieces and counts what it was asked for. */
function readAll(bytes: Uint8Array): void {
  let at = 0;
  const channel = {
    read(target: Uint8Array) {
      const count = Math.min(target.length, 7, bytes.length - at);
      target.set(bytes.subarray(at, at + count));
      at += count;
      return count;
    },
    write: () => 0,
  };
  while (at < bytes.length) {
    const before = at;
    const frame = readFrame(channel);
    sameMeaning("frame", encodeFrame(frame), bytes.slice(before, at));
    if (at === before) throw new DecoderDefect("a frame of no bytes");
  }
}

const frame = encodeFrame({ kind: FrameKind.ecall, id: 7, method: 2, body: Uint8Array.of(1, 2, 3) });

export const decoders: readonly Decoder[] = [
  {
    name: "enclave-api: frames",
    seeds: fc.constantFrom(frame, Uint8Array.of(...frame, ...frame)),
    refusals: [...FRAME_REFUSALS, "ENCLAVE_CHANNEL_CLOSED"],
    attempt: readAll,
  },
  {
    name: "enclave-api: body of an error frame",
    seeds: fc.constantFrom(
      encodeErrorBody(new EnclaveError("OutOfGas", { usedGas: 5n })),
      encodeErrorBody(new EnclaveError("BadRequest", { check: "body" })),
    ),
    refusals: FRAME_REFUSALS,
    attempt(bytes) {
      const { status, usedGas, check = "" } = decodeErrorBody(bytes);
      sameMeaning("error", encodeErrorBody(new EnclaveError(status, { usedGas, check })).length > 0, true);
    },
  },
  ...calls,
];
