/**
 * A signing account of the local network, for the faucet.
 * @module
 */
import { LocalError, toUpperHex } from "@enclavenet/common";
import type { Primitives, SecretBytes } from "@enclavenet/crypto";
import { cosmosAuth, cosmosBank, create, decode, encode, encodeAny, unpackAs } from "@enclavenet/proto";
import type { FaucetWallet, RpcBackend } from "@enclavenet/rpc";
import { decodeBech32 } from "@enclavenet/wire";
import { mnemonicKey } from "../wallet/keys.ts";
import { coins, signTx } from "../wallet/sign-tx.ts";
import type { LocalAccount } from "./accounts.ts";

const FAUCET_AMOUNT = "1000000000";
const GAS_LIMIT = 200_000n;
/** 0.25 uscrt per gas, as the reference's faucet pays (spec 04 §3.5). */
const FEE = GAS_LIMIT / 4n;

interface WalletOptions {
  readonly primitives: Primitives;
  readonly account: LocalAccount;
  readonly chainId: string;
  readonly backend: Pick<RpcBackend, "query" | "broadcastTx" | "hash">;
}

/** Account number and sequence of `address` in the latest committed state. */
async function accountFacts(backend: WalletOptions["backend"], address: string) {
  const response = await backend.query({
    path: "/cosmos.auth.v1beta1.Query/Account",
    data: encode(cosmosAuth.QueryAccountRequestSchema, create(cosmosAuth.QueryAccountRequestSchema, { address })),
    height: 0n,
    prove: false,
  });
  const { account } = decode(cosmosAuth.QueryAccountResponseSchema, response.value);
  const base = unpackAs(cosmosAuth.BaseAccountSchema, account);
  if (response.code !== 0 || base === undefined) throw new LocalError("WALLET_ACCOUNT", "the account does not exist");
  return base;
}

/** An account's or a contract's address. CheckTx would let any text pass, and the block would still take the fee. */
function isAccountAddress(text: string): boolean {
  try {
    const { prefix, data } = decodeBech32(text);
    return prefix === "secret" && (data.length === 20 || data.length === 32);
  } catch {
    return false;
  }
}

function signedTx(options: WalletOptions, key: SecretBytes, recipient: string, facts: { n: bigint; sequence: bigint }) {
  const { primitives, account, chainId } = options;
  const send = create(cosmosBank.MsgSendSchema, {
    fromAddress: account.address,
    toAddress: recipient,
    amount: coins(FAUCET_AMOUNT),
  });
  return signTx(primitives, key, {
    chainId,
    messages: [encodeAny(cosmosBank.MsgSendSchema, send)],
    accountNumber: facts.n,
    sequence: facts.sequence,
    gasLimit: GAS_LIMIT,
    fee: FEE,
  });
}

/**
 * The faucet's wallet. Requests are served one after another, with sequences counted on from the committed one while
 * transactions wait in the mempool.
 */
export function faucetWallet(options: WalletOptions): FaucetWallet {
  const { account, backend } = options;
  // Stretching the mnemonic takes as long as the rest of the start, and most networks never use their faucet.
  let key: SecretBytes | undefined;
  let nextSequence = 0n;
  let queue: Promise<unknown> = Promise.resolve();

  const sendOnce = async (recipient: string): Promise<string> => {
    const { accountNumber, sequence } = await accountFacts(backend, account.address);
    key ??= mnemonicKey(account.mnemonic);
    // What was counted on may have left the mempool without a block: then the committed sequence is the next one.
    const counted = nextSequence > sequence ? [nextSequence, sequence] : [sequence];
    let log = "";
    for (const candidate of counted) {
      const tx = signedTx(options, key, recipient, { n: accountNumber, sequence: candidate });
      const result = await backend.broadcastTx(tx);
      if (result.code === 0) {
        nextSequence = candidate + 1n;
        return toUpperHex(backend.hash(tx));
      }
      log = result.log;
    }
    nextSequence = 0n;
    throw new LocalError("FAUCET_REFUSED", log);
  };
  return {
    address: account.address,
    amount: FAUCET_AMOUNT,
    send(recipient) {
      if (!isAccountAddress(recipient)) {
        return Promise.reject(new LocalError("FAUCET_ADDRESS", "the address is not a secret1… address"));
      }
      const sent = queue.then(() => sendOnce(recipient));
      queue = sent.catch(() => undefined);
      return sent;
    },
  };
}
