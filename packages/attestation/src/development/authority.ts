/**
 * An authority that certifies machines as Intel does: root, platform CA, signer of TCB information, revocation lists,
 * collateral. It stands behind the quotes of software enclaves and behind the tests of everything that is checked.
 *
 * SECURITY: a verifier accepts what hangs from it only when its root is named among the trusted ones. Nothing secret protects
 * the root of a development network: whoever knows the network's name can make its quotes.
 * @module
 */
import { toHex, utf8ToBytes } from "@enclavenet/common";
import type { P256Signer } from "@enclavenet/crypto/noble";
import type { CollateralJson } from "../collateral/collateral.ts";
import { timeText } from "../encoding/time.ts";
import { pem, pemChain, type Validity, writeCertificate, writeRevocationList } from "./certificates.ts";
import {
  type DocumentTee,
  PCE_ID,
  PLATFORM_FMSPC,
  PLATFORM_LEVEL,
  QUOTING_PROD_ID,
  QUOTING_SVN,
  qeIdentity,
  type TcbLevelFields,
  tcbInfo,
} from "./documents.ts";
import { type PlatformFields, type QuotingPlatform, type SgxReportFields, writePlatform } from "./platform.ts";

export interface AuthorityOptions {
  /** Stands in the common names. */
  readonly name: string;
  /** The key of a role: `root`, `platform-ca`, `tcb-signing`, and those of machines. The same key for the same name. */
  key(role: string): P256Signer;
  sha256(data: Uint8Array): Uint8Array;
  /** Of certificates, lists and documents alike. */
  readonly validity: Validity;
}

/** Who is certified by the root. */
type CertifiedRole = "platform-ca" | "tcb-signing";

/** What may differ from the collateral of healthy machines. */
export interface CollateralChanges {
  /** Serial numbers of revoked certificates of machines. */
  readonly revokedPcks?: readonly Uint8Array[];
  /** The same of those that certify machines, or sign documents. */
  readonly revokedRoles?: readonly CertifiedRole[];
  /** When a part holds, in place of the authority's own times. */
  readonly validity?: Partial<Record<"rootList" | "pckList" | "tcbInfo" | "qeIdentity", Validity>>;
  readonly levels?: readonly TcbLevelFields[];
  /** Whose quotes it is for. Default: enclaves. */
  readonly tee?: DocumentTee;
}

const TITLES = { "platform-ca": "Intel SGX PCK Platform CA", "tcb-signing": "Intel SGX TCB Signing" } as const;
const SERIALS = { root: 1, "platform-ca": 2, "tcb-signing": 3 } as const;
const PLAIN_ATTRIBUTES = Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? 0x05 : 0));

function signedDocument(member: string, document: object, signer: P256Signer): string {
  const text = JSON.stringify(document);
  return `{"${member}":${text},"signature":"${toHex(signer.sign(utf8ToBytes(text)))}"}`;
}

/** The certificates and documents of one authority. */
export class Authority {
  readonly #options: AuthorityOptions;
  /** PERF: each stands in several chains, and is signed once. */
  readonly #certificates = new Map<string, Uint8Array>();

  constructor(options: AuthorityOptions) {
    this.#options = options;
  }

  /** Key by which a verifier knows this authority. */
  get rootKey(): Uint8Array {
    return this.#options.key("root").publicKey;
  }

  /** What a machine needs to quote in the name of this authority. */
  quotingPlatform(machine: string): QuotingPlatform {
    const { key, sha256 } = this.#options;
    const fields: PlatformFields = {
      ppid: sha256(utf8ToBytes(`ppid ${machine}`)).subarray(0, 16),
      components: PLATFORM_LEVEL.components,
      pceSvn: PLATFORM_LEVEL.pceSvn,
      pceId: PCE_ID,
      fmspc: PLATFORM_FMSPC,
    };
    const pck = key(`pck ${machine}`);
    const pckChain = pemChain(this.#pckCertificate(machine, fields)) + this.#chain("platform-ca");
    const quotingEnclave = { ...this.#quotingEnclave(), cpuSvn: new Uint8Array(fields.components) };
    return { attestationKey: key(`attestation ${machine}`), quotingEnclave, pck, pckChain, sha256 };
  }

  /** Serial number of a machine's certificate. */
  pckSerial(machine: string): Uint8Array {
    return this.#options.sha256(utf8ToBytes(`serial ${machine}`)).subarray(0, 16);
  }

  #pckCertificate(machine: string, fields: PlatformFields): Uint8Array {
    const { key, validity } = this.#options;
    return writeCertificate(
      {
        serial: this.pckSerial(machine),
        issuer: this.#name("platform-ca"),
        subject: "Intel SGX PCK Certificate",
        publicKey: key(`pck ${machine}`).publicKey,
        isAuthority: false,
        sgxExtension: writePlatform(fields),
        ...validity,
      },
      key("platform-ca"),
    );
  }

  /** Collateral for every machine of this authority, in the field names of Intel's service. */
  collateral(changes: CollateralChanges = {}): CollateralJson {
    const { key, validity } = this.#options;
    const { revokedPcks, revokedRoles = [], levels, tee = "sgx", validity: times = {} } = changes;
    const list = (
      issuer: "root" | "platform-ca",
      { notBefore, notAfter } = validity,
      revoked: readonly Uint8Array[] = [],
    ) =>
      writeRevocationList(
        { issuer: this.#name(issuer), thisUpdate: notBefore, nextUpdate: notAfter, revoked },
        key(issuer),
      );
    const dates = ({ notBefore, notAfter } = validity) => ({
      issueDate: timeText(notBefore),
      nextUpdate: timeText(notAfter),
    });
    const roles = revokedRoles.map((role) => Uint8Array.of(SERIALS[role]));
    const signingChain = this.#chain("tcb-signing");
    const signer = key("tcb-signing");
    const { mrSigner } = this.#quotingEnclave();
    return {
      pck_crl_issuer_chain: this.#chain("platform-ca"),
      root_ca_crl: pem("X509 CRL", list("root", times.rootList, roles)),
      pck_crl: pem("X509 CRL", list("platform-ca", times.pckList, revokedPcks)),
      tcb_info_issuer_chain: signingChain,
      tcb_info: signedDocument("tcbInfo", { ...tcbInfo(tee, levels), ...dates(times.tcbInfo) }, signer),
      qe_identity_issuer_chain: signingChain,
      qe_identity: signedDocument(
        "enclaveIdentity",
        { ...qeIdentity(tee, mrSigner), ...dates(times.qeIdentity) },
        signer,
      ),
    };
  }

  /** The names of Intel's hierarchy below the root: they say what a key is for, and verifiers look at them. */
  #name(role: keyof typeof SERIALS): string {
    return role === "root" ? `Development root of ${this.#options.name}` : TITLES[role];
  }

  /** A chain of the authority's own, down from the root to `role`, in the order of chains. */
  #chain(role: CertifiedRole): string {
    return pemChain(this.#certificate(role), this.#certificate("root"));
  }

  #certificate(role: keyof typeof SERIALS): Uint8Array {
    const certificate = this.#certificates.get(role) ?? this.#writeCertificate(role);
    this.#certificates.set(role, certificate);
    return certificate;
  }

  #writeCertificate(role: keyof typeof SERIALS): Uint8Array {
    const { key, validity } = this.#options;
    return writeCertificate(
      {
        serial: new Uint8Array([SERIALS[role]]),
        issuer: this.#name("root"),
        subject: this.#name(role),
        publicKey: key(role).publicKey,
        isAuthority: role !== "tcb-signing",
        ...validity,
      },
      key("root"),
    );
  }

  #quotingEnclave(): Omit<SgxReportFields, "reportData" | "cpuSvn"> {
    const { name, sha256 } = this.#options;
    return {
      attributes: PLAIN_ATTRIBUTES,
      mrEnclave: sha256(utf8ToBytes(`quoting enclave of ${name}`)),
      mrSigner: sha256(utf8ToBytes(`signer of the quoting enclave of ${name}`)),
      isvProdId: QUOTING_PROD_ID,
      isvSvn: QUOTING_SVN,
    };
  }
}
