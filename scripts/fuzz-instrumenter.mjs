/**
 * `npm run fuzz:instrumenter`: generated modules, instrumented and not, compared. Needs no build. Options: `--help`. Page:
 * docs/testing.md.
 */
import { runDriver } from "./lib/run-driver.mjs";

process.exit(await runDriver("instrumenter", process.argv.slice(2)));
