/**
 * Lanes into the executor thread: batches, order, and work in the middle of another call.
 * @module
 */
import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { Lane } from "../src/executor/lane.ts";
import { Outbox } from "../src/executor/outbox.ts";
import type { ExecutorAnswer, ExecutorCall } from "../src/executor/protocol.ts";

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

function open(run: (call: ExecutorCall) => unknown) {
  const channel = new MessageChannel();
  channels.push(channel);
  const batches: (readonly ExecutorAnswer[])[] = [];
  channel.port1.on("message", (answers) => batches.push(answers));
  const lane = new Lane(channel.port2, run);
  return { lane, batches, outbox: new Outbox(channel.port1), port: channel.port1 };
}

const call = (id: number): ExecutorCall => ({ id, method: "checkTx", args: [id] });
const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
};
/** Busy until a message that was posted has arrived, without the event loop. */
function workUntil(lane: Lane, limit: number, done: () => boolean): void {
  const end = Date.now() + 10_000;
  while (!done() && Date.now() < end) lane.workAhead(limit);
}

describe("a lane", () => {
  it("gets the calls of one turn as one message and answers them as one, in order", async () => {
    const { batches, outbox } = open(({ args }) => Number(args[0]) * 2);
    for (const id of [1, 2, 3]) outbox.send(call(id));
    await until(() => batches.length > 0);
    expect(batches).toEqual([[1, 2, 3].map((id) => ({ id, ok: id * 2 }))]);
  });

  it("answers what a call throws as an error and goes on", async () => {
    const { batches, outbox } = open(({ id }) => {
      if (id === 1) throw new RangeError("no");
      return "yes";
    });
    outbox.send(call(1));
    outbox.send(call(2));
    await until(() => batches.length > 0);
    expect(batches.flat()).toMatchObject([
      { id: 1, error: { name: "RangeError", message: "no" } },
      { id: 2, ok: "yes" },
    ]);
  });

  it("works on at most so many calls ahead, and on the rest when the thread is free", async () => {
    const ran: number[] = [];
    const { lane, batches, port } = open(({ id }) => ran.push(id));
    port.postMessage([call(1), call(2), call(3)]);
    workUntil(lane, 2, () => ran.length > 0);
    expect(ran).toEqual([1, 2]);
    await until(() => batches.flat().length === 3);
    expect(ran).toEqual([1, 2, 3]);
    expect(batches.flat().map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it("has nothing to do when nothing came", () => {
    const { lane, batches } = open(() => expect.unreachable("there was no call"));
    lane.workAhead(5);
    expect(batches).toEqual([]);
  });
});
