/**
 * Which ports a network gets: those that are given, and the default ones moved by the offset.
 * @module
 */
import { LOCALNET_PORTS, type LocalnetPorts } from "../localnet/options.ts";

/** What the command line says of ports. */
export type PortFlags = Partial<LocalnetPorts> & { readonly portOffset: number };

/** A port that is given is taken as it is, also 0; the others are the default plus the offset. */
export function resolvePorts({ portOffset, ...given }: PortFlags): LocalnetPorts {
  const names = Object.keys(LOCALNET_PORTS) as (keyof LocalnetPorts)[];
  const entries = names.map((name) => [name, given[name] ?? LOCALNET_PORTS[name] + portOffset]);
  return Object.fromEntries(entries) as Record<keyof LocalnetPorts, number>;
}
