/** The lying host before the shipped bundle: state, and proofs of it. */
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost([...table.records, ...table["state proofs"], ...table["re-inclusion"]]);
