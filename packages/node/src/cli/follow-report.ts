/**
 * What a person or a script sees of a following node: where it answers, and how far it is while it catches up.
 * @module
 */
import type { FollowProgress } from "@enclavenet/consensus";
import { teeWarning } from "../assembly/tee-text.ts";
import type { FollowerNode } from "../follow/follower.ts";
import { addressLines, enclaveLines } from "./node-report.ts";

/** Between two lines while the node is behind, and between two looks. */
const PROGRESS_MS = 2_000;
const LOOK_MS = 200;

/** Lines for the terminal. */
export function followBanner(node: FollowerNode, sources: readonly string[]): string {
  return [
    "",
    `  Enclavenet following node of ${node.chainId} at height ${node.progress().height}`,
    "",
    `    Follows ${sources.join(", ")}`,
    ...addressLines(node),
    ...enclaveLines(node),
    "",
    "  It has no vote: transactions are handed to the followed nodes.",
    ...teeWarning(node.enclaveTee).map((line) => `  ${line}`),
    "",
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** How far the node is, as a line for people. */
export function progressText(now: FollowProgress): string {
  const { height, target, blocksPerSecond, txsPerSecond, source, lastError } = now;
  if (!now.catchingUp) return `  up to date at height ${height}`;
  const speed = `${blocksPerSecond.toFixed(0)} blocks/s, ${txsPerSecond.toFixed(0)} transactions/s`;
  if (lastError === undefined) return `  height ${height} of ${target}, ${speed}, from ${source}`;
  return `  height ${height}, no block from the followed nodes (${lastError.code}): ${lastError.message}`;
}

/** The same as one JSON line. */
export function progressLine(now: FollowProgress): string {
  return JSON.stringify({
    event: now.catchingUp ? "progress" : "synced",
    height: Number(now.height),
    target: Number(now.target),
    blocks_per_second: Number(now.blocksPerSecond.toFixed(1)),
    txs_per_second: Number(now.txsPerSecond.toFixed(1)),
    source: now.source,
    error: now.lastError?.code ?? null,
  });
}

/** Prints a line every few seconds while the node is behind, and one each time it has caught up. */
export function reportProgress(progress: () => FollowProgress, print: (now: FollowProgress) => void): void {
  let printedMs = performance.now();
  let wasBehind = true;
  const look = (): void => {
    const now = progress();
    const due = now.catchingUp ? performance.now() - printedMs >= PROGRESS_MS : wasBehind;
    wasBehind = now.catchingUp;
    if (!due) return;
    printedMs = performance.now();
    print(now);
  };
  setInterval(look, LOOK_MS).unref();
}
