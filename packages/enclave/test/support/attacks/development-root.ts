/**
 * The development root where it must count for nothing: under the names of public networks, and for production keys.
 * @module
 */
import { encodeCombinedEvidence, networkKeysReportData } from "@enclavenet/attestation";
import { developmentAuthority, writeTdxQuote } from "@enclavenet/attestation/development";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  type EcallRequest,
  type Enclave,
  EnclaveExitCode,
  encode,
  PROTOCOL_VERSION,
  SEALED_FORMAT,
} from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import { type createEnclave, type NetworkClass, softwareAttestation } from "../../../src/index.ts";
import { keychainSchema } from "../../../src/keychain/keychain-record.ts";
import { domainReport, EMULATED_CHAIN, tdxQuote } from "../emulated-platform.ts";
import { enclaveOf, storageOf } from "../enclave-of.ts";
import { memoryStorage } from "../memory-storage.ts";
import { NOBODY } from "../registration.ts";
import { MEASUREMENT } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

const MAINNET = "secret-4";
const DEVNET = "other-1";
const primitives = createNodePrimitives();
const planOf = (chainId: string) => ({ chainId, validatorSet: Uint8Array.of(1), policy: "", owner: NOBODY });
const birthOf = (chainId: string) => {
  const { owner, ...plan } = planOf(chainId);
  return { ...plan, founder: { publicKey: NOBODY, owner } };
};

const fittingName = cut("public-name");

function programOf(create: typeof createEnclave, networkClass: NetworkClass, records: Map<string, Uint8Array>) {
  const attestation = softwareAttestation(primitives, MEASUREMENT);
  const storage = memoryStorage(records);
  return create({ primitives, storage, networkClass, measurement: MEASUREMENT, attestation });
}

function enclave(create: typeof createEnclave, networkClass: NetworkClass): Enclave {
  return enclaveOf(programOf(create, networkClass, new Map()));
}

type NetworkStatement = EcallRequest<"judgeNetwork">;

/** Evidence of a network of that name, which hangs from the root of the development network `authority`. */
function networkUnder(
  authority: string,
  chainId: string,
  tee: "sgx" | "tdx",
  quote: (reportData: Uint8Array) => Uint8Array,
): NetworkStatement {
  const keys = { ioPublicKey: new Uint8Array(32).fill(1), seedExchangePublicKey: new Uint8Array(32).fill(2) };
  const birth = birthOf(chainId);
  const reportData = networkKeysReportData(primitives, { ...birth, ...keys });
  const collateral = developmentAuthority(primitives, authority).collateral({ tee });
  const certificate = encodeCombinedEvidence({ quote: quote(reportData), collateral, owner: NOBODY });
  return { certificate, birth, ...keys, time: 1_780_000_000n };
}

/** As software enclaves of the program that judges say it, in order but for its root when the network is a public one. */
function softwareNetwork(judge: Enclave, chainId: string): NetworkStatement {
  const { measurement } = judge.call("hello", { protocolVersion: PROTOCOL_VERSION });
  const { tee } = softwareAttestation(primitives, measurement);
  return networkUnder(chainId, chainId, "sgx", (reportData) => tee.quote(reportData, { chainId, machine: "m" }));
}

/** Sealed by a development enclave that did not look at the name. */
function sealedFor(chainId: string): Uint8Array {
  return encode(keychainSchema, {
    version: SEALED_FORMAT,
    networkClass: "development",
    seeds: [new Uint8Array(32), new Uint8Array(32).fill(1)],
    birth: birthOf(chainId),
    registration: undefined,
    binding: undefined,
    rotations: [],
    nodes: [],
    programs: [],
  });
}

type Prepare = Attack["prepare"];

const attack = (name: string, status: Attack["status"], check: Attack["check"], prepare: Prepare): Attack => ({
  name,
  status,
  check,
  prepare,
});

/** The same call about a public network and about one of no fame. */
function aboutNetworks(call: (chainId: string) => unknown): Steps {
  return { lie: () => call(MAINNET), honest: () => call(DEVNET) };
}

export const developmentRoot: readonly Attack[] = [
  attack("development keys born as a public network", "ProductionOnly", fittingName, (create) => {
    const development = enclave(create, "development");
    return aboutNetworks((chainId) => development.call("createKeychain", planOf(chainId)));
  }),
  attack("a development node that registers in a public network", "ProductionOnly", fittingName, (create) => {
    const development = enclave(create, "development");
    return aboutNetworks((chainId) => development.call("createRegistration", { chainId }));
  }),
  {
    name: "development keys of a public network that are there already",
    status: "ProductionOnly",
    exit: EnclaveExitCode.sealingFailed,
    check: fittingName,
    prepare: (create) => {
      const records = new Map<string, Uint8Array>();
      const program = programOf(create, "development", records);
      enclaveOf(program).call("status", {});
      return aboutNetworks((chainId) => {
        storageOf(program, records).save("keychain", sealedFor(chainId));
        return enclaveOf(programOf(create, "development", records)).call("status", {});
      });
    },
  },
  attack("a public network under the development root", "InvalidCert", cut("public-root"), (create) => {
    const development = enclave(create, "development");
    return aboutNetworks((chainId) => development.call("judgeNetwork", softwareNetwork(development, chainId)));
  }),
  {
    name: "a network under the development root, shown to production keys",
    status: "InvalidCert",
    production: true,
    check: [cut("production-root"), cut("quote/chain_root")],
    prepare: (create) => {
      const judge = (network: NetworkStatement) => () => enclave(create, "production").call("judgeNetwork", network);
      const platform = developmentAuthority(primitives, DEVNET).quotingPlatform("m");
      const own = (reportData: Uint8Array) => writeTdxQuote(domainReport(reportData), platform);
      return {
        lie: judge(networkUnder(DEVNET, DEVNET, "tdx", own)),
        // The bundle that is played here trusts the authority of the emulated machines where the shipped one trusts Intel.
        honest: judge(networkUnder(EMULATED_CHAIN, DEVNET, "tdx", (reportData) => tdxQuote(primitives, reportData))),
      };
    },
  },
];
