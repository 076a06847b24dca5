/**
 * A lane of calls into the executor thread: a port whose calls are answered in order, one batch of answers per batch of
 * calls. The thread is synchronous, so a lane can also be asked to work in the middle of another lane's call, where that
 * call only waits: for the enclave's answer, or between two transactions of a block.
 * @module
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type ExecutorAnswer, type ExecutorCall, plainError } from "./protocol.ts";

/** Runs one call; what it throws is answered as an error. */
export type RunCall = (call: ExecutorCall) => unknown;

/** The thread's end of a lane. */
export class Lane {
  readonly #port: MessagePort;
  readonly #run: RunCall;
  /** Received, not answered yet. */
  #waiting: ExecutorCall[] = [];
  #answers: ExecutorAnswer[] = [];
  #scheduled = false;

  constructor(port: MessagePort, run: RunCall) {
    this.#port = port;
    this.#run = run;
    port.on("message", (calls: ExecutorCall[]) => {
      this.#waiting.push(...calls);
      this.#work(Number.POSITIVE_INFINITY);
    });
  }

  /** Answers at most `limit` calls that are there already. */
  workAhead(limit: number): void {
    if (this.#waiting.length === 0) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#waiting = received.message as ExecutorCall[];
    }
    this.#work(limit);
  }

  #work(limit: number): void {
    for (let done = 0; done < limit; done++) {
      const call = this.#waiting.shift();
      if (call === undefined) break;
      this.#answers.push(this.#answer(call));
    }
    this.#scheduleRest();
    const answers = this.#answers;
    if (answers.length === 0) return;
    this.#answers = [];
    this.#port.postMessage(answers);
  }

  /** What a limit left over is answered when the thread is free again; no event would bring it up. */
  #scheduleRest(): void {
    if (this.#waiting.length === 0 || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#work(Number.POSITIVE_INFINITY);
    });
  }

  #answer(call: ExecutorCall): ExecutorAnswer {
    try {
      return { id: call.id, ok: this.#run(call) };
    } catch (error) {
      return { id: call.id, error: plainError(error) };
    }
  }
}
