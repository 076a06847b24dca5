/**
 * Public keys in legacy amino: bytes, or a threshold and keys.
 * @module
 */
import { type AminoCodec, structCodec } from "./codec.ts";
import { type Concrete, Implementers, interfaceCodec, type Sha256, type Typed } from "./interface.ts";
import { recordField } from "./record.ts";
import { bytesCodec, int64Codec, listCodec } from "./scalars.ts";

interface Multisig {
  readonly threshold: bigint;
  readonly pubkeys: readonly (Typed | undefined)[];
}

/** A key, or none. */
export function keyCodec(sha256: Sha256): AminoCodec<Typed | undefined> {
  let types: Implementers | undefined;
  const any = interfaceCodec(() => {
    types ??= new Implementers(keyTypes, sha256);
    return types;
  });
  const multisig = structCodec<Multisig>(
    () => ({ threshold: 0n, pubkeys: [] }),
    () => [
      recordField<Multisig>("threshold", int64Codec(false)),
      recordField<Multisig>("pubkeys", listCodec(any, null)),
    ],
  );
  const bytes = bytesCodec as AminoCodec<unknown>;
  const keyTypes: readonly Concrete[] = [
    { name: "tendermint/PubKeySecp256k1", codec: bytes, isLengthPrefixed: true },
    { name: "tendermint/PubKeyEd25519", codec: bytes, isLengthPrefixed: true },
    { name: "tendermint/PubKeyMultisigThreshold", codec: multisig as AminoCodec<unknown> },
  ];
  return any;
}
