/**
 * Starts the real command as a user would and gives the unmodified secretjs client to it.
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MsgExecuteContract, SecretNetworkClient, type TxResponse, Wallet } from "secretjs";
import type { AminoWallet } from "secretjs/dist/wallet_amino.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The line that `localnet --json` prints once all ports answer. */
export interface ReadyLine {
  readonly event: "ready";
  readonly chain_id: string;
  readonly rpc: string;
  readonly rest: string;
  readonly grpc: string;
  readonly grpc_web: string;
  readonly faucet: string;
  readonly pid: number;
  readonly enclave_pid: number;
  readonly enclave_pids: readonly number[];
  readonly home: string | null;
  readonly height: number;
}

export interface Localnet {
  readonly ready: ReadyLine;
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  /** What it printed so far. */
  printed(): string;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** How the command ended and all that it printed. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same for nodes without a faucet. */
export const ANY_PORTS_BUT_FAUCET = ["rpc", "rest", "grpc", "grpc-web"].flatMap((name) => [`--${name}-port`, "0"]);

/** Ports of the kernel's choice, so that suites run beside each other. */
export const ANY_PORTS = ["rpc", "rest", "grpc", "grpc-web", "faucet"].flatMap((name) => [`--${name}-port`, "0"]);

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly ports?: readonly string[];
  /** Where the built command lies; this repository by default. */
  readonly checkout?: string;
  /** Leads its own process group, as under a shell or a supervisor. */
  readonly group?: boolean;
}

/** A network that is not ready after this time is killed, so that a failing test leaves none behind. */
const START_MS = 25_000;

/** Starts a localnet and waits for its ready line. */
export function startLocalnet(
  args: readonly string[] = ["--ephemeral"],
  options: StartOptions = {},
): Promise<Localnet> {
  return startNode(["localnet", "--json", ...(options.ports ?? ANY_PORTS), ...args], options);
}

/** Starts the command with arguments that make it a node, and waits for its ready line. */
export async function startNode(args: readonly string[], options: StartOptions = {}): Promise<Localnet> {
  const child = spawn(process.execPath, ["packages/node/bin/enclavenet.mjs", ...args], {
    cwd: options.checkout ?? root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    detached: options.group ?? false,
  });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  const ready = await new Promise<ReadyLine>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      const line = stdout.split("\n").find((candidate) => candidate.includes('"event":"ready"'));
      if (line !== undefined) resolve(JSON.parse(line) as ReadyLine);
    });
    void exited.then(({ code }) => reject(new Error(`the node ended with code ${code}\n${stderr}`)));
  }).finally(() => clearTimeout(timer));
  return {
    ready,
    process: child,
    exited,
    printed: () => stdout,
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return await exited;
    },
  };
}

/** Mnemonics of LocalSecret's accounts (spec 04 §3.3). */
export const MNEMONICS = {
  validator:
    "push certain add next grape invite tobacco bubble text romance again lava crater pill genius vital fresh guard great patch knee series era tonight",
  a: "grant rice replace explain federal release fix clever romance raise often wild taxi quarter soccer fiber love must tape steak together observe swap guitar",
  b: "jelly shadow frog dirt dragon use armed praise universe win jungle close inmate rain oil canvas beauty pioneer chef soccer icon dizzy thunder meadow",
  c: "chair love bleak wonder skirt permit say assist aunt credit roast size obtain minute throw sand usual age smart exact enough room shadow charge",
  d: "word twist toast cloth movie predict advance crumble escape whale sail such angry muffin balcony keen move employ cook valve hurt glimpse breeze brick",
} as const;

/** A signing client over any wallet. */
export function clientWith(ready: ReadyLine, wallet: Wallet | AminoWallet): SecretNetworkClient {
  return new SecretNetworkClient({
    url: ready.rest,
    chainId: ready.chain_id,
    wallet,
    walletAddress: wallet.address,
  });
}

/** A signing client, as the package's own documentation makes one. */
export function clientOf(ready: ReadyLine, mnemonic: string): SecretNetworkClient {
  return clientWith(ready, new Wallet(mnemonic));
}

/** Options that make secretjs poll quickly. */
export const FAST = { broadcastCheckIntervalMs: 30, broadcastTimeoutMs: 20_000 } as const;

/** An artefact of `contracts/`. */
export type ContractName =
  | "counter"
  | "probe"
  | "probe-v2"
  | "receiver"
  | "token"
  | "v010-echo"
  | "v010-probe"
  | "v010-vault";

/** Bytes of one of our contracts. */
export function contractWasm(name: ContractName): Uint8Array {
  return new Uint8Array(readFileSync(`${root}/contracts/artifacts/${name}.wasm`));
}

/** Value of the first attribute `key` of an event `type` in a successful transaction. */
export function attributeOf(tx: TxResponse, type: string, key: string): string {
  const found = tx.arrayLog?.find((entry) => entry.type === type && entry.key === key);
  if (found === undefined) throw new Error(`no ${type}.${key} in ${tx.rawLog || JSON.stringify(tx.arrayLog)}`);
  return found.value;
}

/** A code on the chain. */
export interface StoredCode {
  readonly codeId: number;
  readonly codeHash: string;
}

export interface Deployed extends StoredCode {
  readonly address: string;
}

/** Uploads a code. */
export async function storeCode(client: SecretNetworkClient, wasm: Uint8Array): Promise<StoredCode> {
  const stored = await client.tx.compute.storeCode(
    { sender: client.address, wasm_byte_code: wasm, source: "", builder: "" },
    { gasLimit: 5_000_000, ...FAST },
  );
  if (stored.code !== 0) throw new Error(`upload failed: ${stored.rawLog}`);
  const codeId = Number(attributeOf(stored, "message", "code_id"));
  const { code_hash: codeHash = "" } = await client.query.compute.codeHashByCodeId({ code_id: String(codeId) });
  return { codeId, codeHash };
}

/** Makes a contract of a code. */
export async function instantiate(
  client: SecretNetworkClient,
  { codeId, codeHash }: StoredCode,
  initMsg: object,
  options: { readonly label?: string; readonly admin?: string } = {},
): Promise<Deployed> {
  const { label = `contract ${Math.random()}`, admin } = options;
  const made = await client.tx.compute.instantiateContract(
    {
      sender: client.address,
      code_id: codeId,
      code_hash: codeHash,
      label,
      init_msg: initMsg,
      init_funds: [],
      ...(admin === undefined ? {} : { admin }),
    },
    { gasLimit: 500_000, ...FAST },
  );
  if (made.code !== 0) throw new Error(`instantiate failed: ${made.rawLog}`);
  return { codeId, codeHash, address: attributeOf(made, "message", "contract_address") };
}

/** Uploads and instantiates one of our contracts. */
export async function deploy(
  client: SecretNetworkClient,
  name: ContractName,
  initMsg: object,
  label: string = `${name} ${Math.random()}`,
): Promise<Deployed> {
  return await instantiate(client, await storeCode(client, contractWasm(name)), initMsg, { label });
}

/** Executes a message of a deployed contract. */
export function execute(
  client: SecretNetworkClient,
  contract: Deployed,
  msg: object,
  options: { readonly gasLimit?: number; readonly funds?: string; readonly codeHash?: string } = {},
): Promise<TxResponse> {
  const { gasLimit = 300_000, funds, codeHash = contract.codeHash } = options;
  const message = new MsgExecuteContract({
    sender: client.address,
    contract_address: contract.address,
    code_hash: codeHash,
    msg,
    sent_funds: funds === undefined ? [] : [{ denom: "uscrt", amount: funds }],
  });
  return client.tx.broadcast([message], { gasLimit, ...FAST });
}
