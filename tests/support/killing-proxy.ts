/**
 * An RPC that kills who asks it, at a chosen request, before the node behind it hears of that request or after it has answered.
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The next request whose body holds `text`. */
export interface KillPoint {
  readonly text: string;
  readonly when: "before" | "after";
}

export interface KillingProxy {
  readonly url: string;
  /** Calls `kill` once, at this point, and leaves that request without an answer. */
  arm(point: KillPoint, kill: () => void): void;
  close(): void;
}

/** A proxy in front of the RPC `rpc`; `seen` is told of every request. */
export async function killingProxy(rpc: string, seen: () => void): Promise<KillingProxy> {
  let armed: { readonly point: KillPoint; readonly kill: () => void } | undefined;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen();
    const hit = armed !== undefined && body.includes(armed.point.text) ? armed : undefined;
    if (hit !== undefined) armed = undefined;
    if (hit?.point.when === "before") {
      hit.kill();
      return;
    }
    const answer = await (await fetch(rpc, { method: "POST", body })).text();
    if (hit === undefined) response.end(answer);
    else hit.kill();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm(point, kill) {
      armed = { point, kill };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
