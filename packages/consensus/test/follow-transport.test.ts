/** Sources that say too much, nothing, or what is no answer, over real connections. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Mutants } from "../../../tests/support/mutant.ts";
import { downloadGenesis, httpTransport } from "../src/index.ts";
import { type Follower, openFollower, untilRefused } from "./support/follow/follower.ts";
import { twoValidators } from "./support/follow/leader.ts";

const servers: Server[] = [];
const followers: Follower[] = [];
const mutants = new Mutants<{ httpTransport: typeof httpTransport }>(
  "packages/consensus/src/follow/source/transport.ts",
);

afterAll(() => mutants.remove());
afterEach(async () => {
  for (const { engine } of followers.splice(0)) await engine.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => answer(request, response));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
const limits = { maxBytes: 1024 * 1024, timeoutMs: 10_000, signal: never };
const MIB = Buffer.alloc(1024 * 1024, " ");

/** Says two MiB, and what it has said when the listener goes away. */
const huge: RequestListener = (_request, response) => {
  response.write(MIB);
  response.end(MIB);
};

/** Never ends. */
const endless: RequestListener = (_request, response) => {
  const more = (): void => {
    if (!response.destroyed) response.write(MIB, () => setImmediate(more));
  };
  more();
};

describe("a source", () => {
  it.each([
    ["that says too much", huge],
    ["that never ends", endless],
  ])("%s is cut off: FOLLOW_TOO_LARGE", async (_, answer) => {
    const transport = httpTransport(await listen(answer));
    await expect(transport.post("{}", limits)).rejects.toMatchObject({ code: "FOLLOW_TOO_LARGE" });
  });

  it("that says too much is heard out by a build without the limit", async () => {
    const text = "if (length > maxBytes) return undefined;";
    const file = "packages/common/src/bounded-body.ts";
    const mutant = await mutants.without([{ file, text, without: "" }]);
    expect(await mutant.httpTransport(await listen(huge)).post("{}", limits)).toHaveLength(2 * MIB.length);
  });

  it.each([
    ["that says nothing", (() => {}) as RequestListener],
    ["that stops in the middle", ((_request, response) => void response.write("[")) as RequestListener],
  ])("%s is given up: FOLLOW_TIMEOUT", async (_, answer) => {
    const transport = httpTransport(await listen(answer));
    const waiting = transport.post("{}", { ...limits, timeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({ code: "FOLLOW_TIMEOUT" });
  });

  it("that stops in the middle is given up though garbage was collected meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const answered = listen((_request, response) => void response.write("["));
    const waiting = httpTransport(await answered).post("{}", { ...limits, timeoutMs: 400 });
    const refused = expect(waiting).rejects.toMatchObject({ code: "FOLLOW_TIMEOUT" });
    for (let round = 0; round < 10; round++) {
      await setTimeout(20);
      collect();
    }
    await refused;
  });

  it("that sends on elsewhere is not followed there", async () => {
    let reached = false;
    const other = await listen((_request, response) => {
      reached = true;
      response.end("{}");
    });
    const transport = httpTransport(await listen((_r, response) => response.writeHead(307, { location: other }).end()));
    await expect(transport.post("{}", limits)).rejects.toMatchObject({ code: "FOLLOW_UNREACHABLE" });
    expect(reached).toBe(false);
  });

  it("that is gone, or breaks off: FOLLOW_UNREACHABLE", async () => {
    const broken = httpTransport(await listen((_request, response) => response.destroy()));
    await expect(broken.post("{}", limits)).rejects.toMatchObject({ code: "FOLLOW_UNREACHABLE" });
    const url = await listen(() => {});
    await new Promise((closed) => servers.pop()?.close(closed));
    await expect(httpTransport(url).post("{}", limits)).rejects.toMatchObject({ code: "FOLLOW_UNREACHABLE" });
  });

  it.each([
    ["<html>", "FOLLOW_RESPONSE"],
    ["null", "FOLLOW_RESPONSE"],
    ["{}", "FOLLOW_RESPONSE"],
    ['{"result":{}}', "FOLLOW_RESPONSE"],
    ['{"result":{"node_info":{"network":"secretdev-1"}}}', "FOLLOW_RESPONSE"],
    ['{"error":{"code":-32603,"message":"Internal error","data":"\\u001b[31m no"}}', "FOLLOW_REFUSED"],
    ['{"result":{"node_info":{"network":"other-1"}}}', "FOLLOW_GENESIS"],
  ])("that answers %s is refused: %s", async (text, code) => {
    const sources = [httpTransport(await listen((_request, response) => response.end(text)))];
    const follower = await openFollower({ genesis: twoValidators(), sources });
    followers.push(follower);
    follower.engine.start();
    expect(await untilRefused(follower)).toBe(code);
    expect(follower.engine.progress().lastError?.message).not.toContain("\u001b");
    expect(follower.engine.reader.latestHeight()).toBe(0n);
  });

  it("whose genesis document has no end is refused", async () => {
    const chunk = { result: { chunk: "0", total: "1000000", data: "" } };
    const transport = httpTransport(await listen((_request, response) => response.end(JSON.stringify(chunk))));
    await expect(downloadGenesis(transport, never)).rejects.toMatchObject({ code: "FOLLOW_TOO_LARGE" });
  });

  it("is left in the middle of a request when the node stops", async () => {
    const sources = [httpTransport(await listen(() => {}))];
    const follower = await openFollower({ genesis: twoValidators(), sources });
    follower.engine.start();
    await follower.engine.stop();
    expect(follower.engine.progress().lastError).toBeUndefined();
  });
});
