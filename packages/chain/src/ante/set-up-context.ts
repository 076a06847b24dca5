/**
 * Gives the transaction its gas meter: the limit it declares, or none in simulation and at genesis (spec 04 §6.1 row 2).
 * @module
 */
import { BasicGasMeter, InfiniteGasMeter } from "@enclavenet/store";
import type { Context } from "../baseapp/context.ts";
import type { DecodedTx } from "../baseapp/tx.ts";

/** Gas that the transaction declares. */
export function declaredGas(tx: DecodedTx): bigint {
  return tx.authInfo.fee?.gasLimit ?? 0n;
}

/** See the module. The limit of the block is checked by {@link checkBlockGas}, under the new meter. */
export function setUpContext(ctx: Context, tx: DecodedTx): Context {
  const isUnmetered = ctx.isSimulation || ctx.block.height === 0n;
  return ctx.with({ gasMeter: isUnmetered ? new InfiniteGasMeter() : new BasicGasMeter(declaredGas(tx)) });
}
