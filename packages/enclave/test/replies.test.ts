/**
 * Replies inside the enclave, honest ones; lies about them are in the table of attacks. Spec 02 §5.6, 03 §4.7.
 */
import { ReplyOn } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { answered } from "./support/attacks/replies.ts";
import { World } from "./support/world.ts";

function lastReply(world: World, contract: ReturnType<World["instantiate"]>): unknown {
  return world.query(contract, { get_last_reply: {} });
}

describe("a reply", () => {
  it("brings the callee's data under the contract's own id, and is charged", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1);
    const { deliver, callee } = answered(world, contract, "always");
    expect(callee.internalMsgId).toBeDefined();
    const { result } = deliver();
    expect(result.usedGas).toBeGreaterThan(0n);
    expect(result.internalMsgId).toBeUndefined();
    world.end();
    expect(lastReply(world, contract)).toEqual({ id: 7, data: Buffer.from("hello").toString("base64"), error: null });
  });

  it("brings the text of the callee's error", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1);
    const { deliver } = answered(world, contract, "error", { fail: { text: "no" } });
    deliver();
    world.end();
    expect(lastReply(world, contract)).toEqual({ id: 7, data: null, error: "Generic error: no" });
  });

  it("is nobody's to give when the callee's caller did not ask", () => {
    const world = new World(createEnclave);
    const { callee } = answered(world, world.instantiate(1), "never");
    expect(callee.internalMsgId).toBeUndefined();
    expect(callee.messages.every(({ replyOn }) => replyOn === ReplyOn.never)).toBe(true);
  });
});
