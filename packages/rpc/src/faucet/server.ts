/**
 * The faucet: gives test coins to an address (spec 04 §3.5).
 * @module
 */
import type { Logger } from "@enclavenet/common";
import { LocalError } from "@enclavenet/common";
import type { FastifyInstance } from "fastify";
import { createHttpServer } from "../server/http.ts";

/** The account that pays. */
export interface FaucetWallet {
  readonly address: string;
  /** uscrt per request, without denomination. */
  readonly amount: string;
  /** Sends `amount` to `recipient`; returns the upper-case transaction hash after CheckTx. */
  send(recipient: string): Promise<string>;
}

function addressOf(url: string): string | undefined {
  const query = url.split("?", 2)[1];
  const first = query?.split("&", 1)[0];
  if (first === undefined || !first.startsWith("address=")) return undefined;
  try {
    const address = decodeURIComponent(first.slice("address=".length));
    return address === "" ? undefined : address;
  } catch {
    return undefined;
  }
}

/** The faucet server, not listening yet. */
export async function createFaucetServer(wallet: FaucetWallet, logger: Logger): Promise<FastifyInstance> {
  const server = await createHttpServer();
  const status = { faucet_address: wallet.address, amount: wallet.amount };
  server.all("/", () => status);
  server.all("/status", () => status);
  server.all("/faucet", async (request, reply) => {
    const address = addressOf(request.url);
    if (address === undefined) return reply.code(400).send({ error: "address is required" });
    try {
      return { txhash: await wallet.send(address) };
    } catch (error) {
      if (!(error instanceof LocalError)) logger.error("the faucet failed", {}, error);
      const message = error instanceof LocalError ? error.message : "internal error";
      return reply.code(500).send({ error: message });
    }
  });
  server.setNotFoundHandler((_request, reply) => reply.code(200).type("text/plain").send("Invalid Request!"));
  return server;
}
