/**
 * An authority that certifies machines as Intel does: root, platform CA, signer of TCB information, revocation lists,
 * collateral. It stands behind the quotes of software enclaves and behind the tests of everything that is checked.
 *
 * SECURITY: a verifier accepts what hangs from it only when its root is named among the trusted ones. Nothing secret protects
 * the root of a development network: whoever knows the network's name can make its quotes.
 * @module
 */
import { toHex, toUpperHex, utf8ToBytes } from "@enclavenet/common";
import type { P256Signer } from "@enclavenet/crypto/noble";
import type { CollateralJson } from "../collateral/collateral.ts";
import { timeText } from "../encoding/time.ts";
import { pem, pemChain, type Validity, writeCertificate, writeRevocationList } from "./certificates.ts";
import { type PlatformFields, type QuotingPlatform, type SgxReportFields, writePlatform } from "./platform.ts";

/** A level of TCB information as Intel's service writes it. */
export interface TcbLevelFields {
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly status: string;
  readonly advisories?: readonly string[];
}

export interface AuthorityOptions {
  /** Stands in the common names. */
  readonly name: string;
  /** The key of a role: `root`, `platform-ca`, `tcb-signing`, and those of machines. The same key for the same name. */
  key(role: string): P256Signer;
  sha256(data: Uint8Array): Uint8Array;
  /** Of certificates, lists and documents alike. */
  readonly validity: Validity;
}

/** What may differ from the collateral of healthy machines. */
export interface CollateralChanges {
  /** Serial numbers of revoked certificates of machines. */
  readonly revokedPcks?: readonly Uint8Array[];
  readonly levels?: readonly TcbLevelFields[];
}

/** Security versions of a development platform: one level, up to date. */
export const PLATFORM_LEVEL: TcbLevelFields = {
  components: Array.from({ length: 16 }, () => 1),
  pceSvn: 1,
  status: "UpToDate",
};

/** Family of development platforms, in the place of Intel's FMSPC. */
export const PLATFORM_FMSPC = utf8ToBytes("devnet");
const PCE_ID = new Uint8Array(2);
const TITLES = { "platform-ca": "Intel SGX PCK Platform CA", "tcb-signing": "Intel SGX TCB Signing" } as const;
const SERIALS = { root: 1, "platform-ca": 2, "tcb-signing": 3 } as const;
const QUOTING_PROD_ID = 1;
const QUOTING_SVN = 1;
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
    const { notBefore, notAfter } = validity;
    const list = (issuer: "root" | "platform-ca", revoked: readonly Uint8Array[] = []) =>
      writeRevocationList(
        { issuer: this.#name(issuer), thisUpdate: notBefore, nextUpdate: notAfter, revoked },
        key(issuer),
      );
    const dates = { issueDate: timeText(notBefore), nextUpdate: timeText(notAfter) };
    const signingChain = this.#chain("tcb-signing");
    const signer = key("tcb-signing");
    return {
      pck_crl_issuer_chain: this.#chain("platform-ca"),
      root_ca_crl: pem("X509 CRL", list("root")),
      pck_crl: pem("X509 CRL", list("platform-ca", changes.revokedPcks)),
      tcb_info_issuer_chain: signingChain,
      tcb_info: signedDocument("tcbInfo", { ...tcbInfo(changes.levels), ...dates }, signer),
      qe_identity_issuer_chain: signingChain,
      qe_identity: signedDocument("enclaveIdentity", { ...this.#qeIdentity(), ...dates }, signer),
    };
  }

  /** The names of Intel's hierarchy below the root: they say what a key is for, and verifiers look at them. */
  #name(role: keyof typeof SERIALS): string {
    return role === "root" ? `Development root of ${this.#options.name}` : TITLES[role];
  }

  /** A chain of the authority's own, down from the root to `role`, in the order of chains. */
  #chain(role: "platform-ca" | "tcb-signing"): string {
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

  #qeIdentity(): object {
    const { mrSigner } = this.#quotingEnclave();
    return {
      id: "QE",
      version: 2,
      tcbEvaluationDataNumber: 1,
      miscselect: "00000000",
      miscselectMask: "FFFFFFFF",
      // Under the mask that Intel uses: whether the enclave is of 64 bits does not matter.
      attributes: "01000000000000000000000000000000",
      attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
      mrsigner: toUpperHex(mrSigner),
      isvprodid: QUOTING_PROD_ID,
      tcbLevels: [{ tcb: { isvsvn: QUOTING_SVN }, tcbDate: "2025-01-01T00:00:00Z", tcbStatus: "UpToDate" }],
    };
  }
}

function tcbInfo(levels: readonly TcbLevelFields[] = [PLATFORM_LEVEL]): object {
  return {
    id: "SGX",
    version: 3,
    fmspc: toUpperHex(PLATFORM_FMSPC),
    pceId: toUpperHex(PCE_ID),
    tcbType: 0,
    tcbEvaluationDataNumber: 1,
    tcbLevels: levels.map(({ components, pceSvn, status, advisories }) => ({
      tcb: { sgxtcbcomponents: components.map((svn) => ({ svn })), pcesvn: pceSvn },
      tcbDate: "2025-01-01T00:00:00Z",
      tcbStatus: status,
      ...(advisories === undefined ? {} : { advisoryIDs: advisories }),
    })),
  };
}
