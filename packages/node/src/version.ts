/**
 * Version of this build, as status and the command print it.
 * @module
 */
export const VERSION = "0.1.0";
