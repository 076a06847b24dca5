/**
 * The development root where it must count for nothing: under the names of public networks, and for production keys.
 * @module
 */
import { encodeCombinedEvidence, networkKeysReportData } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type EcallRequest, encode, SEALED_FORMAT } from "@enclavenet/enclave-api";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { type createEnclave, type NetworkClass, softwareAttestation } from "../../../src/index.ts";
import { keychainSchema } from "../../../src/keychain/keychain-record.ts";
import { memoryStorage } from "../memory-storage.ts";
import { NOBODY } from "../registration.ts";
import { MEASUREMENT } from "../world.ts";
import { type Attack, statement } from "./attack.ts";

const MAINNET = "secret-4";
const primitives = createNodePrimitives();
const birthOf = (chainId: string) => ({ chainId, validatorSet: Uint8Array.of(1), policy: "" });

const fittingName = statement(
  "packages/enclave/src/keychain/keychain.ts",
  'throw new EnclaveError("ProductionOnly", { check: "chain id" });',
);

function enclave(create: typeof createEnclave, networkClass: NetworkClass, records = new Map<string, Uint8Array>()) {
  const attestation = softwareAttestation(primitives, MEASUREMENT);
  const storage = memoryStorage(records);
  return inProcessEnclave(create({ primitives, storage, networkClass, measurement: MEASUREMENT, attestation }));
}

/** Evidence that is in order but for its root, of a network of that name. */
function forgedNetwork(chainId: string): EcallRequest<"judgeNetwork"> {
  const keys = { ioPublicKey: new Uint8Array(32).fill(1), seedExchangePublicKey: new Uint8Array(32).fill(2) };
  const birth = birthOf(chainId);
  const reportData = networkKeysReportData(primitives, { ...birth, ...keys });
  const quote = softwareAttestation(primitives, MEASUREMENT).tee.quote(reportData, { chainId, machine: "m" });
  const collateral = developmentAuthority(primitives, chainId).collateral();
  const certificate = encodeCombinedEvidence({ quote, collateral, owner: NOBODY });
  return { certificate, birth, ...keys, time: 1_780_000_000n };
}

/** Sealed by a development enclave that did not look at the name. */
function sealedForMainnet(): Map<string, Uint8Array> {
  const record = {
    version: SEALED_FORMAT,
    networkClass: "development",
    seeds: [new Uint8Array(32), new Uint8Array(32).fill(1)],
    birth: birthOf(MAINNET),
    registration: undefined,
    binding: undefined,
    rotations: [],
    nodes: [],
  };
  return new Map([["keychain", encode(keychainSchema, record)]]);
}

const attack = (
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  prepare: Attack["prepare"],
): Attack => ({
  name,
  status,
  check,
  prepare,
});

export const developmentRoot: readonly Attack[] = [
  attack("development keys born as a public network", "ProductionOnly", fittingName, (create) => {
    const development = enclave(create, "development");
    return () => development.call("createKeychain", birthOf(MAINNET));
  }),
  attack("a development node that registers in a public network", "ProductionOnly", fittingName, (create) => {
    const development = enclave(create, "development");
    return () => development.call("createRegistration", { chainId: "pulsar-3" });
  }),
  attack("development keys of a public network that are there already", "ProductionOnly", fittingName, (create) => {
    const records = sealedForMainnet();
    return () => enclave(create, "development", records).call("status", {});
  }),
  attack(
    "a public network under the development root",
    "InvalidCert",
    statement("packages/enclave/src/enclave.ts", "if (isPublicNetwork(chainId)) return [INTEL_SGX_ROOT_KEY];"),
    (create) => {
      const development = enclave(create, "development");
      return () => development.call("judgeNetwork", forgedNetwork(MAINNET));
    },
  ),
  attack(
    "a network under the development root, shown to production keys",
    "InvalidCert",
    statement(
      "packages/enclave/src/enclave.ts",
      'if (this.#options.networkClass === "production") return [INTEL_SGX_ROOT_KEY];',
    ),
    (create) => {
      const production = enclave(create, "production");
      return () => production.call("judgeNetwork", forgedNetwork("other-1"));
    },
  ),
];
