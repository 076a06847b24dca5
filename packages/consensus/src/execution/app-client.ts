/**
 * The application as this engine calls it: every failure becomes a LocalError that names the call.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import { applicationFailed } from "./fatal.ts";

function named<Args extends readonly unknown[], Answer>(
  call: string,
  method: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      throw applicationFailed(call, error);
    }
  };
}

/** `application` with errors that say where it failed. */
export function createAppClient(application: AsyncApplication): AsyncApplication {
  return {
    info: named("info", () => application.info()),
    initChain: named("initChain", (request) => application.initChain(request)),
    checkTx: named("checkTx", (request) => application.checkTx(request)),
    prepareProposal: named("prepareProposal", (request) => application.prepareProposal(request)),
    processProposal: named("processProposal", (request) => application.processProposal(request)),
    finalizeBlock: named("finalizeBlock", (request) => application.finalizeBlock(request)),
    commit: named("commit", () => application.commit()),
    query: named("query", (request) => application.query(request)),
  };
}
