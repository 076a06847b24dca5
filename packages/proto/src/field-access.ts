/**
 * Reading and writing of a message's properties by field descriptor.
 * @module
 */
import type { DescField, Message } from "@bufbuild/protobuf";

interface Choice {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/** Value of a field; undefined for an unset message and for a member of a oneof that is not the chosen one. */
export function fieldValue(message: Message, field: DescField): unknown {
  const properties = message as unknown as Readonly<Record<string, unknown>>;
  if (field.oneof === undefined) return properties[field.localName];
  const choice = properties[field.oneof.localName] as Choice;
  return choice.case === field.localName ? choice.value : undefined;
}

/** Sets a field; a member of a oneof becomes the chosen one. */
export function setFieldValue(message: Message, field: DescField, value: unknown): void {
  const properties = message as unknown as Record<string, unknown>;
  if (field.oneof === undefined) properties[field.localName] = value;
  else properties[field.oneof.localName] = { case: field.localName, value };
}

/** Whether the oneof that `field` belongs to already has a choice. */
export function isOneofSet(message: Message, field: DescField): boolean {
  if (field.oneof === undefined) return false;
  const properties = message as unknown as Readonly<Record<string, unknown>>;
  return (properties[field.oneof.localName] as Choice).case !== undefined;
}
