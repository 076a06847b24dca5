/**
 * Limits the memo; its length is counted in bytes (spec 04 §6.1 row 7).
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { ErrMemoTooLarge } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

export const validateMemo: Decorator = (ctx, tx, { auth }) => {
  const length = BigInt(utf8ToBytes(tx.body.memo).length);
  if (length === 0n) return ctx;
  const limit = auth.getParams(ctx).maxMemoCharacters;
  if (length > limit) {
    throw ErrMemoTooLarge.wrap(`maximum number of characters is ${limit} but received ${length} characters`);
  }
  return ctx;
};
