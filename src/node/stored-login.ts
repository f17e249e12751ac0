import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from '../../machines/failures.ts';
import { type Account, isLive, storeKey } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { explain } from '../messages.ts';
import { loadSession, proveWritable, type SessionStore, saveSession } from '../session/session-store.ts';
import { type AccountLock, takeLock, type Watch } from './account-lock.ts';
import { findConfiguration, readConfiguration } from './configuration.ts';
import { fingerprint } from './file-store.ts';
import { type LoginOptions, login } from './login.ts';
import { codeOf, makePrivateDirectory } from './private-file.ts';
import { type SharedStore, unavailable } from './shared-store.ts';
import { SingleFlight } from './single-flight.ts';

/** How to log in with a store. */
export interface StoredLoginOptions extends LoginOptions {
  /** Where the session is looked for, and kept. */
  readonly store: SessionStore | SharedStore;
  /**
   * Called with an {@link AuthError} of the code `store-unavailable` when the login succeeded and its session could not be
   * stored. The session is returned all the same. It must not throw. A process warning by default.
   */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
  /** Signs in though a live session is kept. One that was made since this call will do. */
  readonly force?: boolean | undefined;
  /** Told once, when another process is signing in to the account and this one waits for it. */
  readonly onWait?: (() => void) | undefined;
  /** How long to wait for another process, in milliseconds. Five minutes by default: there, a person may look for a phone. */
  readonly longestWait?: number | undefined;
}

const flights = new WeakMap<SessionStore, SingleFlight<Session>>();

/**
 * The session that is kept for the account; where there is none that lives, signs in and keeps the new one.
 *
 * However many callers ask at once, one of them signs in, and there is one SMS: all in this process by the options of the
 * first caller, and with a file or keyring store all processes of the user. The others wait, and take its session. A failure
 * is shared within the process; after one in another process, the next in line tries. Where the one that signs in is
 * killed, the others go on after some seconds.
 *
 * @throws {AuthError} as `login` does; `store-unavailable` and `store-damaged` before anything is sent; `timeout` when
 * another process has been signing in for too long.
 *
 * @example
 * ```ts
 * import { createFileStore, storedLogin } from 'etna-auth/node';
 *
 * // With ETNA_BASE_URL, ETNA_APP_KEY, ETNA_USERNAME and ETNA_PASSWORD. Asks for a code once a day.
 * const session = await storedLogin({ store: createFileStore(), getCode: () => readCodeFromMailbox() });
 *
 * declare function readCodeFromMailbox(): Promise<string>;
 * ```
 */
export async function storedLogin(options: StoredLoginOptions): Promise<Session> {
  const { store, force = false, signal = new AbortController().signal } = options;
  const account = accountOf(options);
  const calledAt = Date.now();
  const isWanted = (session: Session) => isLive(session) && (!force || session.issuedAt >= calledAt);

  const shared = flights.get(store) ?? new SingleFlight<Session>();
  flights.set(store, shared);
  for (let own = false; ; ) {
    const session = await shared.join(storeKey(account), signal, (aborted) => {
      own = true;
      return oneAtATime(options, account, aborted, isWanted);
    });
    // What another caller asked for may be too old for this one.
    if (own || isWanted(session)) return session;
  }
}

/** Without a password, which is not needed for a session that is there. */
function accountOf(options: LoginOptions): Account {
  const { baseUrl, username } = findConfiguration(options);
  return baseUrl === undefined || username === undefined ? readConfiguration(options) : { baseUrl, username };
}

async function oneAtATime(
  { store, onWait, onStoreError = warn, longestWait = 300_000, ...options }: StoredLoginOptions,
  account: Account,
  signal: AbortSignal,
  isWanted: (session: Session) => boolean,
): Promise<Session> {
  const look = async () => {
    const session = await loadSession(store, account);
    return session && isWanted(session) ? session : null;
  };
  const signIn = async () => {
    await proveWritable(store, account);
    const session = await login({ ...options, signal });
    // Signing in again would cost another SMS, so that the session is not lost with its store.
    await saveSession(store, account, session).catch(onStoreError);
    return session;
  };
  if (!('directory' in store)) return (await look()) ?? signIn();

  const path = join(store.directory, `${fingerprint(storeKey(account))}.lock`);
  const deadline = Date.now() + longestWait;
  const watch: Watch = new Map();
  for (let waits = false; ; waits = true) {
    const kept = await look();
    if (kept) return kept;
    const lock = await lockAt(path, store.directory, watch);
    if (lock) {
      try {
        return (await look()) ?? (await signIn());
      } finally {
        lock.release();
      }
    }
    if (!waits) onWait?.();
    if (Date.now() > deadline) throw lockTimeout(longestWait);
    // Not all at the same moment.
    try {
      await delay(150 + 150 * Math.random(), undefined, { signal });
    } catch {
      throw new AuthError('cancelled');
    }
  }
}

async function lockAt(path: string, directory: string, watch: Watch): Promise<AccountLock | null> {
  makePrivateDirectory(directory);
  try {
    return await takeLock(path, watch);
  } catch (error) {
    throw unavailable(`${codeOf(error) ?? 'An error'} at ${path}`);
  }
}

function warn(error: unknown): void {
  process.emitWarning(`The session could not be stored. ${error instanceof AuthError ? explain(error.failure) : ''}`);
}

function lockTimeout(waited: number): AuthError {
  const detail = `Another process has been signing in to the account for ${waited / 1000} s.`;
  const { failure } = new AuthError('timeout', { detail });
  return new AuthError('timeout', failure, explain(failure));
}
