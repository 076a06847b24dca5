import type { EcallRequest } from "@enclavenet/enclave-api";
import { clearAdmin, updateAdmin } from "./contract-engine/administration.ts";
import type { EnclaveOptions } from "./enclave-options.ts";
import { EnclaveState } from "./enclave-state.ts";
import type { HostCalls } from "./host-calls.ts";
import { createProgram, type EnclaveProgram } from "./program.ts";
import { authenticateNode, confirmNode, revokeNode } from "./registration/admission.ts";
import { createRotation, rotateSeed } from "./registration/rotation.ts";
import { evidence } from "./registration/statements.ts";
import { approveUpgrade } from "./registration/upgrade.ts";

/** Builds the enclave over its sealed storage. Throws `SealingFailed` or `KeychainConflict` for what lies there. */
export function createEnclave(options: EnclaveOptions): EnclaveProgram {
  const enclave = new EnclaveState(options);
  return createProgram(
    {
      hello: ({ protocolVersion }: EcallRequest<"hello">) => enclave.hello(protocolVersion),
      status: () => enclave.status(),
      createKeychain: (request: EcallRequest<"createKeychain">) => enclave.createKeychain(request),
      bindNetwork: (request: EcallRequest<"bindNetwork">) => enclave.bindNetwork(request),
      beginBlock: (request: EcallRequest<"beginBlock">) => {
        enclave.running().blocks.begin(request);
        return {};
      },
      endBlock: ({ height }: EcallRequest<"endBlock">) => {
        enclave.running().blocks.end(height);
        return {};
      },
      instantiate: (request: EcallRequest<"instantiate">, host: HostCalls) =>
        enclave.inBlock("instantiate", ({ engine }, block) => engine.instantiate(request, block, host)),
      execute: (request: EcallRequest<"execute">, host: HostCalls) =>
        enclave.inBlock("execute", ({ engine }, block) => engine.execute(request, block, host)),
      reply: (request: EcallRequest<"reply">, host: HostCalls) =>
        enclave.inBlock("reply", ({ engine }, block) => engine.reply(request, block, host)),
      migrate: (request: EcallRequest<"migrate">, host: HostCalls) =>
        enclave.inBlock("migrate", ({ engine }, block) => engine.migrate(request, block, host)),
      updateAdmin: (request: EcallRequest<"updateAdmin">, host: HostCalls) =>
        enclave.inBlock("updateAdmin", ({ keys }, block) => updateAdmin(keys.guard, request, block, host)),
      clearAdmin: (request: EcallRequest<"clearAdmin">, host: HostCalls) =>
        enclave.inBlock("clearAdmin", ({ keys }, block) => clearAdmin(keys.guard, request, block, host)),
      query: (request: EcallRequest<"query">, host: HostCalls) => enclave.query(request, host),
      authenticateNode: (request: EcallRequest<"authenticateNode">, host: HostCalls) =>
        enclave.inBlock("authenticateNode", ({ admission }, block) =>
          authenticateNode(admission, request, block, host),
        ),
      confirmNode: (request: EcallRequest<"confirmNode">) =>
        enclave.inBlock("confirmNode", ({ admission }, block) => confirmNode(admission, request, block)),
      revokeNode: (position: EcallRequest<"revokeNode">, host: HostCalls) =>
        enclave.inBlock("revokeNode", ({ authority }, block) => revokeNode({ position, block, host, authority })),
      rotateSeed: (position: EcallRequest<"rotateSeed">, host: HostCalls) =>
        enclave.inBlock("rotateSeed", ({ admission, authority }, block) =>
          rotateSeed(admission, { position, block, host, authority }),
        ),
      approveUpgrade: (position: EcallRequest<"approveUpgrade">, host: HostCalls) =>
        enclave.inBlock("approveUpgrade", ({ admission, authority }, block) =>
          approveUpgrade(admission, { position, block, host, authority }),
        ),
      exportKeychain: (request: EcallRequest<"exportKeychain">) => enclave.exportKeychain(request),
      importKeychain: (request: EcallRequest<"importKeychain">) => enclave.importKeychain(request),
      settleRegistrations: (request: EcallRequest<"settleRegistrations">) => enclave.settleRegistrations(request),
      createRotation: () => createRotation(enclave.statementParts),
      createRegistration: ({ chainId }: EcallRequest<"createRegistration">) => enclave.createRegistration(chainId),
      importSeeds: (request: EcallRequest<"importSeeds">) => enclave.importSeeds(request),
      evidence: (request: EcallRequest<"evidence">) => ({ quote: evidence(enclave.statementParts, request) }),
      possessionProof: () => enclave.possessionProof(),
      judgeNetwork: (request: EcallRequest<"judgeNetwork">) => enclave.judgeNetwork(request),
    },
    { verbose: options.networkClass === "development", prepare: () => enclave.prepare() },
  );
}
