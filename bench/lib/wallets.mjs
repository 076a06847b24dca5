/** Wallets that sign and encrypt as clients do, fast enough not to be what is measured. */

import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { encryptMessage, openData, SecretBytes, txEncryptionKey } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  bytesField,
  decodeBech32,
  directSignBytes,
  encodeAuthInfo,
  encodeBech32,
  encodeMsgExecuteContract,
  encodeMsgInstantiateContract,
  encodeSecp256k1PubKey,
  encodeTxBody,
  encodeTxRaw,
  messageField,
} from "@enclavenet/wire";
import { HDKey } from "@scure/bip32";
import { mnemonicToSeedSync } from "@scure/bip39";
import { rest, rpc } from "./nodes.mjs";

export const primitives = createNodePrimitives();
const EMPTY = new Uint8Array(0);

export class BenchWallet {
  constructor(privateKey) {
    this.signingKey = SecretBytes.take(privateKey);
    this.encryptionKey = SecretBytes.take(primitives.sha256(privateKey));
    this.publicKey = primitives.secp256k1PublicKey(this.signingKey);
    this.address = primitives.ripemd160(primitives.sha256(this.publicKey));
    this.text = encodeBech32("secret", this.address);
    this.sequence = 0n;
    this.accountNumber = 0n;
  }

  static fromMnemonic(mnemonic) {
    return new BenchWallet(HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic)).derive("m/44'/529'/0'/0/0").privateKey);
  }

  static numbered(n) {
    return new BenchWallet(primitives.sha256(utf8ToBytes(`bench wallet ${n}`)));
  }

  async load(node) {
    const { account } = await rest(node, `/cosmos/auth/v1beta1/accounts/${this.text}`);
    this.sequence = BigInt(account.sequence);
    this.accountNumber = BigInt(account.account_number);
    return this;
  }

  /** A signed transaction with the next sequence. */
  sign(messages, gasLimit) {
    const bodyBytes = encodeTxBody({
      messages,
      memo: "",
      timeoutHeight: 0n,
      extensionOptions: [],
      nonCriticalExtensionOptions: [],
    });
    const fee = { denom: "uscrt", amount: ((gasLimit + 9n) / 10n).toString() };
    const authInfoBytes = encodeAuthInfo({
      signerInfos: [
        {
          publicKey: {
            typeUrl: "/cosmos.crypto.secp256k1.PubKey",
            value: encodeSecp256k1PubKey({ key: this.publicKey }),
          },
          modeInfo: { single: { mode: 1 }, multi: undefined },
          sequence: this.sequence++,
        },
      ],
      fee: { amount: [fee], gasLimit, payer: "", granter: "" },
      tip: undefined,
    });
    const { accountNumber } = this;
    const document = directSignBytes({ bodyBytes, authInfoBytes, chainId: "secretdev-1", accountNumber });
    const signature = primitives.secp256k1Sign(primitives.sha256(document), this.signingKey);
    return encodeTxRaw({ bodyBytes, authInfoBytes, signatures: [signature] });
  }

  encrypt(network, codeHash, msg) {
    const keys = {
      clientPrivateKey: this.encryptionKey,
      ioPublicKey: network.ioPublicKey,
      nonce: primitives.randomBytes(32),
    };
    return encryptMessage(primitives, keys, { codeHash, json: JSON.stringify(msg) });
  }

  execute(network, contract, msg) {
    const message = {
      sender: this.address,
      contract: decodeBech32(contract.address).data,
      msg: this.encrypt(network, contract.codeHash, msg),
      callbackCodeHash: "",
      sentFunds: [],
      callbackSig: EMPTY,
    };
    return { typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value: encodeMsgExecuteContract(message) };
  }

  /** An encrypted query, ready to be sent: its path, and what opens its answer. */
  question(network, contract, msg) {
    const query = this.encrypt(network, contract.codeHash, msg);
    const base64 = Buffer.from(query).toString("base64");
    const open = ({ data }) => {
      const key = txEncryptionKey(primitives, this.encryptionKey, network.ioPublicKey, query.slice(0, 32));
      const opened = openData(primitives, key, new Uint8Array(Buffer.from(data, "base64")));
      return JSON.parse(new TextDecoder().decode(opened));
    };
    return { path: `/compute/v1beta1/query/${contract.address}?query=${encodeURIComponent(base64)}`, open };
  }

  /** Asks at once; what the contract answers. */
  async query(node, network, contract, msg) {
    const { path, open } = this.question(network, contract, msg);
    return open(await rest(node, path));
  }
}

function coinBytes(amount) {
  return concatBytes(bytesField(1, "uscrt"), bytesField(2, amount));
}

/** One MsgMultiSend from `sender` to all `recipients`. */
export function multiSend(sender, recipients, amount) {
  const total = (BigInt(amount) * BigInt(recipients.length)).toString();
  const party = (address, coins) => concatBytes(bytesField(1, address), messageField(2, coinBytes(coins)));
  return {
    typeUrl: "/cosmos.bank.v1beta1.MsgMultiSend",
    value: concatBytes(
      messageField(1, party(sender.text, total)),
      ...recipients.map(({ text }) => messageField(2, party(text, amount))),
    ),
  };
}

export function storeCode(sender, wasm) {
  return {
    typeUrl: "/secret.compute.v1beta1.MsgStoreCode",
    value: concatBytes(bytesField(1, sender.address), bytesField(2, wasm)),
  };
}

export function instantiate(sender, network, codeId, codeHash, label, initMsg) {
  const message = {
    sender: sender.address,
    callbackCodeHash: "",
    codeId: BigInt(codeId),
    label,
    initMsg: sender.encrypt(network, codeHash, initMsg),
    initFunds: [],
    callbackSig: EMPTY,
    admin: "",
  };
  return { typeUrl: "/secret.compute.v1beta1.MsgInstantiateContract", value: encodeMsgInstantiateContract(message) };
}

/** Broadcasts and waits for the block. */
export async function commit(node, tx) {
  const base64 = Buffer.from(tx).toString("base64");
  const result = await rpc(node, "broadcast_tx_commit", { tx: base64 });
  const failed = result.check_tx.code !== 0 ? result.check_tx : result.tx_result;
  if (failed.code !== 0) throw new Error(`transaction failed: ${failed.log}`);
  return result;
}

export function eventValue(result, type, key) {
  for (const event of result.tx_result.events) {
    if (event.type !== type) continue;
    const found = event.attributes.find((attribute) => attribute.key === key);
    if (found !== undefined) return found.value;
  }
  throw new Error(`no ${type}.${key}`);
}
