/**
 * Account numbers under which senders' signatures verified before. The number is part of what a user signs and the host
 * names it with each message; a remembered one only says which signature to check ahead, never that it is good.
 * @module
 */
import { Recent } from "../recent.ts";

const CAPACITY = 4096;

/** Canonical address of a sender → account number. */
export class SignerMemory extends Recent<bigint> {
  constructor() {
    super(CAPACITY);
  }
}
