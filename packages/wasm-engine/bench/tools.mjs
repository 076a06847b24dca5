/**
 * What the benches of the engine share.
 * @module
 */
import wabtFactory from "wabt";

const wabt = await wabtFactory();

/** Binary of a text module. */
export function assemble(text) {
  const parsed = wabt.parseWat("bench.wat", text);
  try {
    return new Uint8Array(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** Milliseconds of processor time that this process has used. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Milliseconds of processor time of each action, the fastest of `rounds` that take turns. What else a machine does only
 * adds time: the fastest round is the one nearest to the truth.
 */
export function fastest(rounds, actions) {
  const best = actions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    actions.forEach((action, i) => {
      const start = processorMs();
      action();
      best[i] = Math.min(best[i], processorMs() - start);
    });
  }
  return best;
}
