/**
 * THE table of the messages that contracts may emit: what each variant of the contract's JSON becomes, for both ABIs.
 *
 * Spec: 03 §4.5. Which version has which variant, with which types of fields, is decided in the enclave; all others never
 * arrive here. A variant whose module does not exist yet answers as upstream answers for a message without a handler.
 * @module
 */
import { ErrInvalidMsg } from "../errors.ts";
import { type JsonObject, soleVariant } from "./json.ts";
import {
  type Convert,
  type Converted,
  clearAdmin,
  execute,
  fails,
  finalize,
  instantiate,
  migrate,
  send,
  sendPacket,
  stargate,
  updateAdmin,
  withoutHandler,
} from "./sdk-messages.ts";
import { dropped, same, sendToV1, type ToV1, voteToV1 } from "./v010-messages.ts";

interface Variant {
  /** The v1 form of the v0.10 fields. Absent: only v1 has the variant. */
  readonly v010?: ToV1;
  readonly sdk: Convert;
}

/** Variants by `module.kind`; variants without an inner kind by `module`. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  "bank.send": { v010: sendToV1, sdk: send },
  "bank.burn": { sdk: fails("Unknown variant of Bank") },
  custom: { v010: same, sdk: fails("Custom variant not supported") },
  "staking.delegate": { v010: same, sdk: withoutHandler("MsgDelegate") },
  "staking.undelegate": { v010: same, sdk: withoutHandler("MsgUndelegate") },
  "staking.redelegate": { v010: same, sdk: withoutHandler("MsgBeginRedelegate") },
  // Only v0.10 has it. MsgWithdrawDelegatorReward comes second.
  "staking.withdraw": { v010: same, sdk: withoutHandler("MsgSetWithdrawAddress") },
  "distribution.set_withdraw_address": { sdk: withoutHandler("MsgSetWithdrawAddress") },
  "distribution.withdraw_delegator_reward": { sdk: withoutHandler("MsgWithdrawDelegatorReward") },
  "gov.vote": { v010: voteToV1, sdk: withoutHandler("MsgVote") },
  "wasm.execute": { v010: same, sdk: execute },
  "wasm.instantiate": { v010: same, sdk: instantiate },
  "wasm.migrate": { v010: dropped, sdk: migrate },
  "wasm.update_admin": { v010: dropped, sdk: updateAdmin },
  "wasm.clear_admin": { v010: dropped, sdk: clearAdmin },
  "ibc.transfer": { sdk: withoutHandler("MsgTransfer") },
  "ibc.send_packet": { sdk: sendPacket },
  "ibc.close_channel": { sdk: withoutHandler("MsgChannelCloseInit") },
  stargate: { sdk: stargate },
  finalize_tx: { sdk: finalize },
};

/** Variants that carry their fields directly. */
const WITHOUT_KIND: ReadonlySet<string> = new Set(["custom", "stargate", "finalize_tx"]);

/** An emitted message, looked up: its row, and its fields in the v1 form. */
export interface EmittedMessage {
  readonly name: string;
  readonly fields: JsonObject;
}

/** Whether the message calls or changes a contract: the events of such messages are sorted (spec 03 §4.7). */
export function isWasmMessage({ name }: EmittedMessage): boolean {
  return name.startsWith("wasm.");
}

function rowOf(name: string): Variant | undefined {
  return Object.hasOwn(VARIANTS, name) ? VARIANTS[name] : undefined;
}

/**
 * Reads an emitted message; that of a v0.10 contract in its v1 form. Throws what upstream answers when it cannot be
 * converted.
 */
export function readMessage(parsed: JsonObject, apiVersion: number, contract: Uint8Array): EmittedMessage {
  const [module, body] = soleVariant(parsed, "message");
  const [kind, fields] = WITHOUT_KIND.has(module) ? ["", body] : soleVariant(body, "message");
  const name = kind === "" ? module : `${module}.${kind}`;
  if (apiVersion !== 0) return { name, fields };
  return { name, fields: (rowOf(name)?.v010 ?? dropped)(fields, contract) };
}

/** What a message becomes. Throws the error that upstream gives for it. */
export function convertMessage({ name, fields }: EmittedMessage, contract: Uint8Array): Converted {
  const row = rowOf(name);
  if (row === undefined) throw ErrInvalidMsg.wrap(`Unknown variant of ${name.split(".", 1)[0]}`);
  return row.sdk(fields, contract);
}
