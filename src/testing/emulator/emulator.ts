import type { Message } from './inbox.ts';
import { Inboxes } from './inbox.ts';
import { createCode as randomCode } from './random.ts';
import type { LoggedRequest } from './request-log.ts';
import { RequestLog } from './request-log.ts';
import { createRoutes } from './routes.ts';
import type { ScriptedAnswer } from './scripted-answer.ts';
import { Sessions } from './sessions.ts';
import { Throttle } from './throttle.ts';
import { Tickets } from './tickets.ts';
import type { EmulatedUser } from './user.ts';
import { demoAppKey, demoUsers } from './user.ts';

export interface EmulatorOptions {
  /** The one application key that is accepted. Defaults to `demoAppKey`. */
  readonly appKey?: string;
  /** Who can sign in. Defaults to `demoUsers`. */
  readonly users?: readonly EmulatedUser[];
  /**
   * What happens after a wrong code or PIN, which ETNA does not document: `ask-again` asks again with a new interim token, `refuse` ends
   * the login.
   *
   * @default 'ask-again'
   */
  readonly wrongCode?: 'ask-again' | 'refuse';
  /** The lifetime of a session token, in seconds. Defaults to a day. */
  readonly tokenLifetime?: number;
  /** The lifetime of a code and its interim token, in seconds. Defaults to 300. */
  readonly codeLifetime?: number;
  /** How many logins a user may begin per minute; `false` for no limit. Defaults to 5. */
  readonly loginsPerMinute?: number | false;
  /** The prefix of all paths; `''` for none. Defaults to `/api`, as ETNA's own addresses have it. */
  readonly basePath?: string;
  /** Called with each request when it has ended, with secrets masked. */
  readonly onRequest?: (entry: LoggedRequest) => void;
  /** Called with each one-time code when it is sent. The code is not masked. */
  readonly onMessage?: (message: Message) => void;
  /** Creates the one-time codes. Defaults to six random digits. */
  readonly createCode?: () => string;
}

/** An emulated ETNA Trader: the token endpoint, and the calls around it. */
export interface Emulator {
  /** Replaces the global `fetch`. Rejects as `fetch` would. Redirects are not followed. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The prefix of all paths: `/api`, or `''` for none. */
  readonly basePath: string;
  readonly appKey: string;
  /** The current users: one may have set a new password or PIN. */
  readonly users: readonly EmulatedUser[];
  /** All requests so far except preflights, in order of arrival, with secrets masked. */
  readonly requests: readonly LoggedRequest[];
  /**
   * Scripts the replies to the next requests that sign in or set a new password or PIN, one each, after the ones that are already
   * scripted.
   */
  answerNext(...answers: readonly ScriptedAnswer[]): void;
  /** All codes sent to a user so far. Throws a `RangeError` if there is no such user. */
  inbox(username: string): readonly Message[];
  /**
   * The next code sent to a user. Waits for it if necessary, and returns each code once. Rejects with the signal's reason if it aborts,
   * and with a `RangeError` if there is no such user.
   */
  nextMessage(username: string, options?: { readonly signal?: AbortSignal }): Promise<Message>;
  /** Expires the sessions of a user, or of all users. */
  expireSessions(username?: string): void;
  /** Expires the codes and interim tokens of a user, or of all users. */
  expireTickets(username?: string): void;
}

/**
 * Creates an emulator that runs anywhere: in Node.js, in a page, in a service worker.
 *
 * @example
 * ```ts
 * import { createEmulator } from 'etna-auth/testing';
 *
 * const emulator = createEmulator();
 * const headers = { 'Et-App-Key': emulator.appKey, Username: 'alice', Password: 'alice-demo' };
 * await emulator.fetch('https://etna.test/api/token', { method: 'POST', headers }); // 202, Expecting
 * const { code } = await emulator.nextMessage('alice');
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const {
    appKey = demoAppKey,
    users: givenUsers = demoUsers,
    wrongCode = 'ask-again',
    tokenLifetime = 86_400,
    codeLifetime = 300,
    loginsPerMinute = 5,
    onRequest = () => {},
    onMessage = () => {},
    createCode = randomCode,
  } = options;

  const users = [...givenUsers];
  const setup = { appKey, users, grants: new Map() };
  const inboxes = new Inboxes(users, createCode, onMessage);
  const tickets = new Tickets();
  const sessions = new Sessions(tokenLifetime);
  const throttle = loginsPerMinute === false ? null : new Throttle(loginsPerMinute);
  const log = new RequestLog(onRequest, (token) => {
    if (tickets.hasIssued(token)) return 'interim token';
    return sessions.hasIssued(token) ? 'session token' : 'unknown';
  });
  const basePath = `/${options.basePath ?? 'api'}`.replace(/^\/+/, '/').replace(/\/+$/, '');
  const script: ScriptedAnswer[] = [];
  const api = { appKey, users, sessions };
  const endpoint = { ...api, setup, wrongCode, codeLifetime, throttle, tickets, inboxes };
  const app = createRoutes({ basePath, log, script, api, endpoint });

  return {
    async fetch(input, init) {
      const request = input instanceof Request && !init ? input : new Request(input, init);
      // The caller's own: Node's `Request` passes on an abort only while it is referenced, and nothing references one that waits for its
      // answer.
      return app.fetch(request, { signal: init?.signal ?? request.signal });
    },
    basePath,
    appKey,
    users,
    requests: log.entries,
    answerNext: (...answers) => void script.push(...answers),
    inbox: (username) => inboxes.of(username).messages,
    nextMessage: async (username, { signal } = {}) => inboxes.of(username).next(signal),
    expireSessions: (username) => sessions.end(username),
    expireTickets: (username) => tickets.void(username),
  };
}
