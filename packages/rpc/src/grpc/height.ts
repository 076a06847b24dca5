/**
 * The height that a call is about, as metadata of request and response (spec 04 §2.2).
 * @module
 */
import { GrpcCode, GrpcError } from "../services/status.ts";

export const HEIGHT_METADATA = "x-cosmos-block-height";

const MAX_INT64 = 2n ** 63n - 1n;

function refused(reason: string): GrpcError {
  return new GrpcError(GrpcCode.unknown, `codespace sdk code 18: invalid request: ${reason}`);
}

/** An integer as Go reads it. */
function parseHeight(text: string): bigint {
  const fail = (reason: string): GrpcError => {
    const quoted = JSON.stringify(text.slice(0, 64));
    const cause = `strconv.ParseInt: parsing ${quoted}: ${reason}`;
    return refused(`Baseapp.RegisterGRPCServer: invalid height header "${HEIGHT_METADATA}": ${cause}`);
  };
  const [, sign, digits] = /^([+-]?)0*(\d+)$/.exec(text) ?? [];
  if (digits === undefined) throw fail("invalid syntax");
  if (digits.length > 19 || BigInt(digits) > MAX_INT64) throw fail("value out of range");
  return sign === "-" ? -BigInt(digits) : BigInt(digits);
}

/** The height that the metadata asks for; 0: latest. Throws GrpcError. */
export function wantedHeight(metadata: Headers): bigint {
  const text = metadata.get(HEIGHT_METADATA);
  const height = text === null ? 0n : parseHeight(text);
  if (height < 0n) throw refused("cannot query with height < 0; please provide a valid height");
  return height;
}
