/**
 * `enclavenet upgrade`: another enclave program takes over what the one of a home holds.
 * @module
 */
import { resolve } from "node:path";
import { fromHex, toHex } from "@enclavenet/common";
import { create, encodeAny, enclavenetRegistration as own } from "@enclavenet/proto";
import { Command, Option } from "commander";
import { writeFileDurably } from "../home/files.ts";
import { sendMessage } from "../register/send-message.ts";
import { approveCommandText } from "../upgrade/approve-text.ts";
import { decodeExchangeFile, encodeExchangeFile, MAX_EXCHANGE_FILE } from "../upgrade/exchange-file.ts";
import { exportUpgrade } from "../upgrade/export.ts";
import { importUpgrade } from "../upgrade/import.ts";
import { prepareUpgrade } from "../upgrade/prepare.ts";
import { type EvidenceFlags, evidenceOptions, withEvidence } from "./collateral-options.ts";
import { homeOption } from "./home-option.ts";
import { readTextInput } from "./input-files.ts";
import { parseMeasurement, parseRtmrs } from "./parse.ts";
import { type PayerFlags, payerOf, withPayer } from "./payer-options.ts";
import { enclaveOption, enclaveOptions } from "./run-node.ts";

const HELP = `
What an enclave has sealed opens for its own program alone. For the next release it is handed over, from enclave to enclave, with both
releases installed:

  1. new release: enclavenet upgrade prepare --home DIR --out request.json         (the node may run)
  2. authority:   enclavenet upgrade approve --measurement HEX --node URL --mnemonic-file FILE
  3. old release: enclavenet upgrade export request.json --home DIR --out package.json   (from here on the node is stopped)
  4. new release: enclavenet upgrade import package.json --home DIR
  5. new release: enclavenet start --home DIR

prepare prints the measurement. The old enclave hands over only to a program that its network approved, and the new one takes only from
programs that stand in it as those before it. The files hold nothing that can be read without the new enclave's key.`;

interface Flags extends EvidenceFlags {
  readonly home: string;
  readonly json?: true;
}

function print(flags: Pick<Flags, "json">, json: object, text: string): void {
  console.log(flags.json === true ? JSON.stringify(json) : text);
}

async function prepare(flags: Flags & { readonly out: string }): Promise<void> {
  const { file, program } = await prepareUpgrade({
    home: resolve(flags.home),
    ...evidenceOptions(flags),
  });
  writeFileDurably(resolve(flags.out), encodeExchangeFile(file));
  const [measurement, rtmrs] = [toHex(program.measurement), program.rtmrs.map((rtmr) => toHex(rtmr))];
  print(
    flags,
    { event: "prepared", chain_id: file.chainId, measurement, rtmrs, file: resolve(flags.out) },
    `The new enclave asks for what the one of ${file.chainId} holds. Let the network's authority approve its program:
  ${approveCommandText(program)}
Then stop the node and let the old release hand over:
  enclavenet upgrade export ${flags.out} --home ${flags.home} --out package.json`,
  );
}

async function exportTo(path: string, flags: Flags & { readonly out: string }): Promise<void> {
  const request = decodeExchangeFile(readTextInput(path, "request", MAX_EXCHANGE_FILE), "request");
  const file = await exportUpgrade({ home: resolve(flags.home), ...evidenceOptions(flags), request });
  writeFileDurably(resolve(flags.out), encodeExchangeFile(file));
  const height = Number(file.height);
  print(
    flags,
    { event: "exported", chain_id: file.chainId, height, file: resolve(flags.out) },
    `Handed over as of height ${height}. Do not start this release on the home again. Next, with the new one:
  enclavenet upgrade import ${flags.out} --home ${flags.home}`,
  );
}

async function importFrom(path: string, flags: Flags): Promise<void> {
  const file = decodeExchangeFile(readTextInput(path, "package", MAX_EXCHANGE_FILE), "package");
  const time = Math.floor(Date.now() / 1000);
  const options = { home: resolve(flags.home), ...enclaveOptions(flags.enclave), file, time };
  const { chainId, height, previous } = await importUpgrade(options);
  print(
    flags,
    { event: "imported", chain_id: chainId, height: Number(height), previous },
    `The new enclave has taken over ${chainId} at height ${height}. Start the node:
  enclavenet start --home ${flags.home}
What the old one had sealed is in ${previous}: remove it when the node runs.`,
  );
}

interface ApproveFlags extends PayerFlags {
  readonly measurement: string;
  readonly rtmrs: readonly string[];
  readonly json?: true;
}

const GAS = 200_000n;

async function approve(flags: ApproveFlags): Promise<void> {
  const schema = own.MsgApproveUpgradeSchema;
  const measurement = fromHex(flags.measurement);
  const rtmrs = flags.rtmrs.map((text) => fromHex(text));
  const { height } = await sendMessage({
    node: flags.node,
    payer: payerOf(flags),
    gasLimit: GAS,
    waitMs: flags.wait * 1000,
    message: (sender) => encodeAny(schema, create(schema, { sender, measurement, rtmrs })),
  });
  print(
    flags,
    { event: "approved", height: Number(height) },
    `Since height ${height} enclaves of this network hand over to ${flags.measurement}, and let it in.`,
  );
}

function approveCommand(): Command {
  const command = new Command("approve")
    .description("let the network's enclaves hand over to a program, as the network's authority")
    .addOption(
      new Option("--measurement <hex>", "MRENCLAVE, MRTD, or the SHA-256 of a development enclave's bundle")
        .argParser(parseMeasurement)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--rtmrs <hex,...>", "RTMR 0 to 3 of a trust domain").default([], "none").argParser(parseRtmrs),
    )
    .option("--json", "print one line of JSON");
  return withPayer(command).action(approve);
}

export function upgradeCommand(): Command {
  const out = "where it is written to; it holds nothing readable";
  const prepareCommand = withEvidence(new Command("prepare"))
    .description("let this release's enclave ask for what the enclave of a home holds")
    .addOption(homeOption())
    .requiredOption("--out <file>", out)
    .option("--json", "print one line of JSON")
    .action(prepare);
  const exportCommand = withEvidence(new Command("export"))
    .description("let the enclave of a home, whose node is stopped, hand over to the one that asks")
    .argument("<request>", "what prepare wrote")
    .addOption(homeOption())
    .requiredOption("--out <file>", out)
    .option("--json", "print one line of JSON")
    .action(exportTo);
  const importCommand = new Command("import")
    .description("let this release's enclave take over, in the home whose node is stopped")
    .argument("<package>", "what export wrote")
    .addOption(enclaveOption())
    .addOption(homeOption())
    .option("--json", "print one line of JSON")
    .action(importFrom);
  return new Command("upgrade")
    .description("hand over what an enclave holds to the enclave of the next release")
    .showHelpAfterError("All options: enclavenet upgrade --help")
    .addHelpText("after", HELP)
    .addCommand(prepareCommand)
    .addCommand(approveCommand())
    .addCommand(exportCommand)
    .addCommand(importCommand);
}
