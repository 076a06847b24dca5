/**
 * Queries of the compute module (spec 04 §4.1, 03 §5.7).
 * @module
 */

import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { toHex } from "@enclavenet/common";
import { secretCompute } from "@enclavenet/proto";
import { BasicGasMeter } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { formatAddress, parseAddress } from "../../support/address.ts";
import { plainError } from "../../support/errors.ts";
import { ErrUnknownAddress } from "../../support/sdk-errors.ts";
import { StatusError } from "../../support/status-error.ts";
import type { CodeStorage } from "./code-storage.ts";
import { ErrComputeNotFound, ErrInvalid } from "./errors.ts";
import type { ComputeKeeper } from "./keeper.ts";
import { COMPUTE_QUERY_SERVICE as SERVICE } from "./query-service.ts";
import { type RecordQueryTools, recordQueries } from "./record-queries.ts";
import { ComputeStore } from "./store.ts";

/** What the queries need. */
export interface ComputeQueryTools extends RecordQueryTools {
  readonly keeper: ComputeKeeper;
  readonly gasLimit: bigint;
}

/** Admin proofs are no secret but nobody's business; queries never show them. */
function shown(info: secretCompute.ContractInfo): secretCompute.ContractInfo {
  return { ...info, adminProof: new Uint8Array(0) };
}

function existing(ctx: Context, text: string): { address: Uint8Array; info: secretCompute.ContractInfo } {
  const address = parseAddress(text);
  const info = new ComputeStore(ctx).contract(address);
  if (info === undefined) throw ErrComputeNotFound.bare();
  return { address, info };
}

function demandCodeId(codeId: bigint): void {
  if (codeId === 0n) throw ErrInvalid.wrap("code id");
}

function codeInfoResponse(codeId: bigint, info: secretCompute.CodeInfo) {
  const { source, builder } = info;
  return { codeId, creator: formatAddress(info.creator), codeHash: toHex(info.codeHash), source, builder };
}

function byCreation(a: secretCompute.ContractInfo, b: secretCompute.ContractInfo): number {
  const left = a.created ?? { blockHeight: 0n, txIndex: 0n };
  const right = b.created ?? { blockHeight: 0n, txIndex: 0n };
  const difference = left.blockHeight - right.blockHeight || left.txIndex - right.txIndex;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function contractsByCode(ctx: Context, codeId: bigint) {
  demandCodeId(codeId);
  const found = [...new ComputeStore(ctx).contracts()].filter(([, info]) => info.codeId === codeId);
  if (found.length === 0) throw ErrComputeNotFound.bare();
  found.sort(([, a], [, b]) => byCreation(a, b));
  const contractInfos = found.map(([address, info]) => {
    const { created: _created, ...rest } = shown(info);
    return { contractAddress: formatAddress(address), contractInfo: rest };
  });
  return { contractInfos };
}

function code(ctx: Context, codeId: bigint, codes: CodeStorage) {
  demandCodeId(codeId);
  const info = new ComputeStore(ctx).code(codeId);
  const wasm = info === undefined ? undefined : codes.get(info.codeHash);
  if (info === undefined || wasm === undefined) throw ErrComputeNotFound.bare();
  return { codeInfo: codeInfoResponse(codeId, info), wasm };
}

function hashOfCode(ctx: Context, codeId: bigint) {
  const info = new ComputeStore(ctx).code(codeId);
  if (info === undefined) throw plainError(`failed to get code info for code id ${codeId}`);
  return { codeHash: toHex(info.codeHash) };
}

function addressByLabel(ctx: Context, label: string) {
  const address = new ComputeStore(ctx).addressOfLabel(label);
  if (address === undefined) throw ErrUnknownAddress.wrap(label);
  return { contractAddress: formatAddress(address) };
}

/** The call has a meter of its own, so that a query costs at most the node's limit. */
function querySmart(
  { keeper, gasLimit }: ComputeQueryTools,
  ctx: Context,
  request: secretCompute.QuerySecretContractRequest,
) {
  const address = parseAddress(request.contractAddress);
  const metered = ctx.with({ gasMeter: new BasicGasMeter(gasLimit) });
  return { data: keeper.query(metered, address, request.query, 1) };
}

function notFound(text: string): StatusError {
  return new StatusError("NotFound", text);
}

/** Routes of the compute queries. */
export function computeQueries(tools: ComputeQueryTools): readonly QueryRoute[] {
  const c = secretCompute;
  const byAddress = c.QueryByContractAddressRequestSchema;
  const byCodeId = c.QueryByCodeIdRequestSchema;
  return [
    queryRoute(SERVICE, "ContractInfo", byAddress, c.QueryContractInfoResponseSchema, (ctx, request) => ({
      contractAddress: request.contractAddress,
      contractInfo: shown(existing(ctx, request.contractAddress).info),
    })),
    queryRoute(SERVICE, "ContractsByCodeId", byCodeId, c.QueryContractsByCodeIdResponseSchema, (ctx, { codeId }) =>
      contractsByCode(ctx, codeId),
    ),
    queryRoute(
      SERVICE,
      "QuerySecretContract",
      c.QuerySecretContractRequestSchema,
      c.QuerySecretContractResponseSchema,
      (ctx, request) => querySmart(tools, ctx, request),
    ),
    queryRoute(SERVICE, "Code", byCodeId, c.QueryCodeResponseSchema, (ctx, { codeId }) =>
      code(ctx, codeId, tools.codeStorage),
    ),
    queryRoute(SERVICE, "Codes", EmptySchema, c.QueryCodesResponseSchema, (ctx) => ({
      codeInfos: Array.from(new ComputeStore(ctx).codes(), ([codeId, info]) => codeInfoResponse(codeId, info)),
    })),
    queryRoute(SERVICE, "CodeHashByContractAddress", byAddress, c.QueryCodeHashResponseSchema, (ctx, request) =>
      hashOfCode(ctx, existing(ctx, request.contractAddress).info.codeId),
    ),
    queryRoute(SERVICE, "CodeHashByCodeId", byCodeId, c.QueryCodeHashResponseSchema, (ctx, { codeId }) =>
      hashOfCode(ctx, codeId),
    ),
    queryRoute(SERVICE, "LabelByAddress", byAddress, c.QueryContractLabelResponseSchema, (ctx, request) => ({
      label: existing(ctx, request.contractAddress).info.label,
    })),
    queryRoute(
      SERVICE,
      "AddressByLabel",
      c.QueryByLabelRequestSchema,
      c.QueryContractAddressResponseSchema,
      (ctx, { label }) => addressByLabel(ctx, label),
    ),
    queryRoute(
      SERVICE,
      "ContractHistory",
      c.QueryContractHistoryRequestSchema,
      c.QueryContractHistoryResponseSchema,
      (ctx, request) => ({ entries: new ComputeStore(ctx).history(parseAddress(request.contractAddress)) }),
    ),
    queryRoute(SERVICE, "Params", c.ParamsRequestSchema, c.ParamsResponseSchema, (ctx) => ({
      params: new ComputeStore(ctx).params(),
    })),
    queryRoute(
      SERVICE,
      "AuthorizedMigration",
      c.QueryAuthorizedMigrationRequestSchema,
      c.QueryAuthorizedMigrationResponseSchema,
      (ctx, { contractAddress }) => {
        const newCodeId = new ComputeStore(ctx).approvedCode(contractAddress);
        if (newCodeId === undefined) throw notFound("no authorized migration found for the given contract address");
        return { newCodeId };
      },
    ),
    queryRoute(
      SERVICE,
      "AuthorizedAdminUpdate",
      c.QueryAuthorizedAdminUpdateRequestSchema,
      c.QueryAuthorizedAdminUpdateResponseSchema,
      (ctx, { contractAddress }) => {
        const newAdmin = new ComputeStore(ctx).approvedAdmin(contractAddress);
        if (newAdmin === undefined) throw notFound("no authorized admin update found for the given contract address");
        return { newAdmin };
      },
    ),
    ...recordQueries(tools),
  ];
}
