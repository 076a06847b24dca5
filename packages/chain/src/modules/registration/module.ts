/**
 * The registration module: the network's public keys, the nodes that hold its seeds, and the evidence for both.
 *
 * Spec: 01 §2.3 (genesis), §2.4 (store), §3 (registration), §8 (states of a node).
 * @module
 */
import type { ChainModule } from "../../baseapp/module.ts";
import { authorityApproves } from "./approval.ts";
import { exportNodes, exportRegister, initNodes, initRegister } from "./genesis.ts";
import { registrationMessages } from "./messages.ts";
import { registrationQueries } from "./queries.ts";
import { Registrar, type RegistrationTools } from "./registrar.ts";

/** Upstream's module, and behind it the part of genesis that is ours. */
export function registrationModules(tools: Omit<RegistrationTools, "approval">): readonly ChainModule[] {
  const registrar = new Registrar({ ...tools, approval: authorityApproves });
  return [
    {
      name: "register",
      messages: registrationMessages(registrar),
      queries: registrationQueries(),
      initGenesis: initRegister,
      exportGenesis: exportRegister,
      endBlock(ctx) {
        registrar.settle(ctx);
        return [];
      },
    },
    { name: "nodes", messages: [], queries: [], initGenesis: initNodes, exportGenesis: exportNodes },
  ];
}
