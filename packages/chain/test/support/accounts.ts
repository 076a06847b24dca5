/**
 * Test accounts and the building of signed transactions.
 * @module
 */
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { formatAddress } from "@enclavenet/chain";
import { SecretBytes } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  aminoSignBytes,
  cosmosCryptoSecp256k1,
  cosmosTx,
  cosmosTxSigning,
  create,
  encode,
  encodeAny,
} from "@enclavenet/proto";

export const primitives = createNodePrimitives();

export interface TestAccount {
  readonly privateKey: SecretBytes;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly text: string;
}

/** A deterministic account. */
export function testAccount(seed: number): TestAccount {
  const privateKey = SecretBytes.from(primitives.sha256(Uint8Array.of(seed)));
  const publicKey = primitives.secp256k1PublicKey(privateKey) as Uint8Array;
  const address = primitives.ripemd160(primitives.sha256(publicKey));
  return { privateKey, publicKey, address, text: formatAddress(address) };
}

/** A packed message. */
export function message<S extends DescMessage>(schema: S, init: MessageInitShape<S>) {
  return encodeAny(schema, create(schema, init));
}

export interface TxOptions {
  readonly messages: ReturnType<typeof message>[];
  readonly signer: TestAccount;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly chainId?: string;
  readonly gas?: bigint;
  readonly fee?: { readonly denom: string; readonly amount: string }[];
  readonly granter?: string;
  readonly memo?: string;
  readonly timeoutHeight?: bigint;
  readonly mode?: "direct" | "amino" | "eip191" | "textual";
  readonly omitPublicKey?: boolean;
  readonly publicKey?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly signatures?: Uint8Array[];
  readonly extensionOptions?: ReturnType<typeof message>[];
}

export const CHAIN_ID = "secretdev-1";
const { SignMode } = cosmosTxSigning;
const MODES = {
  direct: SignMode.DIRECT,
  amino: SignMode.LEGACY_AMINO_JSON,
  eip191: SignMode.EIP_191,
  textual: SignMode.TEXTUAL,
} as const;

/** A signed transaction's bytes. */
export function signedTx(options: TxOptions): Uint8Array {
  const { messages, signer, sequence, accountNumber, chainId = CHAIN_ID, gas = 200_000n } = options;
  const body = create(cosmosTx.TxBodySchema, {
    messages,
    memo: options.memo ?? "",
    timeoutHeight: options.timeoutHeight ?? 0n,
    extensionOptions: options.extensionOptions ?? [],
  });
  const amount = options.fee ?? [{ denom: "uscrt", amount: `${(gas + 9n) / 10n}` }];
  const fee = create(cosmosTx.FeeSchema, { amount, gasLimit: gas, granter: options.granter ?? "" });
  const mode = MODES[options.mode ?? "direct"];
  const key = encodeAny(
    cosmosCryptoSecp256k1.PubKeySchema,
    create(cosmosCryptoSecp256k1.PubKeySchema, { key: options.publicKey ?? signer.publicKey }),
  );
  const authInfo = create(cosmosTx.AuthInfoSchema, {
    signerInfos: [
      {
        ...(options.omitPublicKey === true ? {} : { publicKey: key }),
        modeInfo: { sum: { case: "single", value: { mode } } },
        sequence,
      },
    ],
    fee,
  });
  const bodyBytes = encode(cosmosTx.TxBodySchema, body);
  const authInfoBytes = encode(cosmosTx.AuthInfoSchema, authInfo);
  const signBytes =
    mode !== SignMode.LEGACY_AMINO_JSON
      ? encode(
          cosmosTx.SignDocSchema,
          create(cosmosTx.SignDocSchema, { bodyBytes, authInfoBytes, chainId, accountNumber }),
        )
      : aminoSignBytes(body, fee, { chainId, accountNumber, sequence });
  const signature =
    options.signature ?? (primitives.secp256k1Sign(primitives.sha256(signBytes), signer.privateKey) as Uint8Array);
  return encode(
    cosmosTx.TxRawSchema,
    create(cosmosTx.TxRawSchema, { bodyBytes, authInfoBytes, signatures: options.signatures ?? [signature] }),
  );
}

/** What {@link resigned} signs. */
export interface RawTxOptions {
  readonly bodyBytes: Uint8Array;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly gas?: bigint;
}

/** A transaction around body bytes that need not be a body, signed in direct mode. */
export function resigned(signer: TestAccount, options: RawTxOptions): Uint8Array {
  const { bodyBytes, accountNumber, sequence, gas = 900_000n } = options;
  const key = create(cosmosCryptoSecp256k1.PubKeySchema, { key: signer.publicKey });
  const authInfo = create(cosmosTx.AuthInfoSchema, {
    signerInfos: [
      {
        publicKey: encodeAny(cosmosCryptoSecp256k1.PubKeySchema, key),
        modeInfo: { sum: { case: "single", value: { mode: SignMode.DIRECT } } },
        sequence,
      },
    ],
    fee: { amount: [{ denom: "uscrt", amount: "1" }], gasLimit: gas },
  });
  const authInfoBytes = encode(cosmosTx.AuthInfoSchema, authInfo);
  const document = create(cosmosTx.SignDocSchema, { bodyBytes, authInfoBytes, chainId: CHAIN_ID, accountNumber });
  const digest = primitives.sha256(encode(cosmosTx.SignDocSchema, document));
  const signature = primitives.secp256k1Sign(digest, signer.privateKey) as Uint8Array;
  return encode(
    cosmosTx.TxRawSchema,
    create(cosmosTx.TxRawSchema, { bodyBytes, authInfoBytes, signatures: [signature] }),
  );
}
