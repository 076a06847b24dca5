/** A collateral service on loopback that answers what was recorded, in the forms of Intel's service and of a PCCS. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CollateralJson } from "@enclavenet/attestation";

export interface Recording {
  readonly collateral: CollateralJson;
  readonly tee: "sgx" | "tdx";
  readonly fmspc: string;
  readonly ca: "processor" | "platform";
}

/** Answers in place of the recorded one; undefined leaves it to the recording. */
export type Interference = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

export interface RecordedService {
  readonly url: string;
  /** Path and query of each request, in order. */
  readonly requests: readonly string[];
  readonly keys: readonly (string | undefined)[];
  stop(): Promise<void>;
}

interface Answer {
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
}

function answers({ collateral, tee, fmspc, ca }: Recording, version: number, hexLists: boolean): Map<string, Answer> {
  const path = (kind: string, rest: string) => `/${kind}/certification/v${version}/${rest}`;
  const list = (hex: string) => (hexLists ? hex : Buffer.from(hex, "hex"));
  const tcbHeader = version === 3 ? "SGX-TCB-Info-Issuer-Chain" : "TCB-Info-Issuer-Chain";
  const encoded = encodeURIComponent;
  return new Map<string, Answer>([
    [
      path("sgx", `pckcrl?ca=${ca}&encoding=der`),
      {
        body: list(collateral.pck_crl),
        headers: { "SGX-PCK-CRL-Issuer-Chain": encoded(collateral.pck_crl_issuer_chain) },
      },
    ],
    [path("sgx", "rootcacrl"), { body: list(collateral.root_ca_crl) }],
    [
      path(tee, `tcb?fmspc=${fmspc}`),
      {
        body: `{"tcbInfo":${collateral.tcb_info},"signature":"${collateral.tcb_info_signature}"}`,
        headers: { [tcbHeader]: encoded(collateral.tcb_info_issuer_chain) },
      },
    ],
    [
      path(tee, "qe/identity"),
      {
        body: `{"enclaveIdentity":${collateral.qe_identity},"signature":"${collateral.qe_identity_signature}"}`,
        headers: { "SGX-Enclave-Identity-Issuer-Chain": encoded(collateral.qe_identity_issuer_chain) },
      },
    ],
  ]);
}

export interface ServiceForm {
  readonly version?: 3 | 4;
  /** Lists as digits, as some caches serve them. */
  readonly hexLists?: boolean;
  readonly interfere?: Interference;
}

export async function startRecordedService(recording: Recording, form: ServiceForm = {}): Promise<RecordedService> {
  const known = answers(recording, form.version ?? 4, form.hexLists ?? false);
  const requests: string[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    keys.push(request.headers["ocp-apim-subscription-key"] as string | undefined);
    if (form.interfere?.(request, response, requests.length) === true) return;
    const answer = known.get(request.url ?? "");
    response.writeHead(answer === undefined ? 404 : 200, answer?.headers);
    response.end(answer?.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    keys,
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
