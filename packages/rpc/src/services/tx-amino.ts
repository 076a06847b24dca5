/**
 * TxEncodeAmino and TxDecodeAmino of cosmos.tx.v1beta1.Service: the transaction of legacy amino from JSON to binary and back,
 * as SDK 0.50 has it (spec 04 §4.2). What cannot be read is an error without a status there, so its code is Unknown.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type AddressCodec, cosmosTx, create, LegacyAmino } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { type Handlers, handler } from "./handlers.ts";
import { GrpcCode, GrpcError } from "./status.ts";

function converted<T>(convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    throw new GrpcError(GrpcCode.unknown, error.message);
  }
}

function refuseEmpty(length: number, what: string): void {
  if (length === 0) throw new GrpcError(GrpcCode.invalidArgument, `invalid empty tx ${what}`);
}

/** Handlers by full method name; `addresses` are those of accounts. */
export function txAminoService(addresses: AddressCodec): Handlers {
  let known: LegacyAmino | undefined;
  const aminoOf = (backend: RpcBackend): LegacyAmino => {
    known ??= new LegacyAmino({ addresses, sha256: (data) => backend.hash(data) });
    return known;
  };
  return {
    "/cosmos.tx.v1beta1.Service/TxEncodeAmino": handler(
      cosmosTx.TxEncodeAminoRequestSchema,
      (backend, { aminoJson }) => {
        refuseEmpty(aminoJson.length, "json");
        const aminoBinary = converted(() => aminoOf(backend).txToBinary(aminoJson));
        return create(cosmosTx.TxEncodeAminoResponseSchema, { aminoBinary });
      },
    ),
    "/cosmos.tx.v1beta1.Service/TxDecodeAmino": handler(
      cosmosTx.TxDecodeAminoRequestSchema,
      (backend, { aminoBinary }) => {
        refuseEmpty(aminoBinary.length, "bytes");
        const aminoJson = converted(() => aminoOf(backend).txToJson(aminoBinary));
        return create(cosmosTx.TxDecodeAminoResponseSchema, { aminoJson });
      },
    ),
  };
}
