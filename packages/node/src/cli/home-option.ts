/**
 * The option that every command over a home has.
 * @module
 */
import { Option } from "commander";
import { parseDirectory } from "./parse.ts";

export function homeOption(): Option {
  return new Option("--home <dir>", "the node's own directory").argParser(parseDirectory).makeOptionMandatory();
}
