/**
 * Encrypted contract queries: on an idle chain, and while blocks with transfers run. Clients are other machines: questions are
 * encrypted before the clock runs and answers decrypted after it, as transfers are signed before it.
 */
import { rest, rpc } from "./nodes.mjs";
import { median, percentile, round } from "./statistics.mjs";
import { balanceQuestion, height, openBalance, TOKENS, transfer } from "./world.mjs";

/** Clients that ask one query after the other. */
const LANES = 2;

const questionsFor = (world, count) => Array.from({ length: count }, (_, i) => balanceQuestion(world, i));

/** Every answer is a balance that its owner can read; when nothing is measured. */
function checkAnswers({ questions, answers }) {
  for (const [i, question] of questions.entries()) {
    const amount = openBalance(question, answers[i]);
    if (amount < 1n || amount > 2n * TOKENS) throw new Error(`${amount} is no balance of this run`);
  }
}

async function ask(world, questions) {
  const times = [];
  const answers = [];
  const started = performance.now();
  const lane = async (first) => {
    for (let i = first; i < questions.length; i += LANES) {
      const one = performance.now();
      answers[i] = await rest(world.node, questions[i].path);
      times.push(performance.now() - one);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
  const seconds = (performance.now() - started) / 1000;
  const figures = {
    perSecond: round(questions.length / seconds),
    p50: round(median(times)),
    p95: round(percentile(times, 0.95)),
  };
  return { figures, questions, answers };
}

/** Sends `perSecond` transfers a second, signed beforehand, until it is stopped; how many it sent. */
function background({ node }, txs, perSecond) {
  let sent = 0;
  const started = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(txs.length, ((performance.now() - started) * perSecond) / 1000);
    for (; sent < due; sent++) void rpc(node, "broadcast_tx_sync", { tx: txs[sent].tx });
  }, 10);
  return () => {
    clearInterval(timer);
    return sent / ((performance.now() - started) / 1000);
  };
}

export async function measureQueries(world, { queries, background: perSecond }) {
  await ask(world, questionsFor(world, 200));
  const idle = await ask(world, questionsFor(world, queries));
  checkAnswers(idle);
  const txs = Array.from({ length: perSecond * 30 }, (_, i) => transfer(world, i));
  const questions = questionsFor(world, queries);
  const firstBlock = await height(world.node);
  const stop = background(world, txs, perSecond);
  const busy = await ask(world, questions);
  const transfersPerSecond = round(stop());
  const blocks = (await height(world.node)) - firstBlock;
  checkAnswers(busy);
  return { lanes: LANES, idle: idle.figures, whileBlocksRun: { ...busy.figures, transfersPerSecond, blocks } };
}
