/**
 * Everything that the rules look at: quote and collateral, parsed, with the time, the roots and the policy.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { Collateral } from "../collateral/collateral.ts";
import { refuse } from "../errors.ts";
import type { Policy } from "../policy.ts";
import type { AttestationPrimitives } from "../primitives/primitives.ts";
import type { Quote } from "../quote/quote.ts";
import { type Certificate, parseChain } from "../x509/certificate.ts";
import { type Platform, parsePlatform } from "../x509/sgx-extension.ts";
import { type MatchedTcb, matchTcb } from "./match-tcb.ts";

/** Something signed: a certificate, a list, a document. */
interface SignedBytes {
  readonly signed: Uint8Array;
  /** r ‖ s */
  readonly signature: Uint8Array;
}

export interface Evidence {
  readonly quote: Quote;
  readonly collateral: Collateral;
  readonly pckChain: readonly Certificate[];
  readonly platform: Platform;
  /** Hexadecimal. Spec 01 §4.5: first 20 bytes of the hash of all that Intel says about the platform. */
  readonly machineId: string;
  readonly tcb: MatchedTcb;
  /** Seconds since the epoch. */
  readonly time: number;
  /** Keys of trusted roots. */
  readonly roots: readonly Uint8Array[];
  readonly policy: Policy;
  readonly primitives: AttestationPrimitives;
  /** Whether the key (uncompressed point) signed it. */
  isSignedBy(item: SignedBytes, publicKey: Uint8Array): boolean;
}

/** PERF: chains share their upper certificates, so that an answer is remembered. The signed bytes are part of the name. */
function rememberingVerifier(primitives: AttestationPrimitives): Evidence["isSignedBy"] {
  const known = new Map<string, boolean>();
  return ({ signed, signature }, publicKey) => {
    const name = [primitives.sha256(signed), signature, publicKey].map(toHex).join(" ");
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const answer = primitives.p256VerifySha256(signed, signature, publicKey);
    known.set(name, answer);
    return answer;
  };
}

/** What the caller brings beside quote and collateral. */
export type Terms = Pick<Evidence, "time" | "roots" | "policy" | "primitives">;

/** Throws `AttestationError` when the quote's PCK chain cannot be read. */
export function gatherEvidence(quote: Quote, collateral: Collateral, terms: Terms): Evidence {
  const pckChain = parseChain(quote.quotingEnclave.pckChain);
  const extension = pckChain[0]?.sgxExtension;
  if (extension === undefined) refuse("CERTIFICATE_FORMAT", "the PCK certificate says nothing about a platform");
  const platform = parsePlatform(extension);
  return {
    quote,
    collateral,
    pckChain,
    platform,
    machineId: toHex(terms.primitives.sha256(extension).subarray(0, 20)),
    tcb: matchTcb(quote, platform, collateral.tcbInfo.content, collateral.qeIdentity.content),
    ...terms,
    isSignedBy: rememberingVerifier(terms.primitives),
  };
}
