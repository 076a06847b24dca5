/**
 * Evidence that is forged in one thing, handed in by the host of a node of the network, or of one that joins.
 * @module
 */
import { networkKeysReportData, registrationReportData } from "@enclavenet/attestation";
import type { DocumentTee } from "@enclavenet/attestation/development";
import { toHex } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type Enclave, EvidencePurpose, type NetworkDescription, PROTOCOL_VERSION } from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import { bornOf, CHAIN_ID } from "../chain.ts";
import { domainReport } from "../emulated-platform.ts";
import { enclaveOf } from "../enclave-of.ts";
import { type Forgery, forgedCertificate, type Subject } from "../forgery.ts";
import { memoryStorage } from "../memory-storage.ts";
import { authenticateMsg, certificateOf, NOBODY } from "../registration.ts";
import { MEASUREMENT, World } from "../world.ts";
import type { Attack } from "./attack.ts";
import { ofDomain, ofEnclave, type Wrong } from "./forgeries.ts";
import { admission, type Create, inMessages, notOfRegistration, takeover } from "./registration.ts";

const NAMES: Readonly<Record<DocumentTee, string>> = { sgx: "an enclave", tdx: "a trust domain" };
const primitives = createNodePrimitives();
/** Of nodes that nobody runs. */
const NODE_KEY = primitives.x25519PublicKey(SecretBytes.take(new Uint8Array(32).fill(7)));
const { mrTd, rtmrs } = domainReport(NOBODY);

/** A network of trust domains with this firmware and operating system. */
const DOMAINS = JSON.stringify({ measurements: [toHex(mrTd)], rtmrs: rtmrs.map(toHex) });

function measurementOf(judge: Enclave): Uint8Array {
  return judge.call("hello", { protocolVersion: PROTOCOL_VERSION }).measurement;
}

/** A node asks for the seeds. */
function registering(tee: DocumentTee, bad: Wrong): Attack {
  return {
    name: `${NAMES[tee]} that registers: ${bad.what}`,
    status: bad.status ?? "InvalidCert",
    check: bad.checks,
    prepare(create) {
      const world = new World(create, tee === "tdx" ? { policy: DOMAINS } : {});
      const { alice } = world;
      const reportData = registrationReportData(primitives, { chainId: CHAIN_ID, publicKey: NODE_KEY, owner: NOBODY });
      const subject = { reportData, measurement: measurementOf(world.enclave) };
      const messages = [bad.forgery, {}].map((forgery) =>
        authenticateMsg(alice.address, forgedCertificate(primitives, tee, subject, forgery)),
      );
      return inMessages(world, "authenticateNode", messages);
    },
  };
}

function judging(create: Create): Enclave {
  const storage = memoryStorage(new Map());
  return enclaveOf(create({ primitives, storage, networkClass: "development", measurement: MEASUREMENT }));
}

/** A node that joins judges what the network was born with. */
function joining(tee: DocumentTee, bad: Wrong): Attack {
  return {
    name: `a network of ${NAMES[tee]}: ${bad.what}`,
    status: bad.status ?? "InvalidCert",
    check: bad.checks,
    ...(tee === "tdx" && { machine: "domain" as const }),
    prepare(create) {
      const judge = judging(create);
      const birth = { chainId: CHAIN_ID, validatorSet: Uint8Array.of(1), policy: "", founder: undefined };
      const keys = { ioPublicKey: new Uint8Array(32).fill(1), seedExchangePublicKey: new Uint8Array(32).fill(2) };
      const reportData = networkKeysReportData(primitives, { ...birth, ...keys });
      const subject: Subject = { reportData, measurement: measurementOf(judge) };
      const judged = (forgery: Forgery) => () => {
        const certificate = forgedCertificate(primitives, tee, subject, forgery);
        return judge.call("judgeNetwork", { certificate, birth, ...keys, time: 1_700_000_000n });
      };
      return { lie: judged(bad.forgery), honest: judged({}) };
    },
  };
}

/** A node takes over the seeds. */
function takingOver(bad: Wrong): Attack {
  return takeover(
    `seeds of a network of an enclave: ${bad.what}`,
    "InvalidCert",
    bad.checks,
    (joiner, _create, world) => {
      const birth = bornOf(world.enclave, world.chain);
      const { ioPublicKey, seedExchangePublicKey } = world.enclave.call("status", {});
      const keys = { ioPublicKey, seedExchangePublicKey } as Pick<
        NetworkDescription,
        "ioPublicKey" | "seedExchangePublicKey"
      >;
      const reportData = networkKeysReportData(primitives, { ...birth, ...keys });
      const subject = { reportData, measurement: measurementOf(joiner.enclave) };
      return { certificate: forgedCertificate(primitives, "sgx", subject, bad.forgery) };
    },
  );
}

/** Everything that has a time was issued together. */
const OUT_OF_TIME = ["certificate_times", "tcb_info_time", "qe_identity_time", "root_list_time", "pck_list_time"];

export const evidence: readonly Attack[] = [
  ...ofEnclave.map((bad) => registering("sgx", bad)),
  ...ofDomain.filter((bad) => bad.alsoJoining || !ofEnclave.includes(bad)).map((bad) => registering("tdx", bad)),
  ...ofEnclave.filter(({ alsoJoining }) => alsoJoining).map((bad) => joining("sgx", bad)),
  ...ofDomain.filter(({ alsoJoining }) => alsoJoining).map((bad) => joining("tdx", bad)),
  ...ofEnclave
    .filter(({ alsoJoining }) => alsoJoining)
    .slice(0, 3)
    .map(takingOver),
  admission("a registration in another network", "InvalidCert", notOfRegistration, (world) => {
    const reportData = registrationReportData(primitives, { chainId: "other-1", publicKey: NODE_KEY, owner: NOBODY });
    return forgedCertificate(primitives, "sgx", { reportData, measurement: measurementOf(world.enclave) }, {});
  }),
  admission("evidence of freshness in place of a registration", "InvalidCert", notOfRegistration, (world) => {
    world.begin([]);
    const freshness = { purpose: EvidencePurpose.freshness, owner: NOBODY, nonce: NOBODY };
    return certificateOf(world, world.enclave.call("evidence", freshness).quote);
  }),
  takeover(
    "the network's evidence at a time at which its collateral does not hold",
    "InvalidCert",
    OUT_OF_TIME.map((name) => cut(`quote/${name}`)),
    () => ({ time: 1_500_000_000n }),
  ),
  takeover(
    "a tampered io key of the genesis document",
    "InvalidCert",
    [cut("network-keys-statement", "return { machineId };"), cut("seeds-keys")],
    () => ({ ioPublicKey: new Uint8Array(32).fill(5) }),
  ),
];
