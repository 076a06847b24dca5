/**
 * The process that is killed: commits versions without end and says each one that is durable.
 * @module
 */
import { writeSync } from "node:fs";
import { LmdbBackend } from "@enclavenet/store";
import { commitNext, openWorkload } from "./workload.ts";

const store = openWorkload(new LmdbBackend({ path: process.argv[2] as string }));
for (;;) writeSync(1, `${commitNext(store)}\n`);
