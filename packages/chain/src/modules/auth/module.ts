/**
 * The auth module: accounts.
 * @module
 */
import { cosmosAuth } from "@enclavenet/proto";
import { messageRoute } from "../../baseapp/message-route.ts";
import type { ChainModule } from "../../baseapp/module.ts";
import { exportAuthGenesis, initAuthGenesis } from "./genesis.ts";
import { demandGovernance } from "./governance.ts";
import type { AuthKeeper } from "./keeper.ts";
import { authQueries } from "./queries.ts";

export function authModule(auth: AuthKeeper): ChainModule {
  return {
    name: "auth",
    messages: [
      messageRoute({
        request: cosmosAuth.MsgUpdateParamsSchema,
        response: cosmosAuth.MsgUpdateParamsResponseSchema,
        handle(ctx, message) {
          demandGovernance(auth, message.authority);
          if (message.params !== undefined) auth.setParams(ctx, message.params);
          return {};
        },
      }),
    ],
    queries: authQueries(auth),
    initGenesis: (ctx, state) => initAuthGenesis(auth, ctx, state),
    exportGenesis: (ctx) => exportAuthGenesis(auth, ctx),
  };
}
