/**
 * Accounts and their stored form: a packed BaseAccount or ModuleAccount (spec 04 §2.3).
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { cosmosAuth, decode, encode, typeUrlOf } from "@enclavenet/proto";
import { formatAddress, parseAddress } from "../../support/address.ts";
import { ChainPanic } from "../../support/errors.ts";
import { memoizedBytes } from "../../support/memo.ts";

/** What makes an account a module's. */
interface ModuleRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

export interface Account {
  readonly address: Uint8Array;
  /** Packed public key; absent until the first transaction. */
  readonly publicKey: Any | undefined;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly module: ModuleRole | undefined;
}

const BASE_ACCOUNT = typeUrlOf(cosmosAuth.BaseAccountSchema);
const MODULE_ACCOUNT = typeUrlOf(cosmosAuth.ModuleAccountSchema);

/** The part that every account type has. */
export function toBaseAccount(account: Account): cosmosAuth.BaseAccount {
  return create(cosmosAuth.BaseAccountSchema, {
    address: formatAddress(account.address),
    ...(account.publicKey === undefined ? {} : { pubKey: account.publicKey }),
    accountNumber: account.accountNumber,
    sequence: account.sequence,
  });
}

function fromBaseAccount(base: cosmosAuth.BaseAccount, module: ModuleRole | undefined): Account {
  return {
    address: parseAddress(base.address),
    publicKey: base.pubKey,
    accountNumber: base.accountNumber,
    sequence: base.sequence,
    module,
  };
}

/** The account as a packed message. */
export function packAccount(account: Account): Any {
  const base = toBaseAccount(account);
  if (account.module === undefined) {
    return create(AnySchema, { typeUrl: BASE_ACCOUNT, value: encode(cosmosAuth.BaseAccountSchema, base) });
  }
  const packed = create(cosmosAuth.ModuleAccountSchema, {
    baseAccount: base,
    name: account.module.name,
    permissions: [...account.module.permissions],
  });
  return create(AnySchema, { typeUrl: MODULE_ACCOUNT, value: encode(cosmosAuth.ModuleAccountSchema, packed) });
}

/** The account of a packed message. Throws {@link ChainPanic} on a type that this chain does not know. */
export function unpackAccount(packed: Any): Account {
  if (packed.typeUrl === BASE_ACCOUNT) {
    return fromBaseAccount(decode(cosmosAuth.BaseAccountSchema, packed.value), undefined);
  }
  if (packed.typeUrl === MODULE_ACCOUNT) {
    const { baseAccount, name, permissions } = decode(cosmosAuth.ModuleAccountSchema, packed.value);
    if (baseAccount === undefined) throw new ChainPanic("module account without base account");
    return fromBaseAccount(baseAccount, { name, permissions });
  }
  throw new ChainPanic(`no concrete type registered for type URL ${packed.typeUrl} against interface AccountI`);
}

/** Stored bytes of an account. */
export function encodeAccount(account: Account): Uint8Array {
  return encode(AnySchema, packAccount(account));
}

/** The account of stored bytes. PERF: the ante handler reads one account half a dozen times. */
export const decodeAccount = memoizedBytes(1024, (bytes): Account => unpackAccount(decode(AnySchema, bytes)));
