/** The faucet's HTTP (spec 04 §3.5). */
import { LocalError } from "@enclavenet/common";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, faucetServer, type Inject, recordingLogger } from "./support/servers.ts";

const STATUS = { faucet_address: "secret1faucet", amount: "1000000000" };
const logger = recordingLogger();
const asked: string[] = [];

let server: Awaited<ReturnType<typeof faucetServer>>;
beforeAll(async () => {
  const send = async (recipient: string) => {
    asked.push(recipient);
    if (recipient === "refused") throw new LocalError("FAUCET_REFUSED", "insufficient funds");
    if (recipient === "broken") throw new TypeError("secret detail");
    return "AB";
  };
  server = await faucetServer({ address: STATUS.faucet_address, amount: STATUS.amount, send }, logger);
});
afterAll(() => server.close());

const get = (url: string, method: Inject["method"] = "GET", payload?: string) =>
  ask(server, { method, url, ...(payload === undefined ? {} : { payload }) });

describe("the faucet", () => {
  it.each(["/", "/status", "/status?x"])("tells who it is at %s", async (url) => {
    expect((await get(url)).json()).toEqual(STATUS);
  });

  it.each(["GET", "POST", "PUT"] as const)("sends by %s, whatever the body", async (method) => {
    const answered = await get("/faucet?address=secret1x%20y&z", method, method === "GET" ? undefined : "{");
    expect([answered.status, answered.json()]).toEqual([200, { txhash: "AB" }]);
    expect(asked.at(-1)).toBe("secret1x y");
  });

  it.each(["/faucet", "/faucet?", "/faucet?address=", "/faucet?x=1&address=a", "/faucet/"])(
    "wants the address as first parameter: %s",
    async (url) => {
      const answered = await get(url);
      expect([answered.status, answered.json()]).toEqual([400, { error: "address is required" }]);
    },
  );

  it("tells why it did not send, unless nobody may know", async () => {
    const refused = await get("/faucet?address=refused");
    expect([refused.status, refused.json()]).toEqual([500, { error: "insufficient funds" }]);
    const broken = await get("/faucet?address=broken");
    expect([broken.status, broken.json()]).toEqual([500, { error: "internal error" }]);
    expect(logger.errors).toHaveLength(1);
  });

  it("answers anything else with a text", async () => {
    const answered = await get("/nope");
    expect([answered.status, answered.text]).toEqual([200, "Invalid Request!"]);
    expect((await get("/%zz")).json()).toEqual({ error: "malformed HTTP request" });
  });
});
