/**
 * Names of networks that people hold value on. Evidence for them hangs from Intel's root or counts for nothing, whoever asks.
 *
 * Spec: 07 §5 (a root of one's own must be refused under real chain ids). COMPAT(spec 02 §10 no. 10): mainnet is `secret-4`; its
 * predecessors and the public test networks count in the same way.
 * @module
 */

const PUBLIC = /^(secret|pulsar|holodeck)-\d+$/;

/** Whether the chain id is that of a public network. */
export function isPublicNetwork(chainId: string): boolean {
  return PUBLIC.test(chainId);
}
