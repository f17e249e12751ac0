import { AuthError } from '../../machines/failures.ts';
import { type Account, storeKey } from '../../machines/session.ts';
import { isShaped } from '../protocol/shape.ts';
import type { SessionStore } from './session-store.ts';

// All programs with the same store know what the server told one of them: another login would only prolong the wait.

const keyOf = (account: Account) => `${storeKey(account)} (throttled)`;

/**
 * Refuses a login before the time that the server named, to any program with this store.
 *
 * @throws {AuthError} `too-many-attempts` with the seconds that are left.
 */
export async function throwIfThrottled(store: SessionStore, account: Account): Promise<void> {
  const kept = await attempt(() => store.get(keyOf(account)));
  if (!isShaped(kept, { version: 'number', issuedAt: 'number', expiresAt: 'number' })) return;
  const now = Date.now();
  // A clock that was set back must not prolong the wait.
  if (now < kept.issuedAt || now >= kept.expiresAt) return;
  const retryAfter = Math.ceil((kept.expiresAt - now) / 1000);
  throw new AuthError('too-many-attempts', { detail: 'another login of this account was told to wait', retryAfter });
}

/** Stores the time that an error names, if it names one. If the store fails, nothing is stored. */
export async function keepThrottle(store: SessionStore, account: Account, error: unknown): Promise<void> {
  if (!(error instanceof AuthError) || error.code !== 'too-many-attempts') return;
  const { retryAfter } = error.failure;
  if (retryAfter === null) return;
  const issuedAt = Date.now();
  const { baseUrl, username } = account;
  const entry = {
    version: 1,
    baseUrl,
    username,
    token: '',
    issuedAt,
    expiresAt: issuedAt + retryAfter * 1000,
  } as const;
  await attempt(() => store.set(keyOf(account), entry, retryAfter * 1000));
}

async function attempt(operation: () => unknown): Promise<unknown> {
  try {
    return await operation();
  } catch {
    return undefined;
  }
}
