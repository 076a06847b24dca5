/**
 * Encrypted calls signed in every way that wallets have: direct, amino JSON, MetaMask (EIP-191), and by a multisig account,
 * with the unmodified client; each is checked by the chain and again by the enclave. Spec 02 §3.4, 04 §6.3.
 * @module
 */
import { concatBytes, fromHex, toBase64, utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  aminoPublicKeyBytes,
  aminoSignBytes,
  decodeAuthInfo,
  decodeBech32,
  decodeTxBody,
  encodeAuthInfo,
  encodeBech32,
  encodeLegacyAminoPubKey,
  encodeMsgExecuteContract,
  encodeMultiSignature,
  encodeSecp256k1PubKey,
  encodeTxBody,
  encodeTxRaw,
} from "@enclavenet/wire";
import {
  EncryptionUtilsImpl,
  MsgExecuteContractResponse,
  SecretNetworkClient,
  type TxResponse,
  type Wallet,
} from "secretjs";
import { AminoWallet } from "secretjs/dist/wallet_amino.js";
import { MetaMaskWallet } from "secretjs/dist/wallet_metamask.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  execute as call,
  clientOf,
  clientWith,
  type Deployed,
  deploy,
  FAST,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";

const primitives = createNodePrimitives();
const AMINO = 127;

let net: Localnet;
let a: SecretNetworkClient;
let contract: Deployed;

const secretOf = (name: string) => SecretBytes.take(primitives.sha256(utf8ToBytes(`signs ${name}`)));
const publicKeyOf = (secret: SecretBytes) => primitives.secp256k1PublicKey(secret) as Uint8Array;

const execute = (client: SecretNetworkClient, text: string) => call(client, contract, { echo: { text } });

function dataOf(tx: TxResponse): string {
  expect(tx.rawLog).toBe("");
  return new TextDecoder().decode(MsgExecuteContractResponse.decode(tx.data[0] as Uint8Array).data);
}

async function fund(to_address: string): Promise<void> {
  const sent = await a.tx.bank.send(
    { from_address: a.address, to_address, amount: [{ denom: "uscrt", amount: "1000000" }] },
    FAST,
  );
  expect(sent.rawLog).toBe("");
}

/** A wallet of Ethereum: answers `personal_sign` with r ‖ s ‖ v over the Keccak hash of the framed text. */
function metaMask(secret: SecretBytes, change: (text: Uint8Array) => Uint8Array = (text) => text) {
  const provider = {
    request({ params }: { params: readonly string[] }): Promise<string> {
      const text = change(fromHex((params[0] as string).slice(2)));
      const framed = concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${text.length}`), text);
      const signature = primitives.secp256k1Sign(primitives.keccak256(framed), secret) as Uint8Array;
      return Promise.resolve(`0x${Buffer.from(signature).toString("hex")}1b`);
    },
  };
  const OpenWallet = MetaMaskWallet as unknown as new (
    ethProvider: unknown,
    ethAddress: string,
    publicKey: Uint8Array,
  ) => Wallet;
  return new OpenWallet(provider, "0x00", publicKeyOf(secret));
}

beforeAll(async () => {
  net = await startLocalnet();
  a = clientOf(net.ready, MNEMONICS.a);
  contract = await deploy(a, "counter", { count: 1 });
}, 60_000);

afterAll(() => net.stop());

describe("an encrypted call", () => {
  it("is signed in direct mode and in amino JSON", async () => {
    expect(dataOf(await execute(a, "direct"))).toBe("direct");
    expect(dataOf(await execute(clientWith(net.ready, new AminoWallet(MNEMONICS.b)), "amino"))).toBe("amino");
  });

  it("is signed by MetaMask", async () => {
    const wallet = metaMask(secretOf("ethereum"));
    await fund(wallet.address);
    expect(dataOf(await execute(clientWith(net.ready, wallet), "ethereum"))).toBe("ethereum");
  });

  it("is refused when MetaMask signed something else", async () => {
    const secret = secretOf("liar");
    const wallet = metaMask(secret, (text) => concatBytes(text, utf8ToBytes(" ")));
    await fund(wallet.address);
    await expect(execute(clientWith(net.ready, wallet), "x")).rejects.toThrow("signature verification failed");
  });
});

describe("a multisig account", () => {
  const secrets = ["one", "two", "three"].map(secretOf);
  const keys = secrets.map((secret) => ({ kind: "secp256k1" as const, key: publicKeyOf(secret) }));
  const address = primitives
    .sha256(aminoPublicKeyBytes({ kind: "multisig", threshold: 2, members: keys }))
    .subarray(0, 20);
  const text = encodeBech32("secret", address);
  const typeUrl = "/cosmos.crypto.secp256k1.PubKey";

  async function send(
    signers: readonly number[],
    echoed: string,
  ): Promise<{ tx: TxResponse | undefined; code: number }> {
    const { rest: url, chain_id: chainId } = net.ready;
    const encryption = new EncryptionUtilsImpl(url);
    const reader = new SecretNetworkClient({ url, chainId, encryptionUtils: encryption });
    const { account } = (await a.query.auth.account({ address: text })) as {
      account?: { account_number?: string; sequence?: string };
    };
    const sequence = BigInt(account?.sequence ?? "0");
    const msg = await encryption.encrypt(contract.codeHash, { echo: { text: echoed } });
    const value = encodeMsgExecuteContract({
      sender: address,
      contract: decodeBech32(contract.address).data,
      msg,
      callbackCodeHash: "",
      sentFunds: [],
      callbackSig: new Uint8Array(0),
    });
    const bodyBytes = encodeTxBody({
      messages: [{ typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value }],
      memo: "",
      timeoutHeight: 0n,
      extensionOptions: [],
      nonCriticalExtensionOptions: [],
    });
    const bits = secrets.reduce((byte, _, i) => byte | (signers.includes(i) ? 128 >> i : 0), 0);
    const authInfoBytes = encodeAuthInfo({
      signerInfos: [
        {
          publicKey: {
            typeUrl: "/cosmos.crypto.multisig.LegacyAminoPubKey",
            value: encodeLegacyAminoPubKey({
              threshold: 2,
              publicKeys: keys.map(({ key }) => ({ typeUrl, value: encodeSecp256k1PubKey({ key }) })),
            }),
          },
          modeInfo: {
            single: undefined,
            multi: {
              bitarray: { extraBitsStored: 3, elems: Uint8Array.of(bits) },
              modeInfos: signers.map(() => ({ single: { mode: AMINO }, multi: undefined })),
            },
          },
          sequence,
        },
      ],
      fee: { amount: [{ denom: "uscrt", amount: "75000" }], gasLimit: 300_000n, payer: "", granter: "" },
      tip: undefined,
    });
    const document = aminoSignBytes({
      body: decodeTxBody(bodyBytes),
      authInfo: decodeAuthInfo(authInfoBytes),
      chainId: net.ready.chain_id,
      accountNumber: BigInt(account?.account_number ?? "0"),
      sequence,
    });
    const signatures = signers.map((i) =>
      primitives.secp256k1Sign(primitives.sha256(document), secrets[i] as SecretBytes),
    ) as Uint8Array[];
    const tx_bytes = toBase64(
      encodeTxRaw({ bodyBytes, authInfoBytes, signatures: [encodeMultiSignature({ signatures })] }),
    );
    const response = await fetch(`${net.ready.rest}/cosmos/tx/v1beta1/txs`, {
      method: "POST",
      body: JSON.stringify({ tx_bytes, mode: "BROADCAST_MODE_SYNC" }),
    });
    const { tx_response } = (await response.json()) as { tx_response: { code: number; txhash: string } };
    if (tx_response.code !== 0) return { tx: undefined, code: tx_response.code };
    for (let attempt = 0; attempt < 100; attempt++) {
      const tx = await reader.query.getTx(tx_response.txhash);
      if (tx !== null) return { tx, code: tx.code };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the transaction was not found");
  }

  it("calls with two of three members, and not with one", async () => {
    await fund(text);
    expect((await send([1], "x")).code).toBe(4);
    const { tx } = await send([0, 2], "together");
    expect(tx === undefined ? "" : dataOf(tx)).toBe("together");
    expect((await send([0, 1, 2], "all")).code).toBe(0);
  });
});
