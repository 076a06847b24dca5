/**
 * State imports: db_read, db_write, db_remove (spec 03 §1.4, 02 §7.6).
 *
 * The refusal of a write in a query comes before any charge; every other step charges first and reads arguments then.
 * @module
 */
import { VmError } from "../errors.ts";
import type { CallContext } from "../runtime/context.ts";
import { WORK_PER_KEY_BYTE } from "../runtime/host-work.ts";
import { type ImportTable, pointers } from "./definition.ts";

const READ_GAS = 1_000n;
const WRITE_GAS = 2_000n;
const PSEUDO_GAS_PER_BYTE = 5_000n;

function dbRead(context: CallContext, key: number): number {
  context.charge(READ_GAS);
  const keyBytes = context.readName(key);
  const { value, externalGas } = context.host((backend) => backend.read(keyBytes));
  context.externalGas += externalGas;
  return value === undefined ? 0 : context.allocate(value);
}

function refuseWrite(context: CallContext): void {
  if (context.readOnly) throw new VmError("UnauthorizedWrite");
}

function dbWrite(context: CallContext, key: number, value: number): void {
  refuseWrite(context);
  context.charge(WRITE_GAS);
  const keyBytes = context.read(key, WORK_PER_KEY_BYTE);
  const valueBytes = context.read(value);
  const pseudoGas = PSEUDO_GAS_PER_BYTE * BigInt(valueBytes.length);
  context.charge(pseudoGas);
  context.pseudoWriteGas += pseudoGas;
  context.host((backend) => backend.write(keyBytes, valueBytes));
}

function dbRemove(context: CallContext, key: number): void {
  refuseWrite(context);
  const keyBytes = context.readName(key);
  context.externalGas += context.host((backend) => backend.remove(keyBytes)).externalGas;
}

export const STATE_IMPORTS: ImportTable = {
  db_read: { params: pointers(1), result: "i32", bind: (context) => (key) => dbRead(context, key as number) },
  db_write: {
    params: pointers(2),
    result: undefined,
    bind: (context) => (key, value) => {
      dbWrite(context, key as number, value as number);
      return undefined;
    },
  },
  db_remove: {
    params: pointers(1),
    result: undefined,
    bind: (context) => (key) => {
      dbRemove(context, key as number);
      return undefined;
    },
  },
};
