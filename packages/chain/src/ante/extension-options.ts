/**
 * Refuses critical extension options: this chain knows none (spec 04 §6.1 row 4).
 * @module
 */
import { ErrUnknownExtensionOptions } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

export const rejectExtensionOptions: Decorator = (ctx, tx) => {
  if (tx.body.extensionOptions.length > 0) throw ErrUnknownExtensionOptions.bare();
  return ctx;
};
