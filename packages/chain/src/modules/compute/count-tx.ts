/**
 * Counts the transactions of a block that pass the checks, for the record and its gas (spec 04 §6.1 row 1, 03 §5.1).
 *
 * COMPAT(spec 03 §4.1): upstream shows contracts this number as env.transaction.index. Nobody can verify it, because which
 * transactions passed stands nowhere in the block; here contracts see the position in the block, which the enclave knows.
 * @module
 */
import { be32, be64, concatBytes } from "@enclavenet/common";
import type { Context } from "../../baseapp/context.ts";
import { fromBe64 } from "../../support/keys.ts";
import { COMPUTE_STORE, TX_COUNTER_KEY } from "./keys.ts";

interface StoredCounter {
  readonly height: bigint;
  readonly next: number;
}

function decodeCounter(bytes: Uint8Array | undefined): StoredCounter | undefined {
  if (bytes === undefined) return undefined;
  const next = new DataView(bytes.buffer, bytes.byteOffset + 8, 4).getUint32(0);
  return { height: fromBe64(bytes.subarray(0, 8)), next };
}

/** Takes the next number of the block. Undone when the transaction is refused, because the whole branch is. */
export function countTx(ctx: Context): Context {
  if (ctx.isSimulation) return ctx;
  const store = ctx.kvStore(COMPUTE_STORE);
  const stored = decodeCounter(store.get(TX_COUNTER_KEY));
  const counter = stored?.height === ctx.block.height ? stored.next : 0;
  store.set(TX_COUNTER_KEY, concatBytes(be64(ctx.block.height), be32(counter + 1)));
  return ctx;
}
