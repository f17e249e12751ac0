import { isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../auth.ts';
import { forgetSession, loadSession, type SessionStore, saveSession } from './session-store.ts';
import { createWriteQueue } from './write-queue.ts';

/** How to start a login whose session is kept between runs. */
export interface OpenAuthOptions extends Omit<CreateAuthOptions, 'session' | 'machine'> {
  /** Where the session is kept. */
  readonly store: SessionStore;
  /** Whose session to start with. */
  readonly username: string;
  /**
   * Hears of a session that could not be saved or forgotten, by an `AuthError` of the code `store-unavailable`. The login goes
   * on with the session that is in memory. It must not throw.
   */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
}

/** A login whose session is kept between runs. */
export interface StoredAuth extends Auth {
  /**
   * Resolves when the store is up to date, or has failed. Wait for it before the program is ended by force, and in functions
   * that are frozen once they have answered.
   */
  whenStored(): Promise<void>;
}

/**
 * Starts the login machine with the session that the store has for a user: with a live one in `authenticated`, without a
 * request. One that is over is deleted. From then on the store follows the machine: a new session is saved, and one that was
 * signed out of, expired or rejected is forgotten.
 *
 * @throws {AuthError} `store-unavailable` where the store cannot be read, `store-damaged` where it holds something that is no
 * session of this user's, which is left as it is.
 *
 * @example
 * ```ts
 * import { createMemoryStore, openAuth } from 'etna-auth/session';
 *
 * const auth = await openAuth({
 *   baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
 *   appKey: 'key',
 *   username: 'trader',
 *   store: createMemoryStore(), // or new Keyv(…)
 *   onStoreError: (error) => console.warn('not saved:', error),
 * });
 * if (auth.getSnapshot().state === 'idle') await auth.login({ username: 'trader', password: '…' });
 * ```
 */
export async function openAuth(options: OpenAuthOptions): Promise<StoredAuth> {
  const { store, username, onStoreError, ...rest } = options;
  const session = await loadSession(store, { baseUrl: rest.baseUrl, username });
  const writes = createWriteQueue(onStoreError);
  // Not under `username`: somebody else may sign in.
  const accountOf = ({ username }: Session) => ({ baseUrl: rest.baseUrl, username });
  const forget = (session: Session) => writes.add(() => forgetSession(store, accountOf(session), session));
  if (session && !isLive(session)) forget(session);
  const auth = createAuth({ ...rest, session });
  auth.actor.on('session.opened', ({ session }) => writes.add(() => saveSession(store, accountOf(session), session)));
  auth.actor.on('session.closed', ({ session }) => forget(session));
  return { ...auth, whenStored: writes.whenWritten };
}
