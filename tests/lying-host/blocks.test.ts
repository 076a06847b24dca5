/** The lying host before the shipped bundle: blocks, queries, keychains. */
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost([...table.blocks, ...table.queries, ...table.keys]);
