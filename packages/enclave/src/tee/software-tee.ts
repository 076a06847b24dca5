/**
 * The software TEE: structurally real quotes, under a root that everybody can reckon. Part of the development bundle only.
 *
 * SECURITY: it proves nothing, and its root says so. Production networks do not trust that root.
 * @module
 */

import {
  type Authority,
  developmentAuthority,
  PLATFORM_LEVEL,
  writeSgxQuote,
} from "@enclavenet/attestation/development";
import { utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { softwareSealingKey } from "../sealing/software-sealing.ts";
import type { AttestationParts, Tee } from "./tee.ts";

const SIGNER = utf8ToBytes("enclavenet software enclave");
/** Of 64 bits, initialised, not under debug. */
const ATTRIBUTES = Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? 0x05 : 0));

/** Evidence of a program whose bundle has the hash `measurement`, and the root of the network's software enclaves. */
export function softwareAttestation(
  primitives: Primitives,
  measurement: Uint8Array,
): AttestationParts & { readonly tee: Tee } {
  let known: { readonly chainId: string; readonly authority: Authority } | undefined;
  const authorityOf = (chainId: string): Authority => {
    if (known?.chainId !== chainId) known = { chainId, authority: developmentAuthority(primitives, chainId) };
    return known.authority;
  };
  const report = {
    cpuSvn: new Uint8Array(PLATFORM_LEVEL.components),
    attributes: ATTRIBUTES,
    mrEnclave: measurement,
    mrSigner: primitives.sha256(SIGNER),
    isvProdId: 0,
    isvSvn: 1,
  };
  return {
    tee: {
      kind: "software",
      program: { measurement },
      sealingKey: (directory) => softwareSealingKey(primitives, directory),
      quote: (reportData, { chainId, machine }) =>
        writeSgxQuote({ ...report, reportData }, authorityOf(chainId).quotingPlatform(machine)),
    },
    trustedRoots: (chainId) => [authorityOf(chainId).rootKey],
  };
}
