/**
 * `enclavenet revoke`.
 * @module
 */
import { fromHex } from "@enclavenet/common";
import { create, encodeAny, enclavenetRegistration as own } from "@enclavenet/proto";
import { Command, Option } from "commander";
import { sendMessage } from "../register/send-message.ts";
import { parsePublicKey } from "./parse.ts";
import { type PayerFlags, payerOf, withPayer } from "./payer-options.ts";

interface Flags extends PayerFlags {
  readonly nodeId: string;
}

const GAS = 150_000n;

const HELP = `
Sent by the account that the network's genesis names as authority. The node cannot register again under its key. It keeps the seeds that
it has: revoking keeps it out of what comes, not out of what was.

  enclavenet revoke --node-id f5aa… --node http://127.0.0.1:26657 --mnemonic-file FILE`;

async function run(flags: Flags): Promise<void> {
  const schema = own.MsgRevokeNodeSchema;
  const publicKey = fromHex(flags.nodeId);
  const { height } = await sendMessage({
    node: flags.node,
    payer: payerOf(flags),
    gasLimit: GAS,
    waitMs: flags.wait * 1000,
    message: (sender) => encodeAny(schema, create(schema, { sender, publicKey })),
  });
  console.log(`The node ${flags.nodeId} is revoked since height ${height}.`);
}

export function revokeCommand(): Command {
  const command = new Command("revoke")
    .description("end the registration of a node, as the network's authority")
    .showHelpAfterError("All options: enclavenet revoke --help")
    .addOption(
      new Option("--node-id <key>", "registration key of the node, 64 hexadecimal digits")
        .argParser(parsePublicKey)
        .makeOptionMandatory(),
    );
  return withPayer(command).addHelpText("after", HELP).action(run);
}
