/**
 * What a host can do to the pipe: the execute call of a scene, with one answer of the host that is not what it should be.
 * @module
 */

import type { createEnclave } from "@enclavenet/enclave";
import {
  type ByteChannel,
  decode,
  decodeErrorBody,
  ecalls,
  encode,
  encodeFrame,
  type Frame,
  FrameKind,
  type OcallHandlers,
  type OcallName,
  ocalls,
  readFrame,
  type Schema,
} from "@enclavenet/enclave-api";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { executeMsg, signTx } from "../../../packages/enclave/test/support/chain.ts";
import type { RemoteProgram } from "../../../packages/enclave/test/support/enclave-of.ts";
import { type Contract, GAS, World } from "../../../packages/enclave/test/support/world.ts";

const ID = 0x7100_0000;

/** What the host sends back when the enclave asks for a record, given the answer that it should send. */
export type Answering = (honest: Frame) => readonly Uint8Array[];

export const honestly: Answering = (honest) => [encodeFrame(honest)];

function writeAll(channel: ByteChannel, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(channel.write(rest));
}

function serve(handlers: Partial<OcallHandlers>, { id, method, body }: Frame): Frame {
  const [name, call] = Object.entries(ocalls).find(([, { id: number }]) => number === method) ?? [];
  const { request, response } = call as unknown as { request: Schema<unknown>; response: Schema<unknown> };
  const answer = handlers[name as OcallName] as (asked: unknown) => unknown;
  return { kind: FrameKind.result, id, method, body: encode(response, answer(decode(request, body))) };
}

/** A world over a process, and the program under it. */
export class PipeScene {
  readonly world: World;
  readonly contract: Contract;
  #program: RemoteProgram | undefined;

  constructor(create: typeof createEnclave) {
    this.world = new World((options) => {
      this.#program = create(options) as RemoteProgram;
      return this.#program;
    });
    this.contract = this.world.instantiate(1);
  }

  get channel(): ByteChannel {
    if (this.#program === undefined) throw new Error("no enclave was started");
    return this.#program.channel;
  }

  send(bytes: Uint8Array): void {
    writeAll(this.channel, bytes);
  }

  /** Opens a block in which bob increments the counter. */
  open(): void {
    const { world, contract } = this;
    const msg = world.encrypt(world.bob, { increment: {} });
    world.begin([signTx(world.bob, [executeMsg({ sender: world.bob.address, contract: contract.address, msg })])]);
  }

  /** Opens such a block and sends the call, whose questions nobody has answered yet. */
  ask(): void {
    this.open();
    const { world, contract } = this;
    const request = { codeHash: world.codeHash, contractKey: contract.key, gasLimit: GAS, hints: [] };
    const body = encode(ecalls.execute.request, { ...request, origin: world.origin(), sdkGasRemaining: 10_000_000n });
    this.send(encodeFrame({ kind: FrameKind.ecall, id: ID, method: ecalls.execute.id, body }));
  }

  /** Runs it frame by frame; the first read of a record is answered so. */
  increment(answering: Answering): void {
    this.ask();
    const { world, contract, channel } = this;
    const handlers = world.host.handlers(contract.address);
    let first = true;
    for (;;) {
      const frame = readFrame(channel);
      if (frame.kind === FrameKind.error) throw decodeErrorBody(frame.body);
      if (frame.kind === FrameKind.result) break;
      const honest = serve(handlers, frame);
      const lies = first && frame.method === ocalls.readState.id;
      for (const bytes of lies ? answering(honest) : honestly(honest)) this.send(bytes);
      if (lies) first = false;
    }
  }

  /** A later transaction, over the host's own session: what was refused has left nothing behind. */
  goesOn(): void {
    this.world.execute(this.world.bob, this.contract, { increment: {} });
    this.world.end();
  }
}

/** An answer of the host that is not what it should be, beside one that is. */
export function answerAttack(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  answering: Answering,
): Attack {
  return {
    name,
    status,
    check,
    prepare(create) {
      const scene = new PipeScene(create);
      const honest = () => {
        scene.increment(honestly);
        scene.goesOn();
      };
      return { lie: () => scene.increment(answering), honest };
    },
  };
}
