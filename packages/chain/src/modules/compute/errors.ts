/**
 * Registered errors of codespace `compute` (spec 03 §5.5).
 * @module
 */
import { defineError } from "../../support/errors.ts";

const compute = (code: number, text: string) => defineError("compute", code, text);

export const ErrInstantiateFailed = compute(2, "instantiate contract failed");
export const ErrExecuteFailed = compute(3, "execute contract failed");
export const ErrQueryFailed = compute(4, "query contract failed");
export const ErrMigrateFailed = compute(5, "migrate contract failed");
export const ErrAccountExists = compute(6, "contract account already exists");
export const ErrComputeNotFound = compute(9, "not found");
export const ErrInvalidMsg = compute(10, "invalid CosmosMsg from the contract");
export const ErrEmpty = compute(11, "empty");
export const ErrLimit = compute(12, "exceeds limit");
export const ErrInvalid = compute(13, "invalid");
export const ErrCreateFailed = compute(15, "create contract failed");
export const ErrSignatureFailed = compute(16, "parse signature failed");
export const ErrUnsupported = compute(17, "unsupported for this contract");
export const ErrReplyFailed = compute(19, "reply to contract failed");
export const ErrInvalidEvent = compute(21, "invalid event");
export const ErrMaxCallDepth = compute(30, "max call depth exceeded");
export const ErrMaxContractSize = compute(31, "max contract size exceeded");
