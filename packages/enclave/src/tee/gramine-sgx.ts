/**
 * SGX under Gramine, which shows the enclave its hardware as files below `/dev/attestation`. The host has no part in them:
 * Gramine serves them inside the enclave.
 *
 * Rule: Gramine documentation, "Attestation and Secret Provisioning" (attestation_type, user_report_data, quote), "Manifest
 * syntax" (keys `_sgx_mrenclave` and `_sgx_mrsigner`).
 * @module
 */
import type { DeviceFiles } from "./device-files.ts";
import { failTee, lineOf } from "./failure.ts";
import type { HardwareBackend } from "./hardware-tee.ts";

const FOLDER = "/dev/attestation";
const SEALING_SECRET_BYTES = 16;

function readPresent(files: DeviceFiles, name: string): Uint8Array {
  return files.read(`${FOLDER}/${name}`) ?? failTee(`no ${FOLDER}/${name}`);
}

/**
 * The backend, undefined when Gramine is not there. Throws `TeeFailed` for a Gramine that attests to nothing: one outside SGX, or
 * a manifest without `sgx.remote_attestation = "dcap"`.
 */
export function gramineSgx(files: DeviceFiles): HardwareBackend | undefined {
  const type = files.read(`${FOLDER}/attestation_type`);
  if (type === undefined) return undefined;
  if (lineOf(type) !== "dcap") failTee("attestation type");
  return {
    kind: "gramine-sgx",
    measures: "sgx",
    quote(reportData) {
      files.write(`${FOLDER}/user_report_data`, reportData);
      return readPresent(files, "quote");
    },
    /**
     * SECURITY: of MRENCLAVE, not of MRSIGNER: whoever signs the next version would open what this one sealed. A next version gets
     * the seeds as every node does, by evidence (docs/adr/0011-tee-backends.md).
     */
    sealingSecret() {
      const secret = readPresent(files, "keys/_sgx_mrenclave");
      if (secret.length !== SEALING_SECRET_BYTES) failTee("length of the sealing key");
      if (secret.every((byte) => byte === 0)) failTee("empty sealing key");
      return secret;
    },
  };
}
