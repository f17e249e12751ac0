import type { Answer } from './answers.ts';
import { bearerToken, decodeBytes } from './header-text.ts';

/** A request and its reply, without passwords, codes, PINs, tokens and application keys. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. All values except a few harmless ones are `•••`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The kind of token in the `Authorization` header, valid or not. */
  readonly authorization: 'none' | 'interim token' | 'session token' | 'unknown';
  /** When the request arrived, as Unix time in ms. */
  readonly time: number;
  /** Null until there is a reply. It stays null if the connection is reset or the client aborts. */
  readonly status: number | null;
  /** `State`, `Step` and `Reason` of the reply, if it has them. */
  readonly state: string | null;
  readonly step: string | null;
  readonly reason: string | null;
  /** Milliseconds until the reply, or until the request failed. Null before that. */
  readonly duration: number | null;
}

/** Headers without secrets, which show how a client behaves. */
const shown = new Set(['accept', 'content-length', 'content-type', 'origin', 'user-agent', 'username']);

/** All requests, in order of arrival. An entry is added at once, and completed with the reply. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  readonly #onRequest: (entry: LoggedRequest) => void;
  readonly #kindOf: (token: string) => LoggedRequest['authorization'];

  /** `onRequest` is called with each request when it has ended. */
  constructor(onRequest: (entry: LoggedRequest) => void, kindOf: (token: string) => LoggedRequest['authorization']) {
    this.#onRequest = onRequest;
    this.#kindOf = kindOf;
  }

  /** Adds a request. Returns a function to call with the reply, or without one. */
  open({ method, url, headers }: Request): (answer: Answer | null) => void {
    const index = this.entries.length;
    const bearer = bearerToken(headers);
    const entry: LoggedRequest = {
      method,
      path: new URL(url).pathname,
      headers: mask(headers),
      authorization: bearer === null ? 'none' : this.#kindOf(bearer),
      time: Date.now(),
      status: null,
      state: null,
      step: null,
      reason: null,
      duration: null,
    };
    this.entries.push(entry);
    return (answer) => {
      const completed = { ...entry, ...(answer && outcome(answer)), duration: Date.now() - entry.time };
      this.entries[index] = completed;
      this.#onRequest(completed);
    };
  }
}

function mask(headers: Headers): Record<string, string> {
  const masked: Record<string, string> = {};
  headers.forEach((value, name) => {
    masked[name] = shown.has(name) ? decodeBytes(value) : '•••';
  });
  return masked;
}

function outcome({ status = 200, body }: Answer): Pick<LoggedRequest, 'status' | 'state' | 'step' | 'reason'> {
  return { status, state: field(body, 'State'), step: field(body, 'Step'), reason: field(body, 'Reason') };
}

function field(body: Answer['body'], name: string): string | null {
  if (typeof body !== 'object') return null;
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' ? value : null;
}
