/**
 * The `enclavenet` command.
 * @module
 */
import { Command } from "commander";
import { fetchCollateralCommand } from "./cli/fetch-collateral-command.ts";
import { initCommand } from "./cli/init-command.ts";
import { localnetCommand } from "./cli/localnet-command.ts";
import { machinesCommand } from "./cli/machines-command.ts";
import { registerCommand } from "./cli/register-command.ts";
import { revokeCommand } from "./cli/revoke-command.ts";
import { rotateCommand } from "./cli/rotate-command.ts";
import { errorText } from "./cli/run-node.ts";
import { startCommand } from "./cli/start-command.ts";
import { upgradeCommand } from "./cli/upgrade-command.ts";
import { verifyQuoteCommand } from "./cli/verify-quote-command.ts";
import { VERSION } from "./version.ts";

const program = new Command("enclavenet")
  .description("Secret contracts in attested enclaves: networks, nodes and tools.")
  .version(VERSION)
  .showHelpAfterError()
  .addCommand(localnetCommand())
  .addCommand(initCommand())
  .addCommand(registerCommand())
  .addCommand(revokeCommand())
  .addCommand(rotateCommand())
  .addCommand(upgradeCommand())
  .addCommand(machinesCommand())
  .addCommand(startCommand())
  .addCommand(verifyQuoteCommand())
  .addCommand(fetchCollateralCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
}
