import type { Account } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { loadSession, proveWritable, type SessionStore, saveSession } from './session-store.ts';
import { keepThrottle, throwIfThrottled } from './stored-throttle.ts';
import { type TurnParts, takeTurn } from './turns.ts';

/** What it takes to make one login per account. */
export interface OneLoginParts extends Pick<TurnParts<Session>, 'takeLock' | 'pause' | 'onWait'> {
  readonly store: SessionStore;
  /** Signs in even before the time that the server named: a person has asked for it. */
  readonly force?: boolean | undefined;
  readonly login: () => Promise<Session>;
  readonly onStoreError: (error: unknown) => void;
}

/**
 * Returns the stored session if it is wanted. Otherwise signs in, one holder at a time, and stores the new session. The store is proven
 * writable before the login, and a session that cannot be stored is returned anyway.
 *
 * @throws {AuthError} what `login`, `pause` and the store throw; `too-many-attempts` while the server admits nobody.
 */
export function oneLogin(
  account: Account,
  isWanted: (session: Session) => boolean,
  { store, force, login, onStoreError, ...turn }: OneLoginParts,
): Promise<Session> {
  const look = async () => {
    const session = await loadSession(store, account);
    return session && isWanted(session) ? session : null;
  };
  const signIn = async () => {
    if (!force) await throwIfThrottled(store, account);
    await proveWritable(store, account);
    const session = await login().catch(async (error) => {
      await keepThrottle(store, account, error);
      throw error;
    });
    // Signing in again would cost another SMS, so the session must survive a failing store.
    await saveSession(store, account, session).catch(onStoreError);
    return session;
  };
  return takeTurn({ ...turn, look, signIn });
}
