import { type Account, storeKey } from '../../machines/session.ts';
import { callStore } from './call-store.ts';
import { entryFrom, entryWithoutToken, type SessionStore, writeEntry } from './session-store.ts';
import { isRepeated, type Throttle, throttleIn, throwWhile } from './throttle.ts';

/** No key of a session begins like this. */
const keyOf = (account: Account) => `throttled ${storeKey(account)}`;

/**
 * Refuses a login before the time that the server named to any program with this store.
 *
 * @throws {AuthError} `too-many-attempts` with the seconds that are left.
 */
export async function throwIfThrottled(store: SessionStore, account: Account): Promise<void> {
  throwWhile(await throttleOf(store, account));
}

/** Stores the throttle that an error announces. If the store fails, nothing is stored. */
export async function keepThrottle(store: SessionStore, account: Account, error: unknown): Promise<void> {
  const throttle = throttleIn(error);
  if (!throttle || isRepeated(throttle, await throttleOf(store, account))) return;
  const entry = entryWithoutToken(account, throttle);
  await writeEntry(store, keyOf(account), entry, throttle.expiresAt - throttle.issuedAt).catch(() => {});
}

async function throttleOf(store: SessionStore, account: Account): Promise<Throttle | null> {
  const value = await callStore(() => store.get(keyOf(account))).catch(() => null);
  const entry = entryFrom(value, account.baseUrl);
  return entry?.token === '' && entry.username.trim() === account.username.trim() ? entry : null;
}
