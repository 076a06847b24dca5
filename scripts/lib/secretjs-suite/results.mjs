/** From jest's own report (its documented JSON) to counts per file and block. */

const COUNTED = { passed: "passed", failed: "failed", pending: "skipped", todo: "skipped" };

function countsOf(tests) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of tests) {
    const kind = COUNTED[status];
    if (kind !== undefined) counts[kind] += 1;
  }
  return counts;
}

const matching = (tests, pattern) => tests.filter(({ fullName }) => new RegExp(`^(?:${pattern})`).test(fullName));

/** Tests that no block selects are "pending" in the report, as those are that the suite itself skips. */
function selected(tests, blocks) {
  return blocks === undefined
    ? tests
    : tests.filter((test) => blocks.some(({ pattern }) => matching([test], pattern).length > 0));
}

/** A file that did not run at all has no tests, but a message. */
function failuresOf({ message }, tests) {
  const failed = tests.filter(({ status }) => status === "failed");
  if (failed.length > 0)
    return failed.map(({ fullName, failureMessages }) => ({ test: fullName, text: failureMessages.join("\n") }));
  return tests.length === 0 ? [{ test: "(whole file)", text: message || "no test was found" }] : [];
}

/** One entry per file of the run, in the order of `run.names`. */
export function resultsOf(run, report) {
  return run.names.map((name, i) => {
    const file = report.testResults.find(({ name: path }) => path.replaceAll("\\", "/").endsWith(`/${run.files[i]}`));
    const tests = selected(file?.assertionResults ?? [], run.blocks);
    const blocks = run.blocks?.map(({ name: block, pattern }) => ({ block, ...countsOf(matching(tests, pattern)) }));
    const failures = failuresOf(file ?? { message: "jest did not report this file" }, tests);
    return { name, ...countsOf(tests), ...(blocks === undefined ? {} : { blocks }), failures };
  });
}

/** True when all passed and every file and block had a test that did. */
export function isGood(results) {
  return results.every(
    ({ passed, failed, failures, blocks = [] }) =>
      passed > 0 && failed === 0 && failures.length === 0 && blocks.every((block) => block.passed > 0),
  );
}

/** The end of the output: a line per file and block, what failed, and the sum. */
export function linesOf(results) {
  const line = (name, { passed, failed, skipped }) =>
    `${name.padEnd(22)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped by the suite` : ""}`;
  const lines = results.flatMap((result) => [
    line(result.name, result),
    ...(result.blocks ?? []).map((block) => line(`  ${block.block}`, block)),
  ]);
  for (const { name, failures } of results) {
    for (const { test, text } of failures)
      lines.push("", `FAILED ${name}: ${test}`, text.split("\n").slice(0, 12).join("\n"));
  }
  const sum = (kind) => results.reduce((total, result) => total + result[kind], 0);
  const skipped = sum("skipped");
  return [...lines, "", `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`];
}
