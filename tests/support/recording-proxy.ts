/**
 * A TCP proxy on loopback that keeps every byte of both directions.
 * @module
 */
import { connect, createServer, type Server } from "node:net";

export interface RecordingProxy {
  readonly url: string;
  /** Everything that passed so far. */
  recorded(): Buffer;
  close(): Promise<void>;
}

/** Forwards to the port of `target`, an http URL. */
export async function recordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const chunks: Buffer[] = [];
  const server: Server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      from.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        to.write(chunk);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    recorded: () => Buffer.concat(chunks),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
