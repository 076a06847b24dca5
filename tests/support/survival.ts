/**
 * Whether a network has survived: the same processes, and a next block in which an ordinary call does what it should.
 * @module
 */
import { type Deployed, deploy, execute } from "./localnet.ts";
import type { Stage } from "./probe.ts";
import { isRunning, residentKilobytes } from "./processes.ts";

/** What a network is asked after every attempt on it. */
export class Survival {
  readonly #stage: Stage;
  readonly #counter: Deployed;
  #count = 7;
  #height = 0;

  private constructor(stage: Stage, counter: Deployed) {
    this.#stage = stage;
    this.#counter = counter;
  }

  static async of(stage: Stage): Promise<Survival> {
    return new Survival(stage, await deploy(stage.a, "counter", { count: 7 }));
  }

  /** Throws when the network is not what it was. */
  async check(): Promise<void> {
    const { net, a } = this.#stage;
    const pids = [net.ready.pid, ...net.ready.enclave_pids];
    const gone = pids.filter((pid) => !isRunning(pid));
    if (gone.length > 0 || net.process.exitCode !== null) throw new Error(`ended: ${gone.join(", ")} of ${pids}`);
    const tx = await execute(a, this.#counter, { add: { n: 1 } });
    const { address: contract_address, codeHash: code_hash } = this.#counter;
    const query = { contract_address, code_hash, query: { get_count: {} } };
    const { count } = await a.query.compute.queryContract<object, { count: number }>(query);
    this.#count++;
    if (tx.code !== 0 || tx.height <= this.#height || count !== this.#count) {
      throw new Error(`the next block is wrong: ${tx.code} at ${tx.height}, ${count} instead of ${this.#count}`);
    }
    this.#height = tx.height;
  }

  /** Memory that node and enclaves hold now. */
  memory(): string {
    const { pid, enclave_pids: enclaves } = this.#stage.net.ready;
    const held = (of: number): string => `${Math.round(residentKilobytes(of) / 1024)} MiB`;
    return `node ${held(pid)}, enclave ${enclaves.map(held).join(" and ")}`;
  }
}
