/**
 * The production enclave: its keys say "production" from birth, its refusals are numbers only, the only root that it trusts is
 * Intel's, and it runs on a hardware TEE or not at all.
 * @module
 */
import { runEnclave } from "../main.ts";
import { hardwareAttestation } from "../tee/hardware-attestation.ts";

runEnclave({ networkClass: "production", attestation: (primitives) => hardwareAttestation(primitives) });
