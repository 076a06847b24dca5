/**
 * The development enclave: its keys say "development" from birth, its refusals name the check that failed, and its evidence hangs
 * from a root that everybody can reckon.
 * @module
 */
import { runEnclave } from "../main.ts";
import { softwareAttestation } from "../tee/software-tee.ts";

runEnclave({ networkClass: "development", attestation: softwareAttestation }, import.meta.url);
