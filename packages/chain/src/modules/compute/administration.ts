/**
 * Administration of contracts: migration to another code, and changes of admin.
 *
 * Spec: 03 §5.3 (order of the rules and their texts), §5.4 (events), §5.1 (records). The enclave checks the admin again, by
 * proof; what is checked here decides the text that a client reads.
 * @module
 */
import type { EcallRequest } from "@enclavenet/enclave-api";
import { create, secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress } from "../../support/address.ts";
import { event } from "../../support/events.ts";
import { ErrInvalidRequest, ErrUnauthorized } from "../../support/sdk-errors.ts";
import type { AdminChangeRequest, MigrateRequest } from "./call-requests.ts";
import { callContract } from "./enclave-call.ts";
import { ErrMigrateFailed } from "./errors.ts";
import { gasForContract, INSTANCE_COST } from "./gas.ts";
import { demandApprovedAdmin, demandApprovedMigration } from "./governance.ts";
import type { CallSteps, ComputeTools } from "./keeper.ts";
import { CallReads } from "./read-hints.ts";
import { checkSender, messageOrigin } from "./signers.ts";
import { ComputeStore, currentPosition } from "./store.ts";

type Tools = Pick<ComputeTools, "auth" | "enclave">;

export class ContractAdministration {
  readonly #tools: Tools;
  readonly #steps: CallSteps;

  constructor(tools: Tools, steps: CallSteps) {
    this.#tools = tools;
    this.#steps = steps;
  }

  /** Moves a contract to another code, or to the same again; returns the data of its response. */
  migrate(ctx: Context, request: MigrateRequest): Uint8Array {
    const { caller, contract, codeId } = request;
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading CosmWasm module: migrate");
    checkSender(ctx, caller, request.callbackSig);
    const info = existingContract(ctx, contract);
    const code = new ComputeStore(ctx).code(codeId);
    if (code === undefined) {
      throw ErrInvalidRequest.wrap(`unknown code: failed to get code info for code id ${codeId}`);
    }
    demandMigrator(ctx, info, request);
    this.#steps.refuseSimulation(ctx, ErrMigrateFailed);
    const loaded = this.#steps.load(ctx, contract);
    const reads = new CallReads(ctx, contract, []);
    const answer = callContract(
      this.#tools.enclave,
      ctx,
      ErrMigrateFailed,
      "migrate",
      {
        origin: messageOrigin(ctx, this.#tools.auth, caller),
        currentCodeHash: loaded.codeHash,
        codeHash: code.codeHash,
        contractKey: loaded.key,
        adminProof: info.adminProof,
        gasLimit: gasForContract(ctx),
      },
      this.#steps.handlers(ctx, reads),
    );
    this.#steps.settle(ctx, contract, answer.result, reads, ErrMigrateFailed);
    recordMigration(ctx, request, info, answer);
    ctx.events.emit(event("migrate", ["code_id", `${codeId}`], ["contract_address", formatAddress(contract)]));
    return this.#steps.respond(ctx, contract, answer.result) ?? new Uint8Array(0);
  }

  /** Gives a contract another admin. */
  updateAdmin(ctx: Context, request: AdminChangeRequest): void {
    this.#changeAdmin("updateAdmin", ctx, request);
  }

  /** Leaves a contract without admin. */
  clearAdmin(ctx: Context, request: Omit<AdminChangeRequest, "newAdmin">): void {
    this.#changeAdmin("clearAdmin", ctx, { ...request, newAdmin: "" });
  }

  #changeAdmin(name: "updateAdmin" | "clearAdmin", ctx: Context, request: AdminChangeRequest): void {
    const { caller, contract, newAdmin } = request;
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading CosmWasm module: update-contract-admin");
    checkSender(ctx, caller, request.callbackSig);
    const info = existingContract(ctx, contract);
    if (info.admin !== formatAddress(caller)) throw ErrUnauthorized.wrap("caller is not the admin");
    if (info.requireGovernance) demandApprovedAdmin(ctx, contract, newAdmin);
    this.#steps.refuseSimulation(ctx, ErrMigrateFailed);
    const loaded = this.#steps.load(ctx, contract);
    const change: EcallRequest<"updateAdmin"> = {
      origin: messageOrigin(ctx, this.#tools.auth, caller),
      codeHash: loaded.codeHash,
      contractKey: loaded.key,
      adminProof: info.adminProof,
    };
    const handlers = this.#steps.handlers(ctx, new CallReads(ctx, contract, []));
    const { adminProof } = callContract(this.#tools.enclave, ctx, ErrMigrateFailed, name, change, handlers);
    const store = new ComputeStore(ctx);
    store.setContract(contract, { ...info, admin: newAdmin, adminProof });
    if (info.requireGovernance) store.setApprovedAdmin(formatAddress(contract), undefined);
    ctx.events.emit(
      event("update_contract_admin", ["contract_address", formatAddress(contract)], ["new_admin_address", newAdmin]),
    );
  }
}

function existingContract(ctx: Context, address: Uint8Array): secretCompute.ContractInfo {
  const info = new ComputeStore(ctx).contract(address);
  if (info === undefined) throw ErrInvalidRequest.wrap("unknown contract: contract: not found");
  return info;
}

function demandMigrator(
  ctx: Context,
  info: secretCompute.ContractInfo,
  { caller, contract, codeId }: MigrateRequest,
): void {
  if (info.admin !== "" && info.admin !== formatAddress(caller)) {
    throw ErrMigrateFailed.wrap("requires migrate from admin");
  }
  if (info.requireGovernance) demandApprovedMigration(ctx, contract, codeId);
  else if (info.admin === "") throw ErrMigrateFailed.wrap("contract is not upgradable");
}

function recordMigration(
  ctx: Context,
  { contract, codeId, msg }: MigrateRequest,
  info: secretCompute.ContractInfo,
  answer: { readonly contractKey: Uint8Array; readonly proof: Uint8Array },
): void {
  const store = new ComputeStore(ctx);
  const position = currentPosition(ctx);
  const last = store.history(contract).at(-1)?.updated;
  if (last !== undefined) store.unindexByCode(info.codeId, last, contract);
  store.appendHistory(
    contract,
    create(secretCompute.ContractCodeHistoryEntrySchema, {
      operation: secretCompute.ContractCodeHistoryOperationType.MIGRATE,
      codeId,
      updated: position,
      msg,
    }),
  );
  store.indexByCode(codeId, position, contract);
  store.setContract(contract, { ...info, codeId });
  if (info.requireGovernance) store.setApprovedCode(formatAddress(contract), undefined);
  const og = store.enclaveKey(contract)?.ogContractKey ?? new Uint8Array(0);
  store.setEnclaveKey(
    contract,
    create(secretCompute.ContractKeySchema, {
      ogContractKey: og,
      currentContractKey: answer.contractKey,
      currentContractKeyProof: answer.proof,
    }),
  );
}
