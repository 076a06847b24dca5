/**
 * The production bundle on a machine that is emulated inside of it: a trust domain whose files are in memory. The shipped file differs
 * in where these files come from, and ends with `noTee` on a machine without any.
 * @module
 */
import { runEnclave } from "../../../packages/enclave/src/main.ts";
import { hardwareAttestation } from "../../../packages/enclave/src/tee/hardware-attestation.ts";
import { addTdx, EmulatedFiles } from "../../../packages/enclave/test/support/emulated-files.ts";

runEnclave({
  networkClass: "production",
  attestation(primitives) {
    const files = new EmulatedFiles();
    addTdx(files, primitives);
    return hardwareAttestation(primitives, files);
  },
});
