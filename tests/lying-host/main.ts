/**
 * `npm run lying-host`: every attack before the shipped bundle, the same step without the lie, and the attack before a bundle without
 * the check. Prints a table; `npm run lying-host -- --help` lists the options.
 * @module
 */
import { parseArgs } from "node:util";
import type { Attack } from "../../packages/enclave/test/support/attacks/attack.ts";
import { Bundles } from "./support/bundles.ts";
import { play, type Refusal } from "./support/play.ts";
import { table } from "./support/table.ts";

const HELP = `npm run lying-host -- [--only TEXT] [--json] [--list]

  --only TEXT   only attacks whose group or name contains TEXT
  --json        one line of JSON per attack instead of a table
  --list        names of the attacks

Each attack is played before the shipped enclave in its own process: the lie has to be refused with its
status, or end the enclave with its exit code, and the same step without the lie has to go well. Then it is
played before a bundle of the same sources without the check, where it has to get through.

Exits with 1 when one does not end so.`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    root: { type: "string", default: "." },
  },
});

interface Row {
  readonly group: string;
  readonly attack: string;
  readonly refused: string;
  readonly check: string;
  readonly honest: string;
  readonly without: string;
  readonly ok: boolean;
}

const textOf = (refusal: Refusal | undefined): string => {
  if (refusal === undefined) return "NOT REFUSED";
  return "exits" in refusal ? `exit code ${refusal.exits.join(", ")}` : refusal.status;
};

const isExpected = ({ status, exit }: Attack, refusal: Refusal | undefined): boolean =>
  textOf(refusal) === (exit === undefined ? status : `exit code ${exit}`);

const problem = (error: unknown): string => `failed: ${error instanceof Error ? error.message : String(error)}`;

async function shippedColumns(attack: Attack, bundles: Bundles): Promise<Pick<Row, "refused" | "check" | "honest">> {
  try {
    const { refusal, honest } = await play(attack, await bundles.whole(attack), true);
    const check = refusal !== undefined && "check" in refusal ? refusal.check : undefined;
    const refused = isExpected(attack, refusal) ? textOf(refusal) : `${textOf(refusal)}, not ${attack.status}`;
    return { refused, check: check ?? "", honest: honest === true ? "passes" : "not tried" };
  } catch (error) {
    return { refused: "?", check: "", honest: problem(error) };
  }
}

async function withoutColumn(attack: Attack, bundles: Bundles): Promise<string> {
  try {
    const without = await bundles.without([attack.check].flat(), attack);
    const { refusal } = await play(attack, without, false);
    return refusal === undefined ? "gets through" : textOf(refusal);
  } catch (error) {
    return problem(error);
  }
}

async function rowOf(group: string, attack: Attack, bundles: Bundles): Promise<Row> {
  const columns = await shippedColumns(attack, bundles);
  const without = await withoutColumn(attack, bundles);
  const wanted = attack.exit === undefined ? attack.status : `exit code ${attack.exit}`;
  const ok = columns.refused === wanted && columns.honest === "passes" && without === "gets through";
  return { group, attack: attack.name, ...columns, without, ok };
}

function print({ group, attack, refused, honest, without, ok }: Row): void {
  const columns = [`${group}: ${attack}`.padEnd(92), refused.padEnd(29), honest.padEnd(7), without];
  console.log(`${ok ? "ok " : "BAD"} ${columns.join(" ")}`);
}

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const chosen = Object.entries(table)
    .flatMap(([group, attacks]) => attacks.map((attack) => ({ group, attack })))
    .filter(({ group, attack }) => `${group}: ${attack.name}`.includes(options.only));
  if (options.list) {
    for (const { group, attack } of chosen) console.log(`${group}: ${attack.name}`);
    return;
  }
  const bundles = new Bundles();
  let bad = 0;
  try {
    if (!options.json) console.log(`    ${"attack".padEnd(92)} ${"refused with".padEnd(29)} honest  without the check`);
    for (const { group, attack } of chosen) {
      const row = await rowOf(group, attack, bundles);
      if (!row.ok) bad++;
      if (options.json) console.log(JSON.stringify(row));
      else print(row);
    }
  } finally {
    bundles.remove();
  }
  if (!options.json) console.log(`\n${chosen.length} attacks, ${bad} not as they should be.`);
  process.exitCode = bad === 0 && chosen.length > 0 ? 0 : 1;
}

await main();
