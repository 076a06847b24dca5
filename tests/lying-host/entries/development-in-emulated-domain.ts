/**
 * The development bundle in a trust domain that is emulated inside of it, where machines are certified by the authority of the development
 * network: evidence of domains is judged by domains, in processes of their own.
 * @module
 */
import { developmentAuthority } from "@enclavenet/attestation/development";
import { runEnclave } from "../../../packages/enclave/src/main.ts";
import { hardwareAttestation } from "../../../packages/enclave/src/tee/hardware-attestation.ts";
import { addTdx, EmulatedFiles } from "../../../packages/enclave/test/support/emulated-files.ts";

runEnclave({
  networkClass: "development",
  attestation(primitives) {
    const files = new EmulatedFiles();
    addTdx(files, primitives);
    const trustedRoots = (chainId: string) => [developmentAuthority(primitives, chainId).rootKey];
    return { ...hardwareAttestation(primitives, files), trustedRoots };
  },
});
