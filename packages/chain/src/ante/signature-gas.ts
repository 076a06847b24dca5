/**
 * Charges the verification of every signature by the type of its key (spec 04 §6.1 row 12).
 * @module
 */

import type { cosmosAuth } from "@enclavenet/proto";
import type { GasMeter } from "@enclavenet/store";
import { signersOf } from "../baseapp/tx.ts";
import { type PublicKey, unpackPublicKey } from "../modules/auth/public-key.ts";
import { type SignatureData, signaturesOf } from "../modules/auth/signature-data.ts";
import { SIMULATED_KEY } from "../modules/auth/simulated-key.ts";
import { plainError } from "../support/errors.ts";
import { ErrInvalidPubKey } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";
import { signerAccount } from "./set-public-keys.ts";

function consume(meter: GasMeter, key: PublicKey, data: SignatureData, params: cosmosAuth.Params): void {
  switch (key.kind) {
    case "secp256k1":
      meter.consumeGas(params.sigVerifyCostSecp256k1, "ante verify: secp256k1");
      return;
    case "ed25519":
      meter.consumeGas(params.sigVerifyCostEd25519, "ante verify: ed25519");
      throw ErrInvalidPubKey.wrap("ED25519 public keys are unsupported");
    case "secp256r1":
      throw ErrInvalidPubKey.wrap("secp256r1 public keys are unsupported");
    case "multisig":
      consumeMultisig(meter, key, data, params);
  }
}

function consumeMultisig(
  meter: GasMeter,
  key: Extract<PublicKey, { kind: "multisig" }>,
  data: SignatureData,
  params: cosmosAuth.Params,
): void {
  if (data.kind !== "multi")
    throw plainError("expected *signing.MultiSignatureData, got, *signing.SingleSignatureData");
  let next = 0;
  for (const [i, member] of key.members.entries()) {
    if (!data.signed.has(i)) continue;
    const signature = data.signatures[next++];
    if (signature === undefined) throw plainError("fewer signatures than bits");
    consume(meter, member, signature, params);
  }
}

export const consumeSignatureGas: Decorator = (ctx, tx, { auth }) => {
  const params = auth.getParams(ctx);
  const signers = signersOf(tx);
  for (const [i, { data }] of signaturesOf(tx).entries()) {
    const { publicKey } = signerAccount(ctx, auth, signers[i] as Uint8Array);
    const packed = publicKey ?? (ctx.isSimulation ? SIMULATED_KEY : undefined);
    if (packed === undefined) throw ErrInvalidPubKey.wrap("unrecognized public key type: <nil>");
    consume(ctx.gasMeter, unpackPublicKey(packed), data, params);
  }
  return ctx;
};
