/**
 * The development enclave: its keys say "development" from birth, and its refusals name the check that failed.
 * @module
 */
import { runEnclave } from "../main.ts";

runEnclave("development", import.meta.url);
