/**
 * Entry of a production enclave whose machine is emulated: as the real one, but that its devices are below a folder which the
 * build of the test puts here.
 * @module
 */
import { runEnclave } from "../../src/main.ts";
import { deviceFiles } from "../../src/tee/device-files.ts";
import { hardwareAttestation } from "../../src/tee/hardware-attestation.ts";

declare const EMULATED_ROOT: string;

runEnclave({
  networkClass: "production",
  attestation: (primitives) => hardwareAttestation(primitives, deviceFiles(EMULATED_ROOT)),
});
