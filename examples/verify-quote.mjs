/** Is this quote one of that program? `node examples/verify-quote.mjs quote.bin collateral.json MEASUREMENT [UNIX_SECONDS]` */
import { readFileSync } from "node:fs";
import { verifyQuote } from "@enclavenet/attestation";

const [quoteFile, collateralFile, measurement, seconds] = process.argv.slice(2);
const verdict = verifyQuote(new Uint8Array(readFileSync(quoteFile)), readFileSync(collateralFile, "utf8"), {
  time: seconds === undefined ? Math.floor(Date.now() / 1000) : Number(seconds),
  policy: { measurements: [measurement], tcb_statuses: ["UpToDate", "SWHardeningNeeded"] },
});
console.log(`valid: ${verdict.valid}, accepted: ${verdict.accepted}, TCB: ${verdict.tcb_status}`);
for (const { name, ok, detail } of verdict.checks) if (!ok) console.log(`${name}: ${detail}`);
