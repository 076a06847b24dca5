/**
 * Which tests of the client's own suite this chain is held against: whole files, and of `test.ts` the blocks whose modules exist
 * here. A block is named by a pattern on full test names, as `jest -t` takes it.
 */

/** Files of which every test is run. */
const WHOLE_FILES = ["snip20", "snip721", "snip1155", "permit", "metamask"];

/** The file of which only BLOCKS are run. */
const MAIN = "test";

export const BLOCKS = [
  { name: "query", pattern: "query (getTx|query at height|txsQuery)" },
  { name: "query.auth", pattern: "query\\.auth " },
  { name: "query.compute", pattern: "query\\.compute " },
  { name: "tx", pattern: "tx Offline Signing$" },
  { name: "tx.bank", pattern: "tx\\.bank (MsgSend|MsgMultiSend)$" },
  { name: "tx.compute", pattern: "tx\\.compute " },
  { name: "tx broadcast multi", pattern: "tx broadcast multi " },
  { name: "utils", pattern: "utils " },
  { name: "url", pattern: "url with" },
];

export const NAMES = [...WHOLE_FILES, MAIN];

const fileOf = (name) => (name === MAIN ? "test/test.ts" : `test/${name}.test.ts`);

/** The runs of jest that cover `names`: whole files together, the main file by itself, since a pattern holds for all files. */
export function runsOf(names) {
  const whole = WHOLE_FILES.filter((name) => names.includes(name));
  const runs = whole.length === 0 ? [] : [{ names: whole, files: whole.map(fileOf), blocks: undefined }];
  if (names.includes(MAIN)) runs.push({ names: [MAIN], files: [fileOf(MAIN)], blocks: BLOCKS });
  return runs;
}

/** One pattern for all blocks, anchored: "tx" must not match inside other names. */
export function patternOf(blocks) {
  return `^(${blocks.map(({ pattern }) => pattern).join("|")})`;
}
