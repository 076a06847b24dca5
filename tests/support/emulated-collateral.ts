/**
 * Collateral of emulated machines, in the form in which Intel's service answers.
 * @module
 */
import type { CollateralJson } from "@enclavenet/attestation";
import { platformKind } from "@enclavenet/attestation/client";
import { fromBase64, toHex } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import type { Recording } from "../../packages/attestation/test/support/recorded-service.ts";
import { sgxQuote } from "../../packages/enclave/test/support/emulated-platform.ts";
import { emulatedAuthority } from "./emulated-root.ts";

const primitives = createNodePrimitives();

const listDigits = (pem: string): string => toHex(fromBase64(pem.replace(/-----[^-]+-----|\s/g, "")));

/** A signed document and its signature, out of a whole answer. */
function parts(answer: string, member: string): readonly [string, string] {
  const { signature } = JSON.parse(answer) as { signature: string };
  return [answer.slice(`{"${member}":`.length, answer.lastIndexOf(',"signature"')), signature];
}

/** What a service knows of the emulated machines. */
export function emulatedRecording(tee: "sgx" | "tdx"): Recording {
  const whole = emulatedAuthority.collateral({ tee });
  const [tcb_info, tcb_info_signature] = parts(whole.tcb_info, "tcbInfo");
  const [qe_identity, qe_identity_signature] = parts(whole.qe_identity, "enclaveIdentity");
  const collateral: CollateralJson = {
    ...whole,
    root_ca_crl: listDigits(whole.root_ca_crl),
    pck_crl: listDigits(whole.pck_crl),
    tcb_info,
    tcb_info_signature,
    qe_identity,
    qe_identity_signature,
  };
  return { ...platformKind(sgxQuote(primitives, new Uint8Array(64))), tee, collateral };
}
