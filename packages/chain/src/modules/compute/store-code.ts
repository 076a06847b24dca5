/**
 * Stores code: unpacks, measures, charges, validates, numbers it (spec 03 §5.3 StoreCode).
 * @module
 */
import { gunzipSync } from "node:zlib";
import { LocalError } from "@enclavenet/common";
import { create, secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { roundDecimalHalfEven } from "../../support/decimal.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import type { CodeChecker } from "./code-checker.ts";
import type { CodeStorage } from "./code-storage.ts";
import { ErrCreateFailed, ErrMaxContractSize } from "./errors.ts";
import { NEXT_CODE_ID_KEY } from "./keys.ts";
import { ComputeStore } from "./store.ts";

/** What storing code needs. */
export interface StoreCodeTools {
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** The wasm itself. Unpacking stops at the limit, whatever the packed bytes promise. */
function unpackWasm(bytes: Uint8Array, limit: number): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: limit }));
  } catch (error) {
    if (error instanceof RangeError) throw ErrMaxContractSize.bare();
    throw ErrCreateFailed.wrap("gzip: invalid data");
  }
}

/** Gas of compiling: the cost per byte is a decimal, the product is rounded half to even. */
function compileGas(compileCost: string, length: number): bigint {
  return roundDecimalHalfEven(BigInt(compileCost === "" ? "0" : compileCost) * BigInt(length));
}

/** Checks the wasm with the engine's validator. */
export function checkCode(checker: CodeChecker, wasm: Uint8Array): void {
  try {
    checker.check(wasm);
  } catch (error) {
    if (error instanceof LocalError) throw ErrCreateFailed.wrap(error.message);
    throw error;
  }
}

/** Returns the new code's id. */
export function storeCode(tools: StoreCodeTools, ctx: Context, message: secretCompute.MsgStoreCode): bigint {
  const store = new ComputeStore(ctx);
  const params = store.params();
  const wasm = unpackWasm(message.wasmByteCode, Number(params.maxContractSize));
  if (BigInt(wasm.length) > params.maxContractSize) throw ErrMaxContractSize.bare();
  ctx.gasMeter.consumeGas(compileGas(params.compileCost, wasm.length), "Compiling WASM Bytecode");
  checkCode(tools.codeChecker, wasm);
  const codeHash = tools.primitives.sha256(wasm);
  if (ctx.mode !== "simulate") tools.codeStorage.put(codeHash, wasm);
  const codeId = store.takeId(NEXT_CODE_ID_KEY);
  const { sender, source, builder } = message;
  store.setCode(codeId, create(secretCompute.CodeInfoSchema, { codeHash, creator: sender, source, builder }));
  return codeId;
}
