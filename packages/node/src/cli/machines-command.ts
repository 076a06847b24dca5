/**
 * `enclavenet machines`.
 * @module
 */
import { fromHex } from "@enclavenet/common";
import { create, encodeAny, enclavenetRegistration as own } from "@enclavenet/proto";
import { Command, Option } from "commander";
import { sendMessage } from "../register/send-message.ts";
import { parseMachineIds } from "./parse.ts";
import { type PayerFlags, payerOf, withPayer } from "./payer-options.ts";

interface Flags extends PayerFlags {
  readonly allow: readonly string[];
  readonly forbid: readonly string[];
  readonly list: "on" | "off";
}

/** Each machine costs a record. */
const GAS = { base: 150_000n, perMachine: 10_000n } as const;

const HELP = `
Sent by the account that the network's genesis names as authority. GET /enclavenet/registration/v1/machines shows the list; the step
"evidence" of \`enclavenet register\` shows a machine's id. Nodes that registered before stay.

  enclavenet machines --allow 48d7… --list on --node http://127.0.0.1:26657 --mnemonic-file FILE`;

async function run(flags: Flags): Promise<void> {
  const schema = own.MsgUpdateMachinesSchema;
  const { allow, forbid } = flags;
  const restricted = flags.list === "on";
  const ids = (texts: readonly string[]) => texts.map((text) => fromHex(text));
  const { height } = await sendMessage({
    node: flags.node,
    payer: payerOf(flags),
    gasLimit: GAS.base + GAS.perMachine * BigInt(allow.length + forbid.length),
    waitMs: flags.wait * 1000,
    message: (sender) =>
      encodeAny(schema, create(schema, { sender, allow: ids(allow), forbid: ids(forbid), restricted })),
  });
  console.log(`Since height ${height} ${restricted ? "only machines of the list" : "all machines"} may register.`);
}

function idsOption(flag: string, what: string): Option {
  return new Option(`${flag} <ids>`, `${what}: ids of 40 hexadecimal digits, separated by commas`)
    .default([], "none")
    .argParser(parseMachineIds);
}

export function machinesCommand(): Command {
  const command = new Command("machines")
    .description("change the list of the machines that may register, as the network's authority")
    .showHelpAfterError("All options: enclavenet machines --help")
    .addOption(idsOption("--allow", "machines to put on the list"))
    .addOption(idsOption("--forbid", "machines to take off it"))
    .addOption(
      new Option("--list <which>", "whether only machines of the list may register")
        .choices(["on", "off"])
        .makeOptionMandatory(),
    );
  return withPayer(command).addHelpText("after", HELP).action(run);
}
