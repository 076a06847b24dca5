/** The lying host before the shipped bundle: nodes that join, and what they take over. */
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost([
  ...table.registration,
  ...table.rotation,
  ...table.upgrade,
  ...table.authority,
  ...table.machines,
  ...table["development root"],
]);
