/**
 * What every form of the enclave does alike: the suite runs against the in-process one and against the process.
 * @module
 */
import { createEnclave } from "@enclavenet/enclave";
import { type Enclave, EnclaveError, PROTOCOL_VERSION, StateProofs } from "@enclavenet/enclave-api";
import { encodeValidatorSet } from "@enclavenet/wire";
import { afterAll, describe, expect, it } from "vitest";
import { birthOf, CHAIN_ID, GENESIS_HASH } from "../../../enclave/test/support/chain.ts";
import { GAS, World } from "../../../enclave/test/support/world.ts";

/** One form of the enclave over one sealing folder; `start` restarts it over the same sealed state. */
export interface EnclaveForm {
  start(): Enclave;
  stop(): Promise<void>;
}

const refused = (status: string) => expect.objectContaining({ name: "EnclaveError", status });

export function enclaveCompliance(name: string, create: () => EnclaveForm): void {
  describe(`${name} as an enclave`, () => {
    const form = create();
    const world = new World(createEnclave, { start: () => form.start() });
    const contract = world.instantiate(1, 5);
    afterAll(() => form.stop());

    it("greets with its version, class and measurement", () => {
      const hello = world.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION });
      expect([hello.protocolVersion, hello.networkClass]).toEqual([PROTOCOL_VERSION, "development"]);
      expect(hello.measurement).toHaveLength(32);
    });

    it("executes and answers", () => {
      world.execute(world.bob, contract, { add: { n: 2 } });
      world.end();
      expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
    });

    it("answers refusals with their status", () => {
      expect(() => world.enclave.call("createKeychain", birthOf(world.chain))).toThrowError(
        refused("KeychainConflict"),
      );
      expect(() => world.run(contract)).toThrowError(refused("PositionRejected"));
    });

    it("serves a query that a contract asks of another one, inside the first", () => {
      const other = world.instantiate(2, 41);
      const queryChain = ({ request }: { request: Uint8Array }) => {
        const { smart } = JSON.parse(new TextDecoder().decode(request)).wasm;
        const { data } = world.enclave.call(
          "query",
          {
            contractAddress: other.address,
            codeHash: world.codeHash,
            contractKey: other.key,
            query: new Uint8Array(Buffer.from(smart.msg, "base64")),
            height: world.chain.height,
            timeNs: world.chain.last?.header.timeNs ?? 0n,
            depth: 2,
            gasLimit: GAS,
          },
          world.host.handlers(other.address),
        );
        const answer = { Ok: { Ok: Buffer.from(data ?? []).toString("base64") } };
        return { response: new TextEncoder().encode(JSON.stringify(answer)), sdkGas: 100n };
      };
      const code_hash = Buffer.from(world.codeHash).toString("hex");
      const text = world.bech32(other.address);
      expect(
        world.query(contract, { get_count_of: { contract: text, code_hash } }, { handlers: { queryChain } }),
      ).toEqual({ count: 41 });
    });

    it("gives the caller back what its handler threw, and goes on", () => {
      const outOfGas = new Error("host gas");
      const readState = (): never => {
        throw outOfGas;
      };
      expect(() => world.query(contract, { get_count: {} }, { handlers: { readState } })).toThrowError(outOfGas);
      expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
    });

    it("ends a contract when the host's gas does, and says what it had used", () => {
      const handlers = {
        queryChain: (): never => {
          throw new EnclaveError("OutOfGas");
        },
      };
      const code_hash = Buffer.from(world.codeHash).toString("hex");
      const question = { get_count_of: { contract: world.bech32(contract.address), code_hash } };
      let thrown: unknown;
      try {
        world.query(contract, question, { handlers });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toEqual(refused("OutOfGas"));
      expect((thrown as EnclaveError).usedGas).toBeGreaterThan(1_000n);
      expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
    });

    it("counts an ocall that nobody serves as the host's failure", () => {
      const handlers = { readState: undefined } as never;
      expect(() => world.query(contract, { get_count: {} }, { handlers })).toThrowError(refused("FailedOcall"));
    });

    it("keeps keys, height and the executed block over a restart", () => {
      const before = world.enclave.call("status", {});
      world.start();
      expect(world.enclave.call("status", {})).toEqual(before);
      expect(world.query(contract, { get_count: {} })).toEqual({ count: 7 });
      const bind = (chainId: string) =>
        world.enclave.call("bindNetwork", {
          chainId,
          genesisHash: GENESIS_HASH,
          initialHeight: 1n,
          validatorSet: encodeValidatorSet(world.chain.validators),
          stateProofs: StateProofs.off,
        });
      expect(() => bind(CHAIN_ID)).not.toThrow();
      expect(() => bind("other-1")).toThrowError(refused("KeychainConflict"));
    });

    it("executes the last block again with equal outputs after a restart in its middle", () => {
      const state = new Map(world.host.recordsOf(contract.address));
      const first = world.execute(world.bob, contract, { add: { n: 1 } });
      world.start();
      world.host.state.set(Buffer.from(contract.address).toString("hex"), state);
      const { request } = world.chain.last ?? { request: undefined };
      if (request === undefined) throw new Error("no block");
      world.enclave.call("beginBlock", request);
      const again = world.run(contract);
      expect(again.result).toEqual(first.result);
      world.host.apply(contract.address, again.result.writes);
      world.end();
      expect(world.query(contract, { get_count: {} })).toEqual({ count: 8 });
    });
  });
}
