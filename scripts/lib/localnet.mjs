/** Runs the built command for scripts: nodes on free ports, and commands that end. */
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { root } from "./root.mjs";

const COMMAND = "packages/node/bin/enclavenet.mjs";
const run = promisify(execFile);

const freePorts = (names) => names.flatMap((name) => [`--${name}-port`, "0"]);
const PORTS = ["rpc", "rest", "grpc", "grpc-web"];

/** Starts a node with these arguments. Resolves with its ready line and a function that ends it. */
function startWith(args) {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.includes('"event":"ready"'));
      if (line !== undefined) resolve({ ready: JSON.parse(line), stop, child });
    });
    void exited.then((code) => reject(new Error(`the node ended with code ${code} before it was ready`)));
  });
}

/** An ephemeral local network, or one with these arguments. */
export function startLocalnet(args = ["--ephemeral"]) {
  return startWith(["localnet", "--json", ...freePorts([...PORTS, "faucet"]), ...args]);
}

/** A node without a faucet. */
export function startNode(args) {
  return startWith([...args, "--json", ...freePorts(PORTS)]);
}

/** Runs a command to its end; its standard output. Rejects with what it says on standard error when it fails. */
export async function runCommand(args) {
  const { stdout } = await run(process.execPath, [COMMAND, ...args], { cwd: root, timeout: 60_000 });
  return stdout;
}

/** Mnemonics of LocalSecret's accounts. */
export const MNEMONICS = {
  a: "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
  b: "jelly shadow frog dirt dragon use armed praise universe win jungle close inmate rain oil canvas beauty pioneer chef soccer icon dizzy thunder meadow",
  c: "chair love bleak wonder skirt permit say assist aunt credit roast size obtain minute throw sand usual age smart exact enough room shadow charge",
  d: "word twist toast cloth movie predict advance crumble escape whale sail such angry muffin balcony keen move employ cook valve hurt glimpse breeze brick",
  validator:
    "push certain add next grape invite tobacco bubble text romance again lava crater pill genius vital fresh guard great patch knee series era tonight",
};
