/**
 * The servers of a real node: requests of every kind, transactions among them. They answer everything, no block changes because of
 * it, and the next one is right.
 */
import { toBase64 } from "@enclavenet/common";
import { rpcs } from "@enclavenet/proto";
import fc from "fast-check";
import {
  demandPlain,
  grpcCalls,
  grpcWebCalls,
  type HostileStream,
  http2Bytes,
  websocketFrames,
  websocketMessages,
} from "../../packages/rpc/test/support/hostile-streams.ts";
import { textOf } from "../support/decoder.ts";
import { hostileBytes } from "../support/hostile-bytes.ts";
import { portOf } from "../support/processes.ts";
import { demand, type LiveTarget } from "./live-target.ts";
import { FuzzNode } from "./node.ts";

const bytesOf = (...texts: readonly string[]) =>
  fc.constantFrom(...texts).map((text) => new TextEncoder().encode(text));

const encoded = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "?"));

const post = (url: string, body: string) => fetch(url, { method: "POST", body });

async function answered(response: Response): Promise<void> {
  const text = await response.text();
  // A query of the REST gateway may say so in upstream's words.
  demandPlain(text.includes("query") ? text.replaceAll("internal error", "") : text);
}

const call = (method: string, params: unknown) => ({ jsonrpc: "2.0", id: 1, method, params });

type Plain = Omit<LiveTarget, "finish">;

function requests({ ready }: FuzzNode): readonly Plain[] {
  const routes = [...rpcs.values()].flatMap((rpc) => rpc.routes);
  const methods = ["status", "block", "tx_search", "abci_query", "broadcast_tx_sync", "genesis_chunked", "validators"];
  const params = { height: "1", query: "tx.height=1", path: "/app/version", tx: "" };
  const paths = [...rpcs.keys(), "/app/simulate", "/store/acc/key"];
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
    },
    {
      name: "node: RPC",
      inputs: hostileBytes(bytesOf(...methods.map((method) => JSON.stringify(call(method, params))))),
      attempt: async (bytes) => answered(await post(ready.rpc, textOf(bytes))),
    },
    {
      name: "node: transactions and queries of any path",
      inputs: hostileBytes(fc.constant(Uint8Array.of(0x0a, 2, 0x0a, 0, 0x12, 2, 0x12, 0))),
      async attempt(bytes) {
        const path = paths[(bytes[0] ?? 0) % paths.length];
        const data = Buffer.from(bytes).toString("hex");
        await answered(await post(ready.rpc, JSON.stringify(call("abci_query", { path, data }))));
        await answered(await post(ready.rpc, JSON.stringify(call("broadcast_tx_sync", { tx: toBase64(bytes) }))));
      },
    },
  ];
}

async function streams({ ready }: FuzzNode): Promise<readonly (readonly [string, HostileStream])[]> {
  const [rpc, rest, grpc, web] = [ready.rpc, ready.rest, ready.grpc, ready.grpc_web].map(portOf) as [
    number,
    number,
    number,
    number,
  ];
  return [
    ["node: websocket", await websocketMessages(rpc)],
    ["node: frames of the websocket", websocketFrames(rpc)],
    ["node: gRPC", grpcCalls(grpc)],
    ["node: bytes to gRPC", http2Bytes(grpc)],
    ["node: gRPC-web", grpcWebCalls(web)],
    ["node: gRPC-web beside REST", grpcWebCalls(rest)],
  ];
}

/** Names of the targets, so that a run without them starts no node. */
const NODE_TARGETS = [
  "node: REST",
  "node: RPC",
  "node: transactions and queries of any path",
  "node: websocket",
  "node: frames of the websocket",
  "node: gRPC",
  "node: bytes to gRPC",
  "node: gRPC-web",
  "node: gRPC-web beside REST",
];

/** The targets of one node whose names `wanted` takes; the node ends with the last of them. */
export async function nodeTargets(wanted: (name: string) => boolean): Promise<readonly LiveTarget[]> {
  if (!NODE_TARGETS.some(wanted)) return [];
  const node = await FuzzNode.start();
  const all: LiveTarget[] = [
    ...requests(node).map((one) => ({ ...one, finish: () => node.check() })),
    ...(await streams(node)).map(([name, { inputs, attempt, close }]) => ({
      ...{ name, inputs, attempt },
      async finish() {
        close();
        await node.check();
      },
    })),
  ];
  demand(all.map(({ name }) => name).join() === NODE_TARGETS.join(), "NODE_TARGETS differs from the targets");
  const chosen = all.filter(({ name }) => wanted(name));
  const last = chosen.at(-1) as LiveTarget;
  return [
    ...chosen.slice(0, -1),
    {
      ...last,
      async finish() {
        await last.finish().finally(() => node.stop());
      },
    },
  ];
}
