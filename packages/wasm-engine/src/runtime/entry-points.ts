/**
 * Entry points by interface version: export, argument order, and the order in which the host allocates the arguments,
 * which the guest's heap and the gas depend on (spec 03 §1.3).
 * @module
 */
import type { ApiVersion, EntryPoint } from "./types.ts";

export type ArgumentName = "env" | "info" | "msg";

export interface EntryConvention {
  readonly exportName: string;
  readonly args: readonly ArgumentName[];
  readonly allocationOrder: readonly ArgumentName[];
}

const ENV_MSG = ["env", "msg"] as const;
const MSG_ENV = ["msg", "env"] as const;
const ENV_INFO_MSG = ["env", "info", "msg"] as const;

function v010(entry: EntryPoint): EntryConvention {
  switch (entry) {
    case "instantiate":
      return { exportName: "init", args: ENV_MSG, allocationOrder: ENV_MSG };
    case "query":
      return { exportName: "query", args: ["msg"], allocationOrder: ["msg"] };
    case "migrate":
      return { exportName: "migrate", args: ENV_MSG, allocationOrder: ENV_MSG };
    default:
      // COMPAT(spec 03 §1.3): every other kind of call goes to `handle`.
      return { exportName: "handle", args: ENV_MSG, allocationOrder: MSG_ENV };
  }
}

function v1(entry: EntryPoint): EntryConvention {
  switch (entry) {
    case "instantiate":
      return { exportName: entry, args: ENV_INFO_MSG, allocationOrder: ["env", "msg", "info"] };
    case "execute":
      return { exportName: entry, args: ENV_INFO_MSG, allocationOrder: ["msg", "env", "info"] };
    case "migrate":
      return { exportName: entry, args: ENV_MSG, allocationOrder: ENV_MSG };
    default:
      return { exportName: entry, args: ENV_MSG, allocationOrder: MSG_ENV };
  }
}

/** How `entry` is called on a contract of `version`. */
export function entryConvention(version: ApiVersion, entry: EntryPoint): EntryConvention {
  return version === "v1" ? v1(entry) : v010(entry);
}

/** Every export that the engine may call, with its number of arguments; arguments and results are i32. */
export const CALLABLE_EXPORTS: ReadonlyMap<string, readonly number[]> = new Map([
  ["allocate", [1]],
  ["init", [2]],
  ["handle", [2]],
  ["query", [1, 2]],
  ["migrate", [2]],
  ["instantiate", [3]],
  ["execute", [3]],
  ["reply", [2]],
  ["sudo", [2]],
  ["ibc_channel_open", [2]],
  ["ibc_channel_connect", [2]],
  ["ibc_channel_close", [2]],
  ["ibc_packet_receive", [2]],
  ["ibc_packet_ack", [2]],
  ["ibc_packet_timeout", [2]],
]);
