/** The lying host before the shipped bundle: forged evidence. */
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost(table.evidence);
