/**
 * Many modules in a row, and what they reached.
 * @module
 */
import { compareModule } from "./compare.ts";
import { INTEGER_OPCODES } from "./operators.ts";

/** What a run has reached so far; shares count modules. */
export interface Tally {
  readonly seed: number;
  readonly modules: number;
  readonly opcodes: { readonly reached: number; readonly all: number; readonly missing: readonly number[] };
  readonly grows: number;
  readonly indirectCalls: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly index: number;
  readonly difference: string;
}

/** Which modules to try. */
export interface Campaign {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Ends after so many findings. */
  readonly maxFindings: number;
  /** Asked now and then; `false` ends the run. */
  progress?(tally: Tally): boolean;
}

const PROGRESS_EVERY = 500;

/** Collects verdicts. */
class Collector {
  readonly #seed: number;
  readonly #opcodes = new Set<number>();
  readonly #endings = new Map<string, number>();
  readonly #findings: Finding[] = [];
  #modules = 0;
  #grows = 0;
  #indirectCalls = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get findings(): number {
    return this.#findings.length;
  }

  get modules(): number {
    return this.#modules;
  }

  add(index: number): void {
    this.#modules++;
    let verdict: ReturnType<typeof compareModule>;
    try {
      verdict = compareModule(this.#seed, index);
    } catch (error) {
      this.#findings.push({ index, difference: `thrown: ${(error as Error).message}` });
      return;
    }
    if (verdict.difference !== undefined) this.#findings.push({ index, difference: verdict.difference });
    for (const op of verdict.opcodes) this.#opcodes.add(op);
    for (const ending of verdict.endings) this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    if (verdict.grows) this.#grows++;
    if (verdict.indirectCalls) this.#indirectCalls++;
  }

  tally(): Tally {
    const missing = INTEGER_OPCODES.filter((op) => !this.#opcodes.has(op));
    return {
      seed: this.#seed,
      modules: this.#modules,
      opcodes: { reached: INTEGER_OPCODES.length - missing.length, all: INTEGER_OPCODES.length, missing },
      grows: this.#grows,
      indirectCalls: this.#indirectCalls,
      endings: Object.fromEntries([...this.#endings].sort(([a], [b]) => (a < b ? -1 : 1))),
      findings: this.#findings,
    };
  }
}

/** Compares the modules of a campaign, one after the other. */
export function runCampaign({ seed, first, count, maxFindings, progress }: Campaign): Tally {
  const collector = new Collector(seed);
  for (let index = first; index < first + count && collector.findings < maxFindings; index++) {
    collector.add(index);
    if (collector.modules % PROGRESS_EVERY === 0 && progress?.(collector.tally()) === false) break;
  }
  return collector.tally();
}
