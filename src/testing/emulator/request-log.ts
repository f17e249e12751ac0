import type { Answer } from './answers.ts';
import { bearerToken, decodeBytes } from './header-text.ts';

/** What may be seen of a request and its answer. No password, code, PIN, token or application key is in it. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. All values but a few harmless ones are `•••`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the `Authorization` header holds, dead or alive. */
  readonly authorization: 'none' | 'interim token' | 'session token' | 'unknown';
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  /** Null while there is no answer, and for ever when the connection is reset or the client gives up. */
  readonly status: number | null;
  /** The answer's `State`, `Step` and `Reason`, where it has them. */
  readonly state: string | null;
  readonly step: string | null;
  readonly reason: string | null;
  /** Milliseconds until the answer, or until there was no hope of one. Null before that. */
  readonly duration: number | null;
}

/** Headers that say how a client behaves and hold nothing secret. */
const shown = new Set(['accept', 'content-length', 'content-type', 'origin', 'user-agent', 'username']);

/** Every request, in the order of arrival. An entry is there at once, and is completed when the answer is known. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  readonly #onRequest: (entry: LoggedRequest) => void;
  readonly #kindOf: (token: string) => LoggedRequest['authorization'];

  /** `onRequest` hears of each request once it is over. */
  constructor(onRequest: (entry: LoggedRequest) => void, kindOf: (token: string) => LoggedRequest['authorization']) {
    this.#onRequest = onRequest;
    this.#kindOf = kindOf;
  }

  /** Notes a request, and returns what to call with its answer, or without one. */
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
