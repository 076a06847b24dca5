/**
 * The development enclave: its keys say "development" from birth, its refusals name the check that failed, and its evidence hangs
 * from a root that everybody can reckon.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runEnclave } from "../main.ts";
import { softwareAttestation } from "../tee/software-tee.ts";

runEnclave({
  networkClass: "development",
  attestation(primitives) {
    // The hardware measures the program; here it has to measure itself.
    const bundle = readFileSync(fileURLToPath(import.meta.url));
    return softwareAttestation(primitives, primitives.sha256(bundle));
  },
});
