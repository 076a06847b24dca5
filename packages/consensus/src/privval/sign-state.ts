/**
 * `priv_validator_state.json`: the last thing the validator signed (spec 05 §3.11). The file is replaced atomically
 * and flushed, directory included, before a signature leaves the validator.
 * @module
 */
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { diskError, toBase64, toUpperHex } from "@enclavenet/common";
import { asBase64, asHex, asInt64, complainAs, parseJsonObject } from "../base/json.ts";

/** Precommit, CometBFT's third step. */
export const STEP_PRECOMMIT = 3;

/** Height, round and step of the last signature, with what was signed. */
export interface SignState {
  readonly height: bigint;
  readonly round: number;
  readonly step: number;
  readonly signature: Uint8Array;
  readonly signBytes: Uint8Array;
}

/** Nothing signed yet. */
export const EMPTY_SIGN_STATE: SignState = {
  height: 0n,
  round: 0,
  step: 0,
  signature: new Uint8Array(0),
  signBytes: new Uint8Array(0),
};

/** Where the state lives. `save` resolves only when the state is durable, and rejects when it is not known to be. */
export interface SignStateStorage {
  load(): Promise<SignState>;
  save(state: SignState): Promise<void>;
}

const MAX_ROUND = 2_147_483_647;

const complain = complainAs(
  "PRIVVAL_STATE",
  "restore priv_validator_state.json from a backup, or reset the chain; never delete it alone",
);

/** Text of the file. */
export function signStateToJson(state: SignState): string {
  const json = {
    height: state.height.toString(),
    round: state.round,
    step: state.step,
    ...(state.signature.length === 0 ? {} : { signature: toBase64(state.signature) }),
    ...(state.signBytes.length === 0 ? {} : { signbytes: toUpperHex(state.signBytes) }),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function asSmallInt(value: unknown, max: number, path: string): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > max) {
    throw complain(`${path} is not an integer in range`);
  }
  return value as number;
}

/** State of a file's text. Throws LocalError `PRIVVAL_STATE`. */
export function parseSignState(text: string): SignState {
  const object = parseJsonObject(text, complain);
  return {
    height: asInt64(object.height, "height", complain),
    round: asSmallInt(object.round, MAX_ROUND, "round"),
    step: asSmallInt(object.step, STEP_PRECOMMIT, "step"),
    signature: object.signature === undefined ? new Uint8Array(0) : asBase64(object.signature, "signature", complain),
    signBytes: object.signbytes === undefined ? new Uint8Array(0) : asHex(object.signbytes, "signbytes", complain),
  };
}

/** For networks that live in memory only. */
export class MemorySignStateStorage implements SignStateStorage {
  #state = EMPTY_SIGN_STATE;

  async load(): Promise<SignState> {
    return this.#state;
  }

  async save(state: SignState): Promise<void> {
    this.#state = state;
  }
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The state in a file next to the key; only the owner may read it. A file that does not exist means nothing was signed. */
export class FileSignStateStorage implements SignStateStorage {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<SignState> {
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return EMPTY_SIGN_STATE;
      throw error;
    }
    return parseSignState(text);
  }

  async save(state: SignState): Promise<void> {
    try {
      await this.#replace(state);
    } catch (error) {
      throw diskError(error, this.#path) ?? error;
    }
  }

  async #replace(state: SignState): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(signStateToJson(state));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    // A rename is durable only once the directory is; Windows cannot open one and needs no flush.
    if (process.platform !== "win32") await flushDirectory(dirname(this.#path));
  }
}
