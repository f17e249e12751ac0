import { AuthError } from '../../machines/failures.ts';
import { isSameSecret } from '../../machines/secret.ts';
import { type Account, isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { setAlarm } from './alarm.ts';
import { createBackOff } from './back-off.ts';
import { renewalTime } from './renewal-time.ts';
import type { SessionSource } from './session-source.ts';
import { createMemoryStore, forgetSession, loadSession, type SessionStore, saveSession } from './session-store.ts';
import { keepThrottle, throwIfThrottled } from './throttle.ts';
import { createWriteQueue } from './write-queue.ts';

/** Options of {@link keepSession}. */
export interface KeepSessionOptions extends Account {
  /**
   * Signs in: `login` from `etna-auth/node`, or your own code with `createAuth`. Called for the first session and for each new one,
   * never twice at a time, so credentials are needed only while it runs. Stop when the signal aborts. After an error it is called again
   * later, unless the error is an {@link AuthError} that is not `retryable`.
   */
  readonly login: (context: { readonly signal: AbortSignal }) => Promise<Session>;
  /** Where the session is stored between runs. Defaults to memory. */
  readonly store?: SessionStore | undefined;
  /**
   * How long before it expires a session is renewed, in milliseconds; at most half of its lifetime.
   *
   * @default 300_000
   */
  readonly renewBefore?: number | undefined;
  /** Called with the error of each failed login. It must not throw. */
  readonly onLoginError?: ((error: unknown) => void) | undefined;
  /** Called if a session could not be saved or deleted, and exists only in memory. It must not throw. */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
}

/** A session that is renewed before it expires. */
export interface KeptSession extends SessionSource {
  /** Stops the renewal, and a login that is under way. Resolves when the store is up to date; its session stays there. */
  stop(): Promise<void>;
}

const anHour = 60 * 60_000;

/**
 * Keeps a program signed in. It starts with the session in the store, without a request; if there is none, the first call of
 * `getSession` signs in. A session is replaced by a new one shortly before it expires, or at once when the server has ended it.
 *
 * There is one login per session lifetime. A failed one is retried with exponential back-off, 15 s to 15 min, with jitter, honouring
 * `Retry-After`. Until then the old session is used while it lives, and `getSession` rejects afterwards. Permanent failures, such as
 * `invalid-credentials`, are final.
 *
 * @throws {AuthError} `store-unavailable` or `store-damaged`.
 *
 * @example
 * ```ts
 * import { login } from 'etna-auth/node';
 * import { createApiClient, keepSession } from 'etna-auth/session';
 *
 * const broker = { baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' };
 * const session = await keepSession({
 *   baseUrl: broker.baseUrl,
 *   username: 'bot',
 *   login: async ({ signal }) => login({ ...broker, username: 'bot', password: await readFromVault(), signal }),
 *   onLoginError: (error) => console.warn('will try again:', error),
 * });
 * const api = createApiClient(session, broker);
 * console.log(await api.get('v1.0/users/@me/info').json());
 *
 * declare function readFromVault(): Promise<string>;
 * ```
 */
export async function keepSession(options: KeepSessionOptions): Promise<KeptSession> {
  const { baseUrl, username, login, renewBefore = 5 * 60_000, onLoginError } = options;
  const { store = createMemoryStore(), onStoreError } = options;
  const account = { baseUrl, username };
  const writes = createWriteQueue(onStoreError);
  const backOff = createBackOff();
  const stopping = new AbortController();
  let current = await loadSession(store, account);
  /** The last session that expired or was rejected. It is never used again. */
  let ended: Session | null = null;
  let renewal: Promise<Session> | null = null;
  let rejectedAt = Number.NEGATIVE_INFINITY;
  let cancelAlarm = () => {};

  function renewAt(time: number): void {
    cancelAlarm();
    if (Number.isFinite(time)) cancelAlarm = setAlarm(time, () => void renew().catch(() => {}));
  }

  /** One login at a time, shared by all callers. */
  function renew(): Promise<Session> {
    renewal ??= signIn().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  async function signIn(): Promise<Session> {
    const { signal } = stopping;
    try {
      const kept = await newerFromStore();
      signal.throwIfAborted();
      if (kept) return adopt(kept);
      await throwIfThrottled(store, account);
      const session = await login({ signal });
      signal.throwIfAborted();
      if (!isLive(session)) throw new AuthError('session-expired');
      // A login with the same store may return the session that should be renewed.
      if (isPresent(session)) throw new AuthError('session-expired', { detail: 'The login brought no newer session.' });
      adopt(session);
      writes.add(() => saveSession(store, account, session));
      return session;
    } catch (error) {
      if (signal.aborted) throw stopped();
      writes.add(() => keepThrottle(store, account, error));
      renewAt(backOff.note(error));
      onLoginError?.(error);
      throw error;
    }
  }

  /** The latest session, live or not. */
  const last = () => current ?? ended;
  const isPresent = ({ token }: Session) => {
    const known = last();
    return known !== null && isSameSecret(token, known.token);
  };
  const isNewer = ({ issuedAt }: Session) => issuedAt > (last()?.issuedAt ?? Number.NEGATIVE_INFINITY);

  /** A newer session from another program that is not yet due for renewal. `null` if the store fails. */
  async function newerFromStore(): Promise<Session | null> {
    await writes.whenWritten();
    const kept = await loadSession(store, account).catch(() => null);
    return kept && isLive(kept) && isNewer(kept) ? kept : null;
  }

  function adopt(session: Session): Session {
    current = session;
    renewAt(renewalTime(session, renewBefore));
    return session;
  }

  function forget(session: Session): void {
    ended = session;
    current = null;
    writes.add(() => forgetSession(store, account, session));
  }

  if (current) renewAt(renewalTime(current, renewBefore));

  return {
    getSession: async () => {
      if (stopping.signal.aborted) throw stopped();
      if (current && isLive(current)) return current;
      if (current) forget(current);
      if (!renewal) backOff.throwIfWaiting();
      return renew();
    },
    rejectSession: ({ token }) => {
      // A late rejection of an older token must not end a newer session.
      if (stopping.signal.aborted || current?.token !== token) return;
      forget(current);
      // A server that rejects every token must not cause a login for each.
      if (Date.now() - rejectedAt < anHour) renewAt(backOff.note(new AuthError('session-rejected')));
      rejectedAt = Date.now();
    },
    stop: () => {
      stopping.abort();
      cancelAlarm();
      return writes.whenWritten();
    },
  };
}

const stopped = () => new AuthError('cancelled');
