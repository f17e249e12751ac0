import type { Account } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { loadSession, proveWritable, type SessionStore, saveSession } from './session-store.ts';
import { keepThrottle, throwIfThrottled } from './stored-throttle.ts';

/** What it takes to make one login per account. */
export interface OneLoginParts {
  readonly store: SessionStore;
  /** Signs in even before the time that the server named: a person has asked for it. */
  readonly force?: boolean | undefined;
  /** Takes the lock of the account, or resolves with `null` while another holder has it. */
  readonly takeLock: () => Promise<{ release(): void } | null>;
  readonly login: () => Promise<Session>;
  /** Waits before the next check. Rejects to stop waiting. */
  readonly pause: () => Promise<void>;
  /** Called once, when another holder is signing in and this one waits for it. */
  readonly onWait?: (() => void) | undefined;
  readonly onStoreError: (error: unknown) => void;
}

/**
 * Returns the stored session if it is wanted. Otherwise signs in, one holder at a time, and stores the new session. A holder that waited
 * checks the store again before it signs in. The store is proven writable before the login, and a session that cannot be stored is
 * returned anyway.
 *
 * @throws {AuthError} what `login`, `pause` and the store throw; `too-many-attempts` while the server admits nobody.
 */
export async function oneLogin(
  account: Account,
  isWanted: (session: Session) => boolean,
  { store, force, takeLock, login, pause, onWait, onStoreError }: OneLoginParts,
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
  for (let waits = false; ; waits = true) {
    const kept = await look();
    if (kept) return kept;
    const lock = await takeLock();
    if (lock) {
      try {
        return (await look()) ?? (await signIn());
      } finally {
        lock.release();
      }
    }
    if (!waits) onWait?.();
    await pause();
  }
}
