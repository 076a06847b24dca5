/**
 * Composition root, configuration, lifecycle and the enclavenet command.
 * @module
 */
export {};
