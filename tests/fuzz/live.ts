/**
 * Live targets of the long run: requests to the servers of a real node, transactions among them, and frames to a real
 * enclave process. Each answers everything, and works at the end as at the beginning.
 */
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBase64 } from "@enclavenet/common";
import { decodeErrorBody, ecalls, encodeFrame, FrameKind, readFrame } from "@enclavenet/enclave-api";
import { spawnEnclave } from "@enclavenet/enclave-host";
import { rpcs } from "@enclavenet/proto";
import fc from "fast-check";
import { fdChannel } from "../../packages/enclave-host/src/fd-channel.ts";
import { CometClient } from "../support/comet.ts";
import { textOf } from "../support/decoder.ts";
import { hostileBytes } from "../support/hostile-bytes.ts";
import { startNode } from "./node.ts";

/** A target whose inputs go to another process. */
export interface LiveTarget {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Throws for an answer that nobody should give. */
  attempt(bytes: Uint8Array): Promise<void>;
  /** Throws unless the process works as before; ends it. */
  finish(): Promise<void>;
}

const bytesOf = (...texts: readonly string[]) =>
  fc.constantFrom(...texts).map((text) => new TextEncoder().encode(text));

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function answered(response: Response): Promise<void> {
  const text = await response.text();
  demand(!text.includes("internal error") || text.includes("query"), `internal error: ${text.slice(0, 200)}`);
  demand(!/\bat .*\.[jt]s:\d/.test(text), `a stack: ${text.slice(0, 200)}`);
}

const encoded = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "?"));

/** The servers of one node of its own. */
export async function nodeTargets(bundleRoot: string): Promise<readonly LiveTarget[]> {
  const { ready, alive, stop } = await startNode(bundleRoot);
  const comet = new CometClient(ready.rpc);
  const routes = [...rpcs.values()].flatMap((rpc) => rpc.routes);
  const works = async () => {
    demand(alive(), "the node has ended");
    const status = await comet.call("status");
    demand(Number(status.sync_info.latest_block_height) > 0, "the node has no blocks");
  };
  const call = (method: string, params: unknown) => ({ jsonrpc: "2.0", id: 1, method, params });
  const post = (url: string, body: string) => fetch(url, { method: "POST", body });
  return [
    {
      name: "node: REST",
      inputs: hostileBytes(bytesOf(...routes.map(({ verb, template }) => `${verb} ${template}?pagination.limit=2 {}`))),
      async attempt(bytes) {
        const [verb = "", target = "", ...rest] = textOf(bytes).split(" ");
        const path = `/${encoded(target).replaceAll("%2F", "/").replaceAll("%3F", "?").replaceAll("%3D", "=")}`;
        const url = `${ready.rest}${path.replace(/^\/+/, "/")}`;
        await answered(await (verb === "POST" ? post(url, rest.join(" ")) : fetch(url)));
      },
      finish: works,
    },
    {
      name: "node: RPC",
      inputs: hostileBytes(
        bytesOf(
          ...["status", "block", "tx_search", "abci_query", "broadcast_tx_sync", "genesis_chunked", "validators"].map(
            (method) =>
              JSON.stringify(call(method, { height: "1", query: "tx.height=1", path: "/app/version", tx: "" })),
          ),
        ),
      ),
      attempt: async (bytes) => answered(await post(ready.rpc, textOf(bytes))),
      finish: works,
    },
    {
      name: "node: transactions and queries of any path",
      inputs: hostileBytes(fc.constant(Uint8Array.of(0x0a, 2, 0x0a, 0, 0x12, 2, 0x12, 0))),
      async attempt(bytes) {
        const paths = [...rpcs.keys(), "/app/simulate", "/store/acc/key"];
        const path = paths[(bytes[0] ?? 0) % paths.length];
        const data = Buffer.from(bytes).toString("hex");
        await answered(await post(ready.rpc, JSON.stringify(call("abci_query", { path, data }))));
        await answered(await post(ready.rpc, JSON.stringify(call("broadcast_tx_sync", { tx: toBase64(bytes) }))));
      },
      async finish() {
        await works();
        await stop();
      },
    },
  ];
}

/** A real enclave process; each input is the body of a frame, its first byte the method. */
export function enclaveTarget(bundle: string): LiveTarget {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-fuzz-"));
  const enclave = spawnEnclave({ bundle, sealingDirectory: folder });
  const channel = fdChannel(enclave.readFd, enclave.writeFd);
  let id = 0;
  const ask = (method: number, body: Uint8Array) => {
    id++;
    writeSync(enclave.writeFd, encodeFrame({ kind: FrameKind.ecall, id, method, body }));
    const answer = readFrame(channel);
    demand(answer.id === id && answer.method === method, "an answer to another call");
    return answer;
  };
  return {
    name: "enclave: frames",
    inputs: hostileBytes(fc.nat(10).map((method) => Uint8Array.of(method, 1, 0, 0, 0, 9, 0, 0, 0))),
    async attempt(bytes) {
      const answer = ask(bytes[0] ?? 0, bytes.subarray(1));
      if (answer.kind !== FrameKind.error) return;
      const { status, check } = decodeErrorBody(answer.body);
      demand(status !== "InternalError", `unforeseen: ${check}`);
    },
    async finish() {
      demand(ask(ecalls.status.id, new Uint8Array(0)).kind === FrameKind.result, "the enclave does not answer");
      enclave.close();
      const { code } = await enclave.exited;
      rmSync(folder, { recursive: true, force: true });
      demand(code === 0, `the enclave ended with ${code}`);
    },
  };
}
