/** A node of its own for the long run: the built command, ephemeral, on free ports. */
import { spawn } from "node:child_process";
import { join } from "node:path";

/** What the run needs of a node. */
export interface FuzzNode {
  readonly ready: { readonly rpc: string; readonly rest: string };
  alive(): boolean;
  stop(): Promise<void>;
}

const PORTS = ["rpc", "rest", "grpc", "grpc-web", "faucet"].flatMap((name) => [`--${name}-port`, "0"]);

/** Starts the command of the repository at `root` and waits until it is ready. */
export async function startNode(root: string): Promise<FuzzNode> {
  const command = join(root, "packages/node/bin/enclavenet.mjs");
  const child = spawn(process.execPath, [command, "localnet", "--json", "--ephemeral", ...PORTS], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = await new Promise<FuzzNode["ready"]>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.includes('"event":"ready"'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
    void exited.then(() => reject(new Error("the node ended before it was ready")));
  });
  return {
    ready,
    alive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
