/**
 * Messages of the registration module, with their events and responses (spec 01 §3.2–3.3).
 * @module
 */

import type { Event } from "@enclavenet/abci";
import { AttestationError, certifiedPublicKey } from "@enclavenet/attestation";
import { BytesFormatError, fromHex, toBase64, toHex } from "@enclavenet/common";
import { enclavenetRegistration as own, secretRegistration } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type MessageRoute, messageRoute } from "../../baseapp/message-route.ts";
import { formatAddress } from "../../support/address.ts";
import { event } from "../../support/events.ts";
import { ErrInvalidRequest } from "../../support/sdk-errors.ts";
import { checkMachineUpdate, MACHINE_ID_BYTES } from "./machines.ts";
import type { Registrar } from "./registrar.ts";

/** What a simulation answers in place of the seeds. */
const SIMULATED_SEED = new Uint8Array(32);

function checkAuthenticate({ certificate }: secretRegistration.RaAuthenticate): void {
  if (certificate.length === 0) throw ErrInvalidRequest.wrap("Authenticating certificate cannot be empty");
  try {
    certifiedPublicKey(certificate);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    throw ErrInvalidRequest.wrap(`Certificate validation failed: ${error.message}`);
  }
}

/** Used only when it is a machine id; anything else counts as none (spec 01 §3.3). */
function replacedMachine(text: string): Uint8Array {
  try {
    const bytes = fromHex(text);
    if (bytes.length === MACHINE_ID_BYTES) return bytes;
  } catch (error) {
    if (!(error instanceof BytesFormatError)) throw error;
  }
  return new Uint8Array(MACHINE_ID_BYTES);
}

/** Events as Go's JSON has them; they are marked for indexing only later. */
function eventsJson(events: readonly Event[]): string {
  return JSON.stringify(
    events.map(({ type, attributes }) => ({
      type,
      attributes: attributes.map(({ key, value }) => ({ key, value, index: false })),
    })),
  );
}

function authenticate(registrar: Registrar, ctx: Context, message: secretRegistration.RaAuthenticate) {
  const { sender, certificate, replaceMachineId } = message;
  const isReal = ctx.mode === "finalize";
  const { encryptedSeeds, publicKey } = isReal
    ? registrar.authenticate(ctx, certificate, replacedMachine(replaceMachineId))
    : { encryptedSeeds: SIMULATED_SEED, publicKey: certifiedPublicKey(certificate) };
  ctx.events.emit(
    event(
      "message",
      ["module", "register"],
      ["signer", formatAddress(sender)],
      ["encrypted_seed", `0x${toHex(encryptedSeeds)}`],
      ["node_id", `0x${toHex(publicKey)}`],
    ),
  );
  return { data: `S: ${toHex(encryptedSeeds)}`, events: eventsJson(ctx.events.events) };
}

function emitNode(ctx: Context, sender: Uint8Array, publicKey: Uint8Array, status: string): void {
  ctx.events.emit(
    event(
      "node",
      ["module", "register"],
      ["signer", formatAddress(sender)],
      ["node_id", `0x${toHex(publicKey)}`],
      ["status", status],
    ),
  );
}

function rotate(registrar: Registrar, ctx: Context, message: own.MsgRotateSeed) {
  const ioPublicKey = registrar.rotate(ctx, message);
  ctx.events.emit(
    event(
      "seed_rotation",
      ["module", "register"],
      ["signer", formatAddress(message.sender)],
      ["io_public_key", toBase64(ioPublicKey)],
    ),
  );
  return {};
}

function approveUpgrade(registrar: Registrar, ctx: Context, message: own.MsgApproveUpgrade) {
  registrar.approveUpgrade(ctx, message);
  ctx.events.emit(
    event(
      "upgrade",
      ["module", "register"],
      ["signer", formatAddress(message.sender)],
      ["measurement", `0x${toHex(message.measurement)}`],
    ),
  );
  return {};
}

/** Routes of both services. */
export function registrationMessages(registrar: Registrar): readonly MessageRoute[] {
  return [
    messageRoute({
      request: secretRegistration.RaAuthenticateSchema,
      response: secretRegistration.RaAuthenticateResponseSchema,
      validateBasic: checkAuthenticate,
      handle: (ctx, message) => authenticate(registrar, ctx, message),
    }),
    messageRoute({
      request: own.MsgConfirmNodeSchema,
      response: own.MsgConfirmNodeResponseSchema,
      handle(ctx, { sender, publicKey }) {
        if (ctx.mode === "finalize") registrar.confirm(ctx);
        emitNode(ctx, sender, publicKey, "registered");
        return {};
      },
    }),
    messageRoute({
      request: own.MsgRevokeNodeSchema,
      response: own.MsgRevokeNodeResponseSchema,
      handle(ctx, { sender, publicKey }) {
        registrar.revoke(ctx, sender, publicKey);
        emitNode(ctx, sender, publicKey, "revoked");
        return {};
      },
    }),
    messageRoute({
      request: own.MsgUpdateMachinesSchema,
      response: own.MsgUpdateMachinesResponseSchema,
      validateBasic: checkMachineUpdate,
      handle(ctx, message) {
        registrar.updateMachines(ctx, message);
        const signer = formatAddress(message.sender);
        const restricted = String(message.restricted);
        ctx.events.emit(event("machines", ["module", "register"], ["signer", signer], ["restricted", restricted]));
        return {};
      },
    }),
    messageRoute({
      request: own.MsgRotateSeedSchema,
      response: own.MsgRotateSeedResponseSchema,
      handle: (ctx, message) => rotate(registrar, ctx, message),
    }),
    messageRoute({
      request: own.MsgApproveUpgradeSchema,
      response: own.MsgApproveUpgradeResponseSchema,
      handle: (ctx, message) => approveUpgrade(registrar, ctx, message),
    }),
  ];
}
