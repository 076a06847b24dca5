/** Vitest reporter: one line per file, failures in full, then the skipped tests with their reasons, then the totals. */
import { DefaultReporter } from "vitest/node";

export default class SummaryReporter extends DefaultReporter {
  onTestRunEnd(modules, errors, reason) {
    super.onTestRunEnd(modules, errors, reason);
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const skipped = [];
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") counts.passed++;
        else if (result.state === "failed") counts.failed++;
        else {
          counts.skipped++;
          skipped.push(`  ${module.relativeModuleId} > ${test.fullName}: ${result.note ?? "no reason given"}`);
        }
      }
    }
    if (skipped.length > 0) console.log(`\nSkipped, and why:\n${skipped.join("\n")}`);
    else console.log("\nNothing was skipped.");
    if (process.env.ENCLAVENET_NO_SKIPS === "1" && counts.skipped > 0) {
      counts.failed += counts.skipped;
      process.exitCode = 1;
    }
    console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  }
}
