/**
 * Messages of v0.10 contracts in the form that v1 contracts use. Upstream converts all messages of a response before the
 * first of them runs; what a converted message then means is the same for both.
 *
 * Spec: 03 §4.5.
 * @module
 */
import { formatAddress } from "../../../support/address.ts";
import { type ChainError, plainError } from "../../../support/errors.ts";
import { type JsonObject, textField } from "./json.ts";

/** Makes the v1 fields of a variant out of its v0.10 fields. Throws where upstream refuses the whole response. */
export type ToV1 = (fields: JsonObject, contract: Uint8Array) => JsonObject;

function conversionError(reason: string): ChainError {
  return plainError(`couldn't convert v0.10 messages to v1 messages: ${reason}`);
}

/** Fields that both versions write alike, or that the chain reads alike. */
export const same: ToV1 = (fields) => fields;

/** A v0.10 contract names the sender, which must be itself; v1 does not have the field. */
export const sendToV1: ToV1 = (fields, contract) => {
  if (textField(fields, "from_address") !== formatAddress(contract)) {
    throw conversionError("contract doesn't have permission to send funds from another account (using BankMsg)");
  }
  return fields;
};

/**
 * COMPAT(spec 03 §4.5): upstream looks the capitalised option up in a table of lower-case names and misses, so that every
 * vote of a v0.10 contract is cast as yes.
 */
export const voteToV1: ToV1 = ({ proposal }) => ({ proposal_id: proposal ?? null, vote: "yes" });

/** Upstream's conversion has no place for these and then finds no message at all. */
export const dropped: ToV1 = () => {
  throw conversionError("exactly one message type is supported: ");
};
