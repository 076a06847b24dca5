/**
 * `enclavenet rotate`: a new seed for the network, which nodes that were revoked do not get.
 * @module
 */
import { resolve } from "node:path";
import { Command } from "commander";
import { writeFileDurably } from "../home/files.ts";
import { prepareRotation } from "../rotate/prepare.ts";
import { decodeRotationFile, encodeRotationFile, MAX_ROTATION_FILE } from "../rotate/rotation-file.ts";
import { sendRotation } from "../rotate/send.ts";
import { type EvidenceFlags, evidenceOptions, withEvidence } from "./collateral-options.ts";
import { homeOption } from "./home-option.ts";
import { readTextInput } from "./input-files.ts";
import { type PayerFlags, payerOf, withPayer } from "./payer-options.ts";

const HELP = `
The enclave of one node draws the seed and encrypts it to every node that is registered and not revoked. The node is stopped for
that, and started again before the transaction is sent. The seed is used from the block behind the transaction's on.

  enclavenet rotate prepare --home first --out rotation.json
  enclavenet start --home first
  enclavenet rotate send rotation.json --node http://127.0.0.1:26657 --mnemonic-file authority.txt

A rotation fits until the next registration, revocation or rotation; afterwards it is refused, and prepared again.`;

interface PrepareFlags extends EvidenceFlags {
  readonly home: string;
  readonly out: string;
  readonly json?: true;
}

async function prepare(flags: PrepareFlags): Promise<void> {
  const out = resolve(flags.out);
  const file = await prepareRotation({ home: resolve(flags.home), ...evidenceOptions(flags) });
  writeFileDurably(out, encodeRotationFile(file));
  if (flags.json === true) console.log(JSON.stringify({ event: "prepared", file: out }));
  else
    console.log(
      `The new seed is drawn. Send it:\n  enclavenet rotate send ${flags.out} --node URL --mnemonic-file FILE`,
    );
}

interface SendFlags extends PayerFlags {
  readonly json?: true;
}

async function send(path: string, flags: SendFlags): Promise<void> {
  const file = decodeRotationFile(readTextInput(path, "rotation", MAX_ROTATION_FILE));
  const options = { node: flags.node, payer: payerOf(flags), waitMs: flags.wait * 1000 };
  const { height } = await sendRotation({ file, ...options });
  if (flags.json === true) console.log(JSON.stringify({ event: "rotated", height: Number(height) }));
  else console.log(`The network has a new seed, in use from height ${Number(height) + 1} on.`);
}

export function rotateCommand(): Command {
  const prepareCommand = withEvidence(new Command("prepare"))
    .description("let the enclave of a home, whose node is stopped, draw the network's next seed")
    .addOption(homeOption())
    .requiredOption("--out <file>", "where the rotation is written to; it holds no secret")
    .option("--json", "print one line of JSON")
    .action(prepare);
  const sendCommand = withPayer(new Command("send"))
    .description("send what was prepared, as the account that the network lets rotate its seed")
    .argument("<file>", "what prepare wrote")
    .option("--json", "print one line of JSON")
    .action(send);
  return new Command("rotate")
    .description("give the network a new seed, which revoked nodes do not get")
    .showHelpAfterError("All options: enclavenet rotate --help")
    .addHelpText("after", HELP)
    .addCommand(prepareCommand)
    .addCommand(sendCommand);
}
