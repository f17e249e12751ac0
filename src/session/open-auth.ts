import { isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../auth.ts';
import { loadTokenService, provideServices } from '../auth-machine.ts';
import { forgetSession, loadSession, type SessionStore, saveSession } from './session-store.ts';
import { keepThrottle, throwIfThrottled } from './stored-throttle.ts';
import { createWriteQueue } from './write-queue.ts';

/** Options of {@link openAuth}. */
export interface OpenAuthOptions extends Omit<CreateAuthOptions, 'session' | 'machine'> {
  /** Where the session is stored. */
  readonly store: SessionStore;
  /** The user whose session to start with. */
  readonly username: string;
  /**
   * Called with an `AuthError` with the code `store-unavailable` if a session could not be saved or deleted. The login continues with
   * the session in memory. It must not throw.
   */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
}

/** A login whose session is stored between runs. */
export interface StoredAuth extends Auth {
  /**
   * Resolves when the store is up to date, or has failed. Wait for it before `process.exit()`, and in functions that are frozen once
   * they have replied.
   */
  whenStored(): Promise<void>;
}

/**
 * Starts the login machine with the stored session of a user: in `authenticated` if it is live, without a request. An expired one is
 * deleted. From then on the store follows the machine: a new session is saved, and a session that has ended, expired or been rejected
 * is deleted. Until a time that the server named with `too-many-attempts` to any login with this store, a login fails with that code,
 * and sends nothing.
 *
 * @throws {AuthError} `store-unavailable` if the store cannot be read, `store-damaged` if it holds something other than a session of
 * this user, which is not changed.
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
  // Not under `username`: another user may sign in.
  const accountOf = ({ username }: Pick<Session, 'username'>) => ({ baseUrl: rest.baseUrl, username });
  const forget = (session: Session) => writes.add(() => forgetSession(store, accountOf(session), session));
  if (session && !isLive(session)) forget(session);
  const machine = provideServices({
    async requestToken(request, signal) {
      const account = accountOf(request.credentials ?? { username });
      // A code is not refused: it belongs to a login that the server has admitted.
      if (!request.challenge) await throwIfThrottled(store, account);
      const { requestToken } = await loadTokenService();
      return requestToken(rest, request, signal).catch((error) => {
        writes.add(() => keepThrottle(store, account, error));
        throw error;
      });
    },
    revoke: async (session) => (await loadTokenService()).callLogoutEndpoint(rest, session),
  });
  const auth = createAuth({ ...rest, session, machine });
  auth.actor.on('session.opened', ({ session }) => writes.add(() => saveSession(store, accountOf(session), session)));
  auth.actor.on('session.closed', ({ session }) => forget(session));
  return { ...auth, whenStored: writes.whenWritten };
}
