/**
 * The faucet: gives test coins to an address (spec 04 §3.5).
 * @module
 */
import { LocalError, type Logger } from "@enclavenet/common";
import type { FastifyInstance } from "fastify";
import { createHttpServer, type HttpAnswer, type HttpProblem } from "../server/http.ts";
import { parseTarget } from "../server/url.ts";

/** The account that pays. */
export interface FaucetWallet {
  readonly address: string;
  /** uscrt per request, without denomination. */
  readonly amount: string;
  /** Sends `amount` to `recipient`; returns the upper-case transaction hash after CheckTx. */
  send(recipient: string): Promise<string>;
}

function faucetProblem(kind: HttpProblem): HttpAnswer {
  if (kind === "internal") return { status: 500, body: { error: "internal error" } };
  return { status: 400, body: { error: kind === "too-large" ? "request body too large" : "malformed HTTP request" } };
}

/** The address, which must be the first parameter. */
function addressOf(url: string): string | undefined {
  const [first] = parseTarget(url).query;
  if (first === undefined || first[0] !== "address" || first[1] === "") return undefined;
  return first[1];
}

/** The faucet server, not listening yet. */
export async function createFaucetServer(wallet: FaucetWallet, logger: Logger): Promise<FastifyInstance> {
  const server = await createHttpServer({ logger, problem: faucetProblem });
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
  // OPTIONS is answered as a preflight.
  const method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  server.route({ method, url: "/*", handler: (_request, reply) => reply.type("text/plain").send("Invalid Request!") });
  return server;
}
