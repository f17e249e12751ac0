import { AuthError } from '../../machines/failures.ts';
import { type Account, isCurrent, isFromTheFuture, storeKey } from '../../machines/session.ts';
import { callStore } from './call-store.ts';
import { entryFrom, entryWithoutToken, type SessionStore } from './session-store.ts';

// All programs with the same store know what the server told one of them: another login would only prolong the wait.

/** No key of a session begins like this. */
const keyOf = (account: Account) => `throttled ${storeKey(account)}`;

/** The longest wait that is believed, in milliseconds. */
const aDay = 24 * 60 * 60 * 1000;

/**
 * Refuses a login before the time that the server named, to any program with this store.
 *
 * @throws {AuthError} `too-many-attempts` with the seconds that are left.
 */
export async function throwIfThrottled(store: SessionStore, account: Account): Promise<void> {
  const until = await throttledUntil(store, account);
  if (until === null) return;
  const retryAfter = Math.ceil((until - Date.now()) / 1000);
  throw new AuthError('too-many-attempts', { detail: 'another login of this account was told to wait', retryAfter });
}

/** Stores the time that an error names, if it names one. If the store fails, nothing is stored. */
export async function keepThrottle(store: SessionStore, account: Account, error: unknown): Promise<void> {
  if (!(error instanceof AuthError) || error.code !== 'too-many-attempts') return;
  const { retryAfter } = error.failure;
  if (retryAfter === null) return;
  const issuedAt = Date.now();
  const expiresAt = issuedAt + retryAfter * 1000;
  // A refusal that only repeats the stored time, rounded up, must not prolong it.
  if (expiresAt <= ((await throttledUntil(store, account)) ?? 0) + 1000) return;
  const entry = entryWithoutToken(account, { issuedAt, expiresAt });
  await callStore(() => store.set(keyOf(account), entry, retryAfter * 1000)).catch(() => {});
}

async function throttledUntil(store: SessionStore, { baseUrl, username }: Account): Promise<number | null> {
  const value = await callStore(() => store.get(keyOf({ baseUrl, username }))).catch(() => null);
  const entry = entryFrom(value, baseUrl);
  if (entry?.token !== '' || entry.username.trim() !== username.trim()) return null;
  const { issuedAt, expiresAt } = entry;
  // A clock that was set back must not prolong the wait.
  return !isFromTheFuture(entry) && isCurrent(entry) && expiresAt - issuedAt <= aDay ? expiresAt : null;
}
