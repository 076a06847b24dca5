/**
 * The production enclave: its keys say "production" from birth, and its refusals are numbers only.
 * @module
 */
import { runEnclave } from "../main.ts";

runEnclave("production", import.meta.url);
