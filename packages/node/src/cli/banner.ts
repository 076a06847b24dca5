/**
 * What a person sees when the network is up.
 * @module
 */
import { teeWarning } from "../assembly/tee-text.ts";
import { LOCAL_ACCOUNTS } from "../localnet/accounts.ts";
import type { Localnet } from "../localnet/localnet.ts";
import { addressLines, enclaveLines } from "./node-report.ts";

/** Lines for the terminal. */
export function banner(net: Localnet): string {
  const width = Math.max(...LOCAL_ACCOUNTS.map(({ name }) => name.length));
  const accounts = LOCAL_ACCOUNTS.map(({ name, address }) => `    ${name.padEnd(width)}  ${address}`);
  return [
    "",
    `  Enclavenet local network ${net.chainId} at height ${net.height()}`,
    "",
    ...addressLines(net),
    `    Faucet  ${net.urls.faucet}/faucet?address=secret1…`,
    ...enclaveLines(net),
    "",
    "  Accounts (LocalSecret's, public mnemonics: enclavenet localnet --help)",
    ...accounts,
    "",
    ...teeWarning(net.enclaveTee).map((line) => `  ${line}`),
    "  The one validator key is this node's own. It proves nothing against whoever runs this machine.",
    "",
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}
