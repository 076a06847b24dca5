/** Where two runs part: the first block, and the first transaction in it, whose line differs. */

const FIELDS = ["appHash", "resultsHash", "gas", "query"];

function transactionDifference(expected, actual) {
  const length = Math.max(expected.txs.length, actual.txs.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [expected.txs[index], actual.txs[index]].map((tx) => JSON.stringify(tx));
    if (one !== other) return { index, expected: one, actual: other };
  }
  return undefined;
}

/** Undefined when both runs printed the same lines. */
export function firstDifference(expected, actual) {
  const length = Math.max(expected.length, actual.length);
  for (let at = 0; at < length; at++) {
    if (expected[at] === actual[at]) continue;
    if (expected[at] === undefined || actual[at] === undefined) {
      return { height: at + 1, what: ["length"], expected: expected.length, actual: actual.length };
    }
    const [one, other] = [JSON.parse(expected[at]), JSON.parse(actual[at])];
    const tx = transactionDifference(one, other);
    const what = FIELDS.filter((field) => one[field] !== other[field]);
    return {
      height: one.height,
      what: tx === undefined ? what : ["txs", ...what],
      ...(tx === undefined ? {} : { tx }),
    };
  }
  return undefined;
}

/**
 * A difference in words.
 *
 * @param {{ height: number, what: string[], tx?: any, expected?: number, actual?: number }} difference
 */
export function differenceText({ height, what, tx, expected, actual }) {
  if (tx === undefined) {
    const lengths = expected === undefined ? "" : `: ${expected} blocks became ${actual}`;
    return `first at block ${height}: ${what.join(", ")}${lengths}`;
  }
  return `first at block ${height}, transaction ${tx.index} (${what.join(", ")}):\n    ${tx.expected}\n    ${tx.actual}`;
}
