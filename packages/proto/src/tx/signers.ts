/**
 * Who must sign a message: the fields named by the option cosmos.msg.v1.signer (spec 04 §6.3). A named field is an
 * address as text or as bytes, or messages that name their own signers.
 * @module
 */
import { type DescField, type DescMessage, getOption, type Message, ScalarType } from "@bufbuild/protobuf";
import { equalBytes, LocalError } from "@enclavenet/common";
import { fieldValue } from "../field-access.ts";
import { signer } from "../gen/cosmos/msg/v1/msg_pb.ts";
import type { AddressCodec } from "../json/options.ts";

/**
 * Addresses that must sign `message`, each once, in order. Throws `PROTO_NO_SIGNER` when the type names none; errors of
 * the codec for malformed addresses pass through.
 */
export function messageSigners(schema: DescMessage, message: Message, addresses: AddressCodec): Uint8Array[] {
  const found = signersBelow(schema, message, addresses);
  return found.filter((address, index) => found.findIndex((other) => equalBytes(other, address)) === index);
}

/** Whether the type names its signers: such types are messages, all others only parts of something. */
export function namesSigners(schema: DescMessage): boolean {
  return getOption(schema, signer).length > 0;
}

function signersBelow(schema: DescMessage, message: Message, addresses: AddressCodec): Uint8Array[] {
  return signerFields(schema).flatMap((field) => signersInField(field, fieldValue(message, field), addresses));
}

const knownFields = new WeakMap<DescMessage, readonly DescField[]>();

/** PERF: options are decoded anew each time they are asked for. */
function signerFields(schema: DescMessage): readonly DescField[] {
  const known = knownFields.get(schema);
  if (known !== undefined) return known;
  const names = getOption(schema, signer);
  if (names.length === 0) throw new LocalError("PROTO_NO_SIGNER", `${schema.typeName} names no signer`);
  const fields = names.map((name) => {
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new LocalError("PROTO_NO_SIGNER", `${schema.typeName} has no field ${name}`);
    return field;
  });
  knownFields.set(schema, fields);
  return fields;
}

function signersInField(field: DescField, value: unknown, addresses: AddressCodec): Uint8Array[] {
  const items = field.fieldKind === "list" ? (value as readonly unknown[]) : [value];
  const schema = field.message;
  if (schema !== undefined) {
    const messages = items.filter((item): item is Message => item !== undefined);
    return messages.flatMap((item) => signersBelow(schema, item, addresses));
  }
  if (field.scalar === ScalarType.BYTES) return items as Uint8Array[];
  return (items as readonly string[]).map((text) => addresses.fromText(text));
}
