/**
 * Who pays for the two transactions of a registration: an account whose key the operator names, or one of the home's own that a
 * faucet fills.
 *
 * Spec: 04 §3.5 (faucet).
 * @module
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { formatAddress } from "@enclavenet/chain";
import { bytesToUtf8, LocalError, toHex } from "@enclavenet/common";
import type { Primitives, SecretBytes } from "@enclavenet/crypto";
import type { Any, cosmosAuth } from "@enclavenet/proto";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { parseKey } from "../wallet/keys.ts";
import { DENOM, publicKeyOf, signTx } from "../wallet/sign-tx.ts";
import type { RemoteNode } from "./remote-node.ts";

const KEY_BYTES = 32;
const FAUCET_MS = 20_000;
const LOOK_MS = 100;
const HTTP_MS = 10_000;

/** Gas prices are counted in millionths of a uscrt. */
export const GAS_PRICE_SCALE = 1_000_000n;

export interface PayerOptions {
  /** The operator's key; undefined: one of the home's own. */
  readonly key: SecretBytes | undefined;
  /** URL of a faucet, asked when the account has nothing. */
  readonly faucet: string | undefined;
  /** In millionths of a uscrt per gas. */
  readonly gasPrice: bigint;
}

/** The key of the home's own account, drawn when there is none. */
function ownKey(primitives: Primitives, { directory }: NodeHome): SecretBytes {
  const path = join(directory, "config", "fee_account_key.hex");
  const stored = readFileIfThere(path);
  if (stored !== undefined) return parseKey(bytesToUtf8(stored));
  const text = toHex(primitives.randomBytes(KEY_BYTES));
  writeFileDurably(path, `${text}\n`);
  return parseKey(text);
}

/** The error for an account that cannot pay. */
export function noFunds(address: string, what: string): LocalError {
  return new LocalError("PAYER_NO_FUNDS", `the account ${address} cannot pay: ${what}`, {
    fix: `send it ${DENOM}, or name another account with --mnemonic-file or --key-file; on a local network give --faucet URL`,
  });
}

/** One account. Without a home there is none of its own. */
export class Payer {
  readonly address: string;
  /** Raw address. */
  readonly sender: Uint8Array;
  readonly #primitives: Primitives;
  readonly #key: SecretBytes;
  readonly #options: PayerOptions;

  constructor(primitives: Primitives, home: NodeHome | undefined, options: PayerOptions) {
    const key = options.key ?? (home && options.faucet !== undefined ? ownKey(primitives, home) : undefined);
    if (key === undefined) {
      throw new LocalError("PAYER_MISSING", "nobody is named who pays", {
        fix: "give --mnemonic-file FILE or --key-file FILE of an account with uscrt; register takes --faucet URL on a local network, too",
      });
    }
    this.#primitives = primitives;
    this.#options = options;
    this.#key = key;
    this.sender = primitives.ripemd160(primitives.sha256(publicKeyOf(primitives, this.#key)));
    this.address = formatAddress(this.sender);
  }

  /** A transaction with these messages, to be handed in next. Throws LocalError `PAYER_NO_FUNDS`, `FAUCET_…`. */
  async sign(node: RemoteNode, chainId: string, messages: readonly Any[], gasLimit: bigint): Promise<Uint8Array> {
    const { accountNumber, sequence } = await this.#account(node);
    const fee = (gasLimit * this.#options.gasPrice + GAS_PRICE_SCALE - 1n) / GAS_PRICE_SCALE;
    return signTx(this.#primitives, this.#key, {
      chainId,
      messages,
      accountNumber,
      sequence,
      gasLimit,
      fee,
    });
  }

  async #account(node: RemoteNode): Promise<cosmosAuth.BaseAccount> {
    const known = await node.account(this.address);
    if (known !== undefined) return known;
    const { faucet } = this.#options;
    if (faucet === undefined) throw noFunds(this.address, "the chain does not know it");
    await this.#askFaucet(faucet);
    for (const end = performance.now() + FAUCET_MS; performance.now() < end; await delay(LOOK_MS)) {
      const account = await node.account(this.address);
      if (account !== undefined) return account;
    }
    throw noFunds(this.address, "the faucet's coins did not arrive");
  }

  async #askFaucet(faucet: string): Promise<void> {
    const fix = "look whether the URL given with --faucet is that of the network's faucet";
    const url = new URL(`faucet?address=${this.address}`, faucet);
    let response: Response;
    try {
      response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(HTTP_MS) });
      await response.body?.cancel();
    } catch (cause) {
      throw new LocalError("PAYER_FAUCET", `the faucet ${faucet} does not answer`, { fix, cause });
    }
    if (!response.ok) throw new LocalError("PAYER_FAUCET", `the faucet ${faucet} answers ${response.status}`, { fix });
  }
}
