import { AuthError } from '../../machines/failures.ts';
import { reveal, secret } from '../../machines/secret.ts';
import { type Account, isLive, normalBaseUrl, storeKey } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isToken } from '../protocol/headers.ts';
import { isShaped, type Shaped } from '../protocol/shape.ts';

/**
 * Where sessions are kept between runs. A [Keyv](https://keyv.org) instance is one as it is, with any of its back ends.
 *
 * What is kept is the token, in the clear: whoever reads the store is signed in.
 */
export interface SessionStore {
  /** The value kept under a key, or `undefined`; at once or by promise. */
  get(key: string): unknown;
  /** Keeps a value of plain JSON, for at least `ttl` milliseconds. */
  set(key: string, value: StoredSession, ttl: number): unknown;
  /** Forgets what is kept under a key, if anything is. */
  delete(key: string): unknown;
}

const shape = {
  version: 'number',
  baseUrl: 'string',
  username: 'string',
  token: 'string',
  issuedAt: 'number',
  expiresAt: 'number',
} as const;

/** A session as it is kept: plain JSON. There is never a password in it. */
export type StoredSession = Shaped<typeof shape> & { readonly version: 1 };

/**
 * The session of an account, or `null` where there is none. One that is over is returned as well: its `expiresAt` tells.
 *
 * @throws {AuthError} `store-unavailable` where the store fails, `store-damaged` where it holds something else.
 */
export async function loadSession(store: SessionStore, account: Account): Promise<Session | null> {
  const value = await attempt(() => store.get(storeKey(account)));
  if (value === undefined || value === null) return null;
  const session = sessionFrom(value, account.baseUrl);
  if (session?.username.trim() !== account.username.trim()) {
    const isNewer = Number(Object(value).version) > 1;
    const detail = isNewer ? `a newer version of etna-auth wrote it: ${storeKey(account)}` : storeKey(account);
    throw new AuthError('store-damaged', { detail });
  }
  return session;
}

/** The session that was kept in this form, or `null` where it is none of this base URL's. */
export function sessionFrom(value: unknown, baseUrl: string): Session | null {
  if (!isShaped(value, shape) || value.version !== 1 || !isToken(value.token)) return null;
  if (normalBaseUrl(value.baseUrl) !== normalBaseUrl(baseUrl)) return null;
  const { username, token, issuedAt, expiresAt } = value;
  // Stored by a clock that was far ahead: how long it lives is not known, and it would seem to live for ever.
  const isFromTheFuture = issuedAt > Date.now() + anHour;
  return { username, token: secret(token), issuedAt, expiresAt: isFromTheFuture ? 0 : expiresAt };
}

const anHour = 60 * 60 * 1000;

/** The form in which a session is kept. It has the token in the clear. */
export function storedForm({ username, token, issuedAt, expiresAt }: Session, baseUrl: string): StoredSession {
  return { version: 1, baseUrl, username, token: reveal(token), issuedAt, expiresAt };
}

/**
 * Keeps the session of an account until it is over, unless a newer one is there already. Stores cannot compare and set, so that
 * a writer between the look and the write can still be overtaken; whoever signs in holds the lock of the account.
 *
 * @throws {AuthError} `store-unavailable` where the store fails, also where Keyv tells so by `false`.
 */
export async function saveSession(store: SessionStore, account: Account, session: Session): Promise<void> {
  const kept = await peek(store, account);
  if (kept && isLive(kept) && kept.issuedAt > session.issuedAt) return;
  const stored = { ...storedForm(session, account.baseUrl), username: account.username };
  await write(store, storeKey(account), stored, Math.max(0, session.expiresAt - Date.now()));
}

/**
 * Writes an entry beside the session of an account, and deletes it: what a store refuses shows before a login costs an SMS.
 *
 * @throws {AuthError} `store-unavailable` where the store fails.
 */
export async function proveWritable(store: SessionStore, account: Account): Promise<void> {
  const key = `${storeKey(account)} (probe)`;
  const { baseUrl, username } = account;
  const now = Date.now();
  await write(store, key, { version: 1, baseUrl, username, token: '', issuedAt: now, expiresAt: now }, 1_000);
  await attempt(() => store.delete(key));
}

/**
 * Forgets a session, or whatever is kept of the account where none is given. A newer session than the given one is somebody
 * else's, and stays.
 *
 * @throws {AuthError} `store-unavailable` where the store fails.
 */
export async function forgetSession(store: SessionStore, account: Account, session?: Session): Promise<void> {
  const kept = session && (await peek(store, account));
  if (session && kept && kept.issuedAt > session.issuedAt) return;
  await attempt(() => store.delete(storeKey(account)));
}

/** The session that is kept; `null` also where what is kept is none. */
async function peek(store: SessionStore, account: Account): Promise<Session | null> {
  return sessionFrom(await attempt(() => store.get(storeKey(account))), account.baseUrl);
}

/** A store that lasts as long as the program. */
export function createMemoryStore(): SessionStore {
  const sessions = new Map<string, StoredSession>();
  return {
    get: (key) => sessions.get(key),
    set: (key, value) => void sessions.set(key, value),
    delete: (key) => sessions.delete(key),
  };
}

async function write(store: SessionStore, key: string, value: StoredSession, ttl: number): Promise<void> {
  const result = await attempt(() => store.set(key, value, ttl));
  // Keyv resolves so where it has a listener for its errors.
  if (result === false) throw new AuthError('store-unavailable', { detail: 'The store refused to write.' });
}

/** The store's own error may quote what it was given, so only its kind is told. */
async function attempt<Value>(operation: () => Value): Promise<Awaited<Value>> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const { code, name } = Object(error) as { code?: string; name?: string };
    throw new AuthError('store-unavailable', { detail: code ?? name ?? null });
  }
}
