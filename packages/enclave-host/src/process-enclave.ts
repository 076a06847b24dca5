/**
 * An enclave in its own process, called from the thread that holds the channel.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type EcallResponse, type Enclave, PROTOCOL_VERSION } from "@enclavenet/enclave-api";
import type { CallClock } from "./deadline.ts";
import { fdChannel } from "./fd-channel.ts";
import { EnclaveSession, type SessionHooks } from "./session.ts";

export interface ProcessEnclaveOptions {
  readonly readFd: number;
  readonly writeFd: number;
  /** Shared with the watchdog of the main thread. */
  readonly clock?: CallClock;
  readonly hooks?: SessionHooks;
}

/** Greets the enclave and refuses one of another protocol version (LocalError `ENCLAVE_VERSION`). */
export function greet(enclave: Enclave): EcallResponse<"hello"> {
  const hello = enclave.call("hello", { protocolVersion: PROTOCOL_VERSION });
  if (hello.protocolVersion !== PROTOCOL_VERSION) {
    throw new LocalError("ENCLAVE_VERSION", "node and enclave speak different protocol versions", {
      fix: "build both from one checkout: npm run build",
    });
  }
  return hello;
}

/** The blocking end of a spawned enclave. */
export function processEnclave(options: ProcessEnclaveOptions): Enclave {
  const { clock, hooks = {} } = options;
  return new EnclaveSession(fdChannel(options.readFd, options.writeFd), {
    ...hooks,
    enter(name) {
      clock?.start();
      hooks.enter?.(name);
    },
    leave(name) {
      clock?.stop();
      hooks.leave?.(name);
    },
    ocall(name) {
      clock?.countOcall();
      hooks.ocall?.(name);
    },
  });
}
