/** Plain requests to the REST server, to look at what really comes back. */

/** Whatever JSON came back; assertions say what it must be. */
export type AnyJson = ReturnType<typeof JSON.parse>;

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnyJson;
}

/** A client of one server. */
export class RestClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async request(path: string, init?: RequestInit): Promise<RestAnswer> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** Body of a GET that succeeds. */
  async get(path: string, headers: Record<string, string> = {}): Promise<AnyJson> {
    const { status, body } = await this.request(path, { headers });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Status and body of a GET. */
  async fail(path: string, headers: Record<string, string> = {}): Promise<readonly [number, AnyJson]> {
    const { status, body } = await this.request(path, { headers });
    return [status, body];
  }

  async post(path: string, body: unknown): Promise<RestAnswer> {
    return this.request(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  }
}
