/** The lying host before the shipped bundle: messages, callbacks, replies, administration. */
import { lyingHost } from "./support/suite.ts";
import { table } from "./support/table.ts";

lyingHost([...table.messages, ...table.callbacks, ...table.replies, ...table.administration]);
