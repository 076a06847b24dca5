/**
 * StdTx, the transaction of legacy amino, in both of its forms (spec 04 §4.2: encode/amino and decode/amino).
 * @module
 */
import type { JsonValue } from "@bufbuild/protobuf";
import { concatBytes, equalBytes, toUpperHex } from "@enclavenet/common";
import { type Coin, CoinSchema } from "../../gen/cosmos/base/v1beta1/coin_pb.ts";
import { escapeForHtml } from "../sign-doc.ts";
import { type AminoCodec, aminoError, structCodec } from "./codec.ts";
import { interfaceCodec, prefixOf, type Typed, wrapper } from "./interface.ts";
import { keyCodec } from "./keys.ts";
import { type LegacyAminoOptions, MessageCodecs } from "./messages.ts";
import { recordField } from "./record.ts";
import { bytesCodec, int64Codec, listCodec, stringCodec } from "./scalars.ts";

const NAME = "cosmos-sdk/StdTx";

interface StdFee {
  amount: readonly Coin[];
  gas: bigint;
  payer: string;
  granter: string;
}

interface StdSignature {
  pub_key: Typed | undefined;
  signature: Uint8Array;
}

interface StdTx {
  msg: readonly (Typed | undefined)[];
  fee: StdFee;
  signatures: readonly StdSignature[];
  memo: string;
  timeout_height: bigint;
}

function feeCodec(codecs: MessageCodecs): AminoCodec<StdFee> {
  return structCodec<StdFee>(
    () => ({ amount: [], gas: 0n, payer: "", granter: "" }),
    () => [
      recordField<StdFee>("amount", listCodec(codecs.of(CoinSchema), [])),
      recordField<StdFee>("gas", int64Codec(false)),
      recordField<StdFee>("payer", stringCodec, false),
      recordField<StdFee>("granter", stringCodec, false),
    ],
  );
}

function signatureCodec(options: LegacyAminoOptions): AminoCodec<StdSignature> {
  const key = keyCodec(options.sha256);
  return structCodec<StdSignature>(
    () => ({ pub_key: undefined, signature: new Uint8Array(0) }),
    () => [recordField<StdSignature>("pub_key", key), recordField<StdSignature>("signature", bytesCodec)],
  );
}

function stdTxCodec(options: LegacyAminoOptions): AminoCodec<StdTx> {
  const codecs = new MessageCodecs(options);
  const fee = feeCodec(codecs);
  return structCodec<StdTx>(
    () => ({ msg: [], fee: fee.zero(), signatures: [], memo: "", timeout_height: 0n }),
    () => [
      recordField<StdTx>(
        "msg",
        listCodec(
          interfaceCodec(() => codecs.messages()),
          null,
        ),
      ),
      recordField<StdTx>("fee", fee),
      recordField<StdTx>("signatures", listCodec(signatureCodec(options), null)),
      recordField<StdTx>("memo", stringCodec),
      recordField<StdTx>("timeout_height", int64Codec(false)),
    ],
  );
}

/** Legacy amino's transaction, from JSON to binary and back. */
export class LegacyAmino {
  readonly #codec: AminoCodec<StdTx>;
  readonly #prefix: Uint8Array;

  constructor(options: LegacyAminoOptions) {
    this.#codec = stdTxCodec(options);
    this.#prefix = prefixOf(NAME, options.sha256);
  }

  /** Throws LocalError: `PROTO_AMINO`, `PROTO_TOO_DEEP`, and those of numbers, base64 and addresses. */
  txToBinary(text: string): Uint8Array {
    const { type, value } = wrapper(parseJson(text));
    if (type !== NAME) throw aminoError(`UnmarshalJSON wants to decode a ${NAME} but found a ${type.slice(0, 200)}`);
    const tx = value === null ? this.#codec.zero() : this.#codec.fromJson(value, 0);
    return concatBytes(this.#prefix, this.#codec.write(tx));
  }

  /** Throws as {@link txToBinary}, and `PROTO_DECODE`. */
  txToJson(bytes: Uint8Array): string {
    this.#checkPrefix(bytes);
    const tx = this.#codec.read(bytes.subarray(this.#prefix.length), 0);
    return escapeForHtml(JSON.stringify({ type: NAME, value: this.#codec.toJson(tx) }));
  }

  #checkPrefix(bytes: Uint8Array): void {
    const found = bytes.subarray(0, this.#prefix.length);
    if (equalBytes(found, this.#prefix)) return;
    const wanted = `prefix bytes ${toUpperHex(this.#prefix)} (since it is registered concrete)`;
    const rest = found.length < this.#prefix.length ? "" : "...";
    throw aminoError(`UnmarshalBinaryBare expected to read ${wanted} but got ${toUpperHex(found)}${rest}`);
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw aminoError("cannot parse disfix JSON wrapper: the text is not JSON");
  }
}
