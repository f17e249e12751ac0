import { AuthError } from '../../machines/failures.ts';
import { type Account, storeKey } from '../../machines/session.ts';
import { isShaped } from '../protocol/shape.ts';
import type { SessionStore } from './session-store.ts';

// What the server told one holder of a store, all of them know: until then, another login would only prolong the wait.

const keyOf = (account: Account) => `${storeKey(account)} (throttled)`;

/**
 * Refuses a login while the server admits nobody, as far as any holder of the store was told.
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
  throw new AuthError('too-many-attempts', { detail: 'told to another login of this account', retryAfter });
}

/** Keeps the time before which the server admits nobody, if an error tells it. A store that fails keeps nothing. */
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
