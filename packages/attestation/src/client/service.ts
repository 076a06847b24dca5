/**
 * Intel's provisioning certification service, and caches of it (PCCS), which serve the same paths.
 *
 * Rule: Intel PCS API, versions 3 and 4: "Get Revocation List", "Get TCB Info", "Get Quoting Enclave identity". Chains come in
 * headers, URL-encoded. A PCCS also serves the root's list; Intel does so on a host of its own.
 * @module
 */
import { bytesToUtf8, LocalError, toHex } from "@enclavenet/common";
import { type CollateralJson, splitAnswer } from "../collateral/collateral.ts";
import { get, type HttpAnswer, type HttpOptions } from "./http.ts";

/** Whose collateral: all platforms of one kind share it. */
export interface PlatformKind {
  readonly tee: "sgx" | "tdx";
  /** Upper-case hexadecimal, six bytes. */
  readonly fmspc: string;
  /** The authority that certified the platform. */
  readonly ca: "processor" | "platform";
}

export interface Service {
  /** With or without the path up to the version. */
  readonly url: string;
  /** Version 3 serves TCB information of version 2, for SGX only. */
  readonly apiVersion: 3 | 4;
}

export const INTEL_PCS_URL = "https://api.trustedservices.intel.com";
const INTEL_ROOT_LIST_URL = "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der";

function badUrl(url: string): never {
  throw new LocalError("COLLATERAL_URL", `${url} is no address of a collateral service`, {
    fix: "give one such as https://localhost:8081",
  });
}

/** Address without what this file appends. */
export function serviceBase(url: string): string {
  if (!URL.canParse(url)) badUrl(url);
  const { protocol, origin, pathname, username, password, search, hash } = new URL(url);
  if (!/^https?:$/.test(protocol) || username + password + search + hash !== "") badUrl(url);
  return origin + pathname.replace(/\/+$/, "").replace(/\/(?:sgx|tdx)\/certification\/v\d$/, "");
}

/** SECURITY: addresses are made of the service's and never taken from certificates, which anybody may have written. */
function addresses({ url, apiVersion }: Service, { tee, fmspc, ca }: PlatformKind) {
  const base = serviceBase(url);
  const of = (kind: string, path: string): string => `${base}/${kind}/certification/v${apiVersion}/${path}`;
  return {
    pckCrl: of("sgx", `pckcrl?ca=${ca}&encoding=der`),
    rootCrl: base === INTEL_PCS_URL ? INTEL_ROOT_LIST_URL : of("sgx", "rootcacrl"),
    tcbInfo: of(tee, `tcb?fmspc=${fmspc}`),
    qeIdentity: of(tee, "qe/identity"),
  };
}

function bad(url: string, what: string): never {
  throw new LocalError("COLLATERAL_ANSWER", `${url}: ${what}`);
}

/** A chain in a header, whatever of its names the service uses. */
function chainHeader(answer: HttpAnswer, url: string, ...names: readonly string[]): string {
  const text = names.map((name) => answer.header(name)).find((value) => value !== undefined);
  if (text === undefined) bad(url, `no header ${names[0]}`);
  try {
    return decodeURIComponent(text);
  } catch {
    return bad(url, `header ${names[0]} is not URL-encoded`);
  }
}

function bodyText({ body }: HttpAnswer, url: string): string {
  try {
    return bytesToUtf8(body).trim();
  } catch {
    return bad(url, "an answer that is not text");
  }
}

/** Lists come as DER, and as its hexadecimal digits from some caches. */
function listHex(answer: HttpAnswer, url: string): string {
  return answer.body[0] === 0x30 ? toHex(answer.body) : bodyText(answer, url);
}

function signedParts(answer: HttpAnswer, url: string, member: string): readonly [string, string] {
  return splitAnswer(bodyText(answer, url), member) ?? bad(url, `an answer that is no signed ${member}`);
}

/** Asks for everything that a kind of platform needs. */
export async function askService(service: Service, kind: PlatformKind, http: HttpOptions): Promise<CollateralJson> {
  const url = addresses(service, kind);
  // One after the other: the first failure ends it, and no retry goes on behind the caller's back.
  const pckCrl = await get(url.pckCrl, http);
  const rootCrl = await get(url.rootCrl, http);
  const tcbInfo = await get(url.tcbInfo, http);
  const qeIdentity = await get(url.qeIdentity, http);
  const [tcb_info, tcb_info_signature] = signedParts(tcbInfo, url.tcbInfo, "tcbInfo");
  const [qe_identity, qe_identity_signature] = signedParts(qeIdentity, url.qeIdentity, "enclaveIdentity");
  return {
    pck_crl_issuer_chain: chainHeader(pckCrl, url.pckCrl, "SGX-PCK-CRL-Issuer-Chain"),
    root_ca_crl: listHex(rootCrl, url.rootCrl),
    pck_crl: listHex(pckCrl, url.pckCrl),
    tcb_info_issuer_chain: chainHeader(tcbInfo, url.tcbInfo, "TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain"),
    tcb_info,
    tcb_info_signature,
    qe_identity_issuer_chain: chainHeader(qeIdentity, url.qeIdentity, "SGX-Enclave-Identity-Issuer-Chain"),
    qe_identity,
    qe_identity_signature,
  };
}
