/**
 * Genesis state as JSON: the SDK's proto JSON, read and written by descriptor (spec 04 §2.2).
 * @module
 */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { LocalError } from "@enclavenet/common";
import { fromGogoJson, toGogoJson } from "@enclavenet/proto";
import { addressCodec } from "./address.ts";
import type { JsonValue } from "./json-value.ts";

const OPTIONS = { addresses: addressCodec };

/** The genesis state of a module. Throws `CHAIN_GENESIS` when it is not of the form. */
export function readGenesis<S extends DescMessage>(schema: S, state: JsonValue): MessageShape<S> {
  try {
    return fromGogoJson(schema, state, OPTIONS);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw genesisError(`${schema.typeName}: ${error.message}`);
  }
}

/** JSON of a genesis state. */
export function writeGenesis<S extends DescMessage>(schema: S, message: MessageShape<S>): JsonValue {
  return toGogoJson(schema, message, OPTIONS) as JsonValue;
}

/** A genesis document that this chain cannot start from. */
export function genesisError(text: string): LocalError {
  return new LocalError("CHAIN_GENESIS", text, { fix: "correct app_state of the genesis document" });
}
