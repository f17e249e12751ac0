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
   * What follows a wrong code or PIN, which ETNA does not document: `ask-again` (the default) asks again with a new
   * interim token, `refuse` ends the login.
   */
  readonly wrongCode?: 'ask-again' | 'refuse';
  /** How long a session token lives, in seconds. Defaults to a day. */
  readonly tokenLifetime?: number;
  /** How long a code, and the interim token that goes with it, lives, in seconds. Defaults to 300. */
  readonly codeLifetime?: number;
  /** How many logins a user may begin within a minute; `false` sets no limit. Defaults to 5. */
  readonly loginsPerMinute?: number | false;
  /** What the paths begin with. `/api` by default, as at ETNA's own addresses; `''` for nothing. */
  readonly basePath?: string;
  /** Called with each request when it has ended, with its secrets masked. */
  readonly onRequest?: (entry: LoggedRequest) => void;
  /** Called with each one-time code when it is sent: the code itself, unmasked. */
  readonly onMessage?: (message: Message) => void;
  /** Makes the one-time codes. Defaults to six random digits. */
  readonly createCode?: () => string;
}

/** ETNA Trader's token endpoint, and the few calls after it, without ETNA Trader. */
export interface Emulator {
  /** Answers a request, in place of the network. Rejects where `fetch` would. A redirect is not followed. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** What the paths begin with: `/api`, or `''` for nothing. */
  readonly basePath: string;
  readonly appKey: string;
  /** As they are now: a user may have set a new password or PIN. */
  readonly users: readonly EmulatedUser[];
  /** All requests so far but preflights, in the order of arrival, with their secrets masked. */
  readonly requests: readonly LoggedRequest[];
  /**
   * Scripts the answers to the next `POST /token` requests, and to those that set a new password or PIN: one each, after those
   * scripted before.
   */
  answerNext(...answers: readonly ScriptedAnswer[]): void;
  /** All codes sent to a user so far. Throws a `RangeError` when there is no such user. */
  inbox(username: string): readonly Message[];
  /**
   * The next code sent to a user, waiting for it if need be; each one is given out once. Rejects with the signal's reason
   * when it aborts, and with a `RangeError` when there is no such user.
   */
  nextMessage(username: string, options?: { readonly signal?: AbortSignal }): Promise<Message>;
  /** Ends the sessions of a user, or of everybody, as the end of their lifetime would. */
  expireSessions(username?: string): void;
  /** Voids the codes and interim tokens of a user, or of everybody, as the end of their lifetime would. */
  expireTickets(username?: string): void;
}

/**
 * Creates an emulator that runs wherever `fetch` does: in Node, in a page, in a service worker.
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
    fetch: async (input, init) => app.fetch(input instanceof Request && !init ? input : new Request(input, init)),
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
