/** Starts the built command for scripts: an ephemeral localnet on free ports, ended with the script. */
import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/** Resolves with the ready line and a function that ends the network. */
export function startLocalnet(args = ["--ephemeral"]) {
  const child = spawn(
    process.execPath,
    [
      "packages/node/bin/enclavenet.mjs",
      "localnet",
      "--json",
      ...["rpc", "rest", "grpc", "grpc-web", "faucet"].flatMap((name) => [`--${name}-port`, "0"]),
      ...args,
    ],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
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
    void exited.then((code) => reject(new Error(`the localnet ended with code ${code} before it was ready`)));
  });
}

/** Mnemonics of LocalSecret's accounts. */
export const MNEMONICS = {
  a: "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
  b: "jelly shadow frog dirt dragon use armed praise universe win jungle close inmate rain oil canvas beauty pioneer chef soccer icon dizzy thunder meadow",
};
