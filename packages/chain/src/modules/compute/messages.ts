/**
 * Messages of the compute module: stateless checks, handlers and their events (spec 03 §5.3–5.4, 04 §4.1).
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { secretCompute } from "@enclavenet/proto";
import { type MessageRoute, messageRoute } from "../../baseapp/message-route.ts";
import { formatAddress, parseAddressOr, verifyAddress } from "../../support/address.ts";
import { areValidCoins, type CoinText, coinsFromText } from "../../support/coins.ts";
import { event } from "../../support/events.ts";
import { ErrInvalidAddress, ErrInvalidCoins, ErrInvalidRequest } from "../../support/sdk-errors.ts";
import { ErrEmpty, ErrLimit } from "./errors.ts";
import type { ComputeKeeper } from "./keeper.ts";
import { type StoreCodeTools, storeCode } from "./store-code.ts";

/** Largest code as it is sent, packed or not. */
const MAX_SENT_CODE_BYTES = 2 * 1024 * 1024;
const MAX_LABEL_BYTES = 512;
const MAX_BUILDER_BYTES = 128;
const BUILDER = /^[a-z0-9][a-z0-9._-]*[a-z0-9](\/[a-z0-9][a-z0-9._-]*[a-z0-9])+:[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/;

function checkSourceUrl(source: string): void {
  if (source === "") return;
  if (!URL.canParse(source)) throw ErrInvalidRequest.wrap("source not an absolute URL: invalid");
  if (new URL(source).protocol !== "https:") throw ErrInvalidRequest.wrap("source must use https: invalid");
}

function checkBuilder(builder: string): void {
  if (builder === "") return;
  if (builder.length > MAX_BUILDER_BYTES) {
    throw ErrInvalidRequest.wrap(`builder cannot be longer than ${MAX_BUILDER_BYTES} characters: exceeds limit`);
  }
  if (!BUILDER.test(builder)) throw ErrInvalidRequest.wrap("builder invalid");
}

function checkStoreCode(message: secretCompute.MsgStoreCode): void {
  checkSenderBytes(message.sender);
  const { length } = message.wasmByteCode;
  if (length === 0) throw ErrInvalidRequest.wrap("code bytes is required: empty");
  if (length > MAX_SENT_CODE_BYTES) {
    throw ErrInvalidRequest.wrap(`code bytes cannot be longer than ${MAX_SENT_CODE_BYTES} bytes: exceeds limit`);
  }
  checkSourceUrl(message.source);
  checkBuilder(message.builder);
}

function checkSenderBytes(sender: Uint8Array): void {
  verifyAddress(sender);
}

/** The text says 128 while the limit is 512: clients know the text (spec 03 §5.3). */
function checkLabel(label: string): void {
  if (label === "") throw ErrEmpty.wrap("is required");
  if (utf8ToBytes(label).length > MAX_LABEL_BYTES) throw ErrLimit.wrap("cannot be longer than 128 characters");
}

function checkFunds(funds: readonly CoinText[], what: string): void {
  if (!areValidCoins(coinsFromText(funds))) throw ErrInvalidCoins.wrap(what);
}

function checkInstantiate(message: secretCompute.MsgInstantiateContract): void {
  checkSenderBytes(message.sender);
  if (message.codeId === 0n) throw ErrInvalidRequest.wrap("code_id is required");
  checkLabel(message.label);
  checkFunds(message.initFunds, "init funds");
  if (message.admin !== "") checkAddresses(message.admin);
}

function checkExecute(message: secretCompute.MsgExecuteContract): void {
  checkSenderBytes(message.sender);
  verifyAddress(message.contract);
  checkFunds(message.sentFunds, "sent funds");
}

/** Throws `<text>: invalid address` for the first that is none. */
export function checkAddresses(...texts: readonly string[]): void {
  for (const text of texts) parseAddressOr(text, () => ErrInvalidAddress.wrap(text));
}

/** Attributes of every compute message: module, and the sender's address. */
export function moduleAttributes(sender: string): readonly (readonly [string, string])[] {
  return [
    ["module", "compute"],
    ["sender", sender],
  ];
}

function storeCodeRoute(tools: StoreCodeTools): MessageRoute {
  return messageRoute({
    request: secretCompute.MsgStoreCodeSchema,
    response: secretCompute.MsgStoreCodeResponseSchema,
    validateBasic: checkStoreCode,
    handle(ctx, message) {
      const signer = formatAddress(message.sender);
      ctx.events.emit(event("message", ...moduleAttributes(signer), ["signer", signer]));
      const codeId = storeCode(tools, ctx, message);
      ctx.events.emit(event("message", ["code_id", `${codeId}`]));
      return { codeId };
    },
  });
}

function instantiateRoute(keeper: ComputeKeeper): MessageRoute {
  return messageRoute({
    request: secretCompute.MsgInstantiateContractSchema,
    response: secretCompute.MsgInstantiateContractResponseSchema,
    validateBasic: checkInstantiate,
    handle(ctx, message) {
      const { codeId, label, initMsg, admin, callbackSig } = message;
      const { address, data } = keeper.instantiate(ctx, {
        creator: message.sender,
        codeId,
        label,
        initMsg,
        admin,
        callbackSig,
        funds: coinsFromText(message.initFunds),
      });
      const text = formatAddress(address);
      ctx.events.emit(event("message", ...moduleAttributes(formatAddress(message.sender)), ["contract_address", text]));
      return { address: text, data };
    },
  });
}

function executeRoute(keeper: ComputeKeeper): MessageRoute {
  return messageRoute({
    request: secretCompute.MsgExecuteContractSchema,
    response: secretCompute.MsgExecuteContractResponseSchema,
    validateBasic: checkExecute,
    handle(ctx, message) {
      const contract = formatAddress(message.contract);
      ctx.events.emit(
        event("message", ...moduleAttributes(formatAddress(message.sender)), ["contract_address", contract]),
      );
      const data = keeper.execute(ctx, {
        caller: message.sender,
        contract: message.contract,
        funds: coinsFromText(message.sentFunds),
        callbackSig: message.callbackSig,
      });
      return { data };
    },
  });
}

/** Routes of the compute messages. */
export function computeMessages(keeper: ComputeKeeper, tools: StoreCodeTools): readonly MessageRoute[] {
  return [storeCodeRoute(tools), instantiateRoute(keeper), executeRoute(keeper)];
}
