import { AuthError } from '../../machines/failures.ts';
import { reveal, secret } from '../../machines/secret.ts';
import { type Account, isFromTheFuture, isLive, isNewer, normalBaseUrl, storeKey } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isToken } from '../protocol/headers.ts';
import { isShaped, type Shaped } from '../protocol/shape.ts';
import { callStore } from './call-store.ts';

/**
 * Stores sessions between runs. A [Keyv](https://keyv.org) instance works as it is, with any of its back ends. A call that is not
 * answered within 30 seconds has failed.
 *
 * The store holds the token in plain text: anyone who can read it is signed in.
 */
export interface SessionStore {
  /** Returns the value of a key, or `undefined`, or a promise of either. */
  get(key: string): unknown;
  /** Stores a JSON value, for at least `ttl` milliseconds. */
  set(key: string, value: StoredSession, ttl: number): unknown;
  /** Deletes the value of a key, if there is one. */
  delete(key: string): unknown;
  /**
   * The lock of a key, by which programs with this store sign in one after another. The file and keyring stores have it. Without it,
   * programs that need a session at the same moment may make one login each.
   */
  lock?(key: string): StoreLock;
}

/** A lock that one program holds at a time. It is free again when that program ends, in whatever way. */
export interface StoreLock {
  /**
   * The same for each object of the same lock in this program. By it, `storedLogin` knows that the kept session whose `login` it is holds
   * the lock already. Without a name, that holds for one store object alone.
   */
  readonly name?: string;
  /**
   * Takes the lock, or resolves with `null` while another program holds it. It is called again, a few times a second, until it is free.
   * `release` may return a promise, which is not waited for. Its failure changes nothing.
   */
  take(): Promise<{ release(): unknown } | null>;
}

const shape = {
  version: 'number',
  baseUrl: 'string',
  username: 'string',
  token: 'string',
  issuedAt: 'number',
  expiresAt: 'number',
} as const;

/** A stored session: plain JSON, and never a password. */
export type StoredSession = Shaped<typeof shape> & { readonly version: 1 };

/**
 * The session of an account, or `null` if there is none. An expired one is returned as well: check its `expiresAt`.
 *
 * @throws {AuthError} `store-unavailable` if the store fails, `store-damaged` if it holds something else.
 */
export async function loadSession(store: SessionStore, account: Account): Promise<Session | null> {
  const value = await callStore(() => store.get(storeKey(account)));
  if (value === undefined || value === null) return null;
  const session = sessionFrom(value, account.baseUrl);
  if (session?.username.trim() !== account.username.trim()) {
    const isNewer = Number(Object(value).version) > 1;
    const detail = isNewer ? `a newer version of etna-auth wrote it: ${storeKey(account)}` : storeKey(account);
    throw new AuthError('store-damaged', { detail });
  }
  return session;
}

/** The session in a stored value, or `null` if it is not a session of this base URL. */
export function sessionFrom(value: unknown, baseUrl: string): Session | null {
  const entry = entryFrom(value, baseUrl);
  if (!entry || !isToken(entry.token)) return null;
  const { username, token, issuedAt, expiresAt } = entry;
  // Stored while the clock was far ahead: its true lifetime is unknown, and it would seem to live forever.
  const isFarAhead = isFromTheFuture({ issuedAt: issuedAt - anHour });
  return { username, token: secret(token), issuedAt, expiresAt: isFarAhead ? 0 : expiresAt };
}

const anHour = 60 * 60 * 1000;

/** A stored value of this base URL, with or without a token; `null` for any other value. */
export function entryFrom(value: unknown, baseUrl: string): Shaped<typeof shape> | null {
  if (!isShaped(value, shape) || value.version !== 1) return null;
  return normalBaseUrl(value.baseUrl) === normalBaseUrl(baseUrl) ? value : null;
}

/** What is stored beside the sessions has their form, so that every store takes it, and no token. */
export function entryWithoutToken(
  { baseUrl, username }: Account,
  { issuedAt, expiresAt }: Pick<Session, 'issuedAt' | 'expiresAt'>,
): StoredSession {
  return { version: 1, baseUrl, username, token: '', issuedAt, expiresAt };
}

/** The stored form of a session. It contains the token in plain text. */
export function storedForm({ username, token, issuedAt, expiresAt }: Session, baseUrl: string): StoredSession {
  return { version: 1, baseUrl, username, token: reveal(token), issuedAt, expiresAt };
}

/**
 * Stores the session of an account until it expires, unless a newer one is there. Stores have no compare-and-set, so another writer may
 * come between reading and writing; a login therefore holds the lock of the account.
 *
 * @throws {AuthError} `store-unavailable` if the store fails, which Keyv may report with `false`.
 */
export async function saveSession(store: SessionStore, account: Account, session: Session): Promise<void> {
  const kept = await peek(store, account);
  // One from the future may well be older.
  if (kept && isLive(kept) && kept.issuedAt > session.issuedAt && !isFromTheFuture(kept)) return;
  const stored = { ...storedForm(session, account.baseUrl), username: account.username };
  await writeEntry(store, storeKey(account), stored, Math.max(0, session.expiresAt - Date.now()));
}

/**
 * Checks that the store is writable, before a login costs an SMS: writes an entry beside the session of an account, and deletes it.
 *
 * @throws {AuthError} `store-unavailable` if the store fails.
 */
export async function proveWritable(store: SessionStore, account: Account): Promise<void> {
  const key = `${storeKey(account)} (probe)`;
  const now = Date.now();
  await writeEntry(store, key, entryWithoutToken(account, { issuedAt: now, expiresAt: now }), 1_000);
  await callStore(() => store.delete(key));
}

/**
 * Deletes a session, or without one everything that is stored for the account. A live session that is newer than the given one belongs
 * to another program, and stays.
 *
 * @throws {AuthError} `store-unavailable` if the store fails.
 */
export async function forgetSession(store: SessionStore, account: Account, session?: Session): Promise<void> {
  const hasNewer = async () => {
    const kept = session && (await peek(store, account));
    return !!kept && isNewer(kept, session);
  };
  if (await hasNewer()) return;
  const isDeleted = await callStore(() => store.delete(storeKey(account)));
  // So Keyv says that there is none, and, if it has a listener for its errors, that it could not delete it.
  if (isDeleted === false && (await peek(store, account)) && !(await hasNewer())) {
    throw new AuthError('store-unavailable', { detail: 'The store refused to delete.' });
  }
}

/** The stored session; `null` if there is none, or if the value is not a session. */
async function peek(store: SessionStore, account: Account): Promise<Session | null> {
  return sessionFrom(await callStore(() => store.get(storeKey(account))), account.baseUrl);
}

/** A store in memory, which lasts as long as the program. */
export function createMemoryStore(): SessionStore {
  const sessions = new Map<string, StoredSession>();
  return {
    get: (key) => sessions.get(key),
    set: (key, value) => void sessions.set(key, value),
    delete: (key) => sessions.delete(key),
  };
}

/**
 * Writes an entry.
 *
 * @throws {AuthError} `store-unavailable` if the store fails.
 */
export async function writeEntry(store: SessionStore, key: string, value: StoredSession, ttl: number): Promise<void> {
  const result = await callStore(() => store.set(key, value, ttl));
  // Keyv resolves with `false` if it has a listener for its errors.
  if (result === false) throw new AuthError('store-unavailable', { detail: 'The store refused to write.' });
}
