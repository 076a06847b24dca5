/**
 * What a person sees of the first node of a network.
 * @module
 */
import { teeWarning } from "../assembly/tee-text.ts";
import type { ValidatorNode } from "../validator/validator.ts";
import { addressLines, enclaveLines } from "./node-report.ts";

/** Lines for the terminal. */
export function founderBanner(node: ValidatorNode): string {
  return [
    "",
    `  Enclavenet network ${node.chainId} at height ${node.height()}, this node makes its blocks`,
    "",
    ...addressLines(node),
    ...enclaveLines(node),
    "",
    `  Others join it: enclavenet init --home DIR --join ${node.urls.rpc}`,
    "",
    ...teeWarning(node.enclaveTee).map((line) => `  ${line}`),
    "  The one validator key is this node's own. It proves nothing against whoever runs this machine.",
    "",
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}
