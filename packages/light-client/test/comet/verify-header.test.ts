/** Each rule about headers, beside the honest step that it lets pass (spec 05 §3.10). */
import { headerHash, type SignedHeader, verifyAdjacentHeader, verifySignedHeader } from "@enclavenet/light-client";
import type { Header } from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { blockIdOf, CHAIN_ID, commitOf, setOf, signedHeaderOf, validatorsOf } from "../support/chain.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

const validators = validatorsOf([3n, 2n, 2n]);
const others = validatorsOf([1n, 1n, 1n, 1n]).slice(3);
const trusted = signedHeaderOf({ validators });
const next = signedHeaderOf({ validators, previous: trusted });

function signed(subject: SignedHeader, chainId = CHAIN_ID): string {
  return refusalOf(() => verifySignedHeader(primitives, chainId, subject));
}

function step(subject: SignedHeader, from: Header = trusted.header): string {
  return refusalOf(() => verifyAdjacentHeader(primitives, CHAIN_ID, from, subject));
}

/** The next header with other fields, signed by everyone. */
function nextWith(header: Partial<Header>): SignedHeader {
  return signedHeaderOf({ validators, previous: trusted, header });
}

describe("a signed header", () => {
  it("is accepted when its parts belong together, and its hash is returned", () => {
    expect(verifySignedHeader(primitives, CHAIN_ID, next)).toEqual(headerHash(primitives, next.header));
  });

  it("is one of this chain", () => {
    expect(signed(next, "secretdev-2")).toBe("HEADER_CHAIN");
    expect(signed(nextWith({ chainId: "secretdev-2" }))).toBe("HEADER_CHAIN");
    expect(signed(nextWith({ chainId: "secretdev-2" }), "secretdev-2")).toBe("accepted");
  });

  it("comes with the validators that it names", () => {
    expect(signed({ ...next, validators: setOf(others) })).toBe("HEADER_VALIDATORS");
    expect(signed(nextWith({ validatorsHash: trusted.header.appHash }))).toBe("HEADER_VALIDATORS");
    expect(signed(nextWith({ validatorsHash: new Uint8Array(0) }))).toBe("HEADER_VALIDATORS");
  });

  it("comes with the commit of its height", () => {
    expect(signed({ ...next, commit: trusted.commit })).toBe("HEADER_HEIGHT");
    const { header } = next;
    const blockId = blockIdOf(headerHash(primitives, header));
    const facts = { height: 3n, round: 0, blockId, chainId: CHAIN_ID, timestampNs: header.timeNs };
    expect(signed({ ...next, commit: commitOf(validators, facts) })).toBe("HEADER_HEIGHT");
    expect(signed({ ...next, commit: commitOf(validators, { ...facts, height: 2n }) })).toBe("accepted");
  });

  it("comes with a commit of itself", () => {
    expect(signed({ ...next, header: { ...next.header, appHash: primitives.sha256(Uint8Array.of(1)) } })).toBe(
      "HEADER_HASH",
    );
    expect(signed({ ...next, header: { ...next.header, timeNs: next.header.timeNs + 1n } })).toBe("HEADER_HASH");
  });

  it("comes with enough signatures", () => {
    const { header, commit } = next;
    const facts = { ...commit, chainId: CHAIN_ID, timestampNs: header.timeNs };
    expect(signed({ ...next, commit: commitOf(validators, facts, ["commit", "commit", "absent"]) })).toBe("accepted");
    expect(signed({ ...next, commit: commitOf(validators, facts, ["absent", "commit", "commit"]) })).toBe(
      "COMMIT_POWER",
    );
  });
});

describe("a step to the next header", () => {
  it("is accepted when honest", () => {
    expect(step(next)).toBe("accepted");
    expect(step(signedHeaderOf({ validators, previous: next }), next.header)).toBe("accepted");
  });

  it("goes one height up", () => {
    const after = signedHeaderOf({ validators, previous: next });
    expect(step(after)).toBe("HEADER_HEIGHT");
    expect(step(trusted)).toBe("HEADER_HEIGHT");
    expect(step(trusted, next.header)).toBe("HEADER_HEIGHT");
  });

  it("goes forward in time", () => {
    expect(step(nextWith({ timeNs: trusted.header.timeNs }))).toBe("HEADER_TIME");
    expect(step(nextWith({ timeNs: trusted.header.timeNs - 1n }))).toBe("HEADER_TIME");
    expect(step(nextWith({ timeNs: trusted.header.timeNs + 1n }))).toBe("accepted");
  });

  it("does not go beyond a limit of time, when there is one", () => {
    const until = (notAfterNs: bigint) => {
      return refusalOf(() => verifyAdjacentHeader(primitives, CHAIN_ID, trusted.header, next, { notAfterNs }));
    };
    expect(until(next.header.timeNs)).toBe("accepted");
    expect(until(next.header.timeNs - 1n)).toBe("HEADER_TIME");
  });

  it("goes to the validators that were announced", () => {
    expect(step(signedHeaderOf({ validators: others, previous: trusted }))).toBe("HEADER_VALIDATORS");
    const announcing = signedHeaderOf({ validators, next: others });
    expect(step(signedHeaderOf({ validators: others, previous: announcing }), announcing.header)).toBe("accepted");
    expect(step(signedHeaderOf({ validators, previous: announcing }), announcing.header)).toBe("HEADER_VALIDATORS");
  });

  it("starts from the header that was trusted", () => {
    const fork = signedHeaderOf({ validators, header: { appHash: primitives.sha256(Uint8Array.of(1)) } });
    expect(step(signedHeaderOf({ validators, previous: fork }))).toBe("HEADER_HASH");
    expect(step(signedHeaderOf({ validators, previous: fork }), fork.header)).toBe("accepted");
  });

  it("needs the commit too", () => {
    const { commit } = signedHeaderOf({ validators: others, previous: trusted, header: next.header });
    expect(step({ ...next, commit: { ...next.commit, signatures: commit.signatures } })).toBe("COMMIT_SHAPE");
    expect(step({ ...next, header: { ...next.header, chainId: "secretdev-2" } })).toBe("HEADER_CHAIN");
  });
});
