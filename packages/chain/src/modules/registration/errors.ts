/**
 * Registered errors of codespace `register` (spec 01 §3.8).
 * @module
 */
import { defineError } from "../../support/errors.ts";

export const ErrAuthenticateFailed = defineError("register", 2, "Failed to authenticate node");
export const ErrNotFound = defineError("register", 7, "not found");
export const ErrInvalidRegistration = defineError("register", 8, "invalid");
