/**
 * One GET of a collateral service: bounded answer, deadline, retries with growing pauses. What an answer says is not
 * trusted; it is verified with the quote.
 * @module
 */
import { LocalError, readBounded } from "@enclavenet/common";

/** Time as the client sees it; tests bring their own. */
export interface ClientClock {
  /** Seconds since the Unix epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface HttpOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: ClientClock;
  readonly headers: Readonly<Record<string, string>>;
  /** How often one request is tried. */
  readonly attempts: number;
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly body: Uint8Array;
  header(name: string): string | undefined;
}

/** Largest answer: revocation lists of a big authority are far below. */
const MAX_BODY = 1_048_576;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 8_000;
/** A service may ask for longer pauses, up to this. */
const MAX_ASKED_PAUSE_MS = 30_000;

/** Why an attempt failed that may be repeated. */
interface Failure {
  readonly why: string;
  /** Milliseconds that the service asks to wait. */
  readonly pauseMs?: number;
}

/** RFC 9110 §10.2.3, the form in seconds. */
function askedPause(response: Response): number | undefined {
  const text = response.headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Math.min(Number(text) * 1000, MAX_ASKED_PAUSE_MS) : undefined;
}

/** Reads no more than the limit, whatever length the service tells. */
async function readBody(response: Response, url: string, signal: AbortSignal): Promise<Uint8Array> {
  const body = await readBounded(response.body, MAX_BODY, signal);
  if (body === undefined) throw new LocalError("COLLATERAL_ANSWER", `${url} answers with more than ${MAX_BODY} bytes`);
  return body;
}

/** Answers that no repetition changes. */
function refuseStatus(status: number, url: string): never {
  if (status === 401 || status === 403) {
    throw new LocalError("COLLATERAL_KEY", `${url} answers ${status}: the service wants another API key`, {
      fix: "name the file of a key of this service with --api-key-file",
    });
  }
  if (status === 404) {
    throw new LocalError("COLLATERAL_UNKNOWN", `${url} answers 404: the service does not know this platform`, {
      fix: "name a service that knows it with --pccs or --collateral; Intel's knows all",
    });
  }
  throw new LocalError("COLLATERAL_ANSWER", `${url} answers ${status}`);
}

async function attempt(url: string, { fetch, headers, timeoutMs }: HttpOptions): Promise<HttpAnswer | Failure> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // SECURITY: a redirection could carry the key to another host.
    const response = await fetch(url, { headers, redirect: "error", signal });
    const { status } = response;
    if (status === 429 || status >= 500) {
      await response.body?.cancel();
      const pauseMs = askedPause(response);
      return { why: `status ${status}`, ...(pauseMs === undefined ? {} : { pauseMs }) };
    }
    if (status !== 200) refuseStatus(status, url);
    const body = await readBody(response, url, signal);
    return { body, header: (name) => response.headers.get(name) ?? undefined };
  } catch (error) {
    if (error instanceof LocalError) throw error;
    const { message, cause } = error as { message?: string; cause?: { code?: string } };
    return { why: cause?.code ?? message ?? "no answer" };
  }
}

/** The answer with status 200. Throws `LocalError` with a code `COLLATERAL_…`. */
export async function get(url: string, options: HttpOptions): Promise<HttpAnswer> {
  let why = "";
  for (let count = 1; count <= options.attempts; count++) {
    const outcome = await attempt(url, options);
    if ("body" in outcome) return outcome;
    why = outcome.why;
    const growing = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), MAX_PAUSE_MS);
    if (count < options.attempts) await options.clock.sleep(outcome.pauseMs ?? growing);
  }
  throw new LocalError("COLLATERAL_SERVICE", `${url} gave no answer in ${options.attempts} attempts (${why})`, {
    fix: "look whether this machine reaches the service; elsewhere `enclavenet fetch-collateral` writes files for --collateral",
  });
}
