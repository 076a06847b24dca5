/** Results and events for tests. */
import type { Event, ExecTxResult } from "@enclavenet/abci";

export function event(type: string, attributes: Record<string, string>, index = true): Event {
  return { type, attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, index })) };
}

export function result(over: Partial<ExecTxResult> = {}): ExecTxResult {
  return {
    code: 0,
    codespace: "",
    data: new Uint8Array(0),
    log: "",
    info: "",
    gasWanted: 1n,
    gasUsed: 1n,
    events: [],
    ...over,
  };
}
