import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import { storeKey } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import {
  createMemoryStore,
  entryFrom,
  forgetSession,
  loadSession,
  proveWritable,
  type SessionStore,
  saveSession,
} from '../../src/session/session-store.ts';

const account = { baseUrl: 'https://etna.test/api', username: 'bob' };
const now = Date.UTC(2026, 0, 5);
const minute = 60_000;

const sessionOf = (token: string, issuedAt: number, expiresAt = now + 60 * minute): Session => ({
  username: 'bob',
  token: secret(token),
  issuedAt,
  expiresAt,
});
const newest = sessionOf('newest', now);
const older = sessionOf('older', now - minute);
const expired = sessionOf('expired', now - minute, now - 1);

let store: SessionStore;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  store = createMemoryStore();
});
afterEach(() => void vi.useRealTimers());

async function stored(): Promise<string | null> {
  const session = await loadSession(store, account);
  return session && reveal(session.token);
}

describe('a session is saved', () => {
  it('over an older one, and not over a newer one', async () => {
    await saveSession(store, account, older);
    await saveSession(store, account, newest);
    expect(await stored()).toBe('newest');
    await saveSession(store, account, older);
    expect(await stored()).toBe('newest');
  });

  it('over one of the same moment', async () => {
    await saveSession(store, account, older);
    await saveSession(store, account, { ...older, token: secret('other') });
    expect(await stored()).toBe('other');
  });

  it('over a newer one that has expired', async () => {
    await saveSession(store, account, expired);
    await saveSession(store, account, sessionOf('long', now - 2 * minute));
    expect(await stored()).toBe('long');
  });

  it.each([
    ['an hour, if it lives so long', newest, 60 * minute],
    ['no time, if it has expired', expired, 0],
  ])('for %s', async (_, session, lifetime) => {
    const set = vi.spyOn(store, 'set');
    await saveSession(store, account, session);
    expect(set).toHaveBeenCalledExactlyOnceWith(storeKey(account), expect.anything(), lifetime);
  });
});

describe('a session is loaded', () => {
  const entry = { version: 1, ...account, token: 'token', issuedAt: now, expiresAt: now + minute } as const;
  const key = storeKey(account);

  it.each([
    ['with a space after the given user name', { username: 'bob ' }, {}],
    ['with a space after the stored user name', {}, { username: 'bob ' }],
    ['with another spelling of the base URL', {}, { baseUrl: 'HTTPS://etna.test/api/' }],
  ])('%s', async (_, given, kept) => {
    await store.set(key, { ...entry, ...kept }, minute);
    expect(await loadSession(store, { ...account, ...given })).toMatchObject({ issuedAt: now });
  });

  it('as none, from a store that has `null` for nothing', async () => {
    expect(await loadSession({ ...store, get: () => null }, account)).toBeNull();
  });

  it.each([
    ['of another base URL', { ...entry, baseUrl: 'https://etna.test/other' }, key],
    ['of another user', { ...entry, username: 'eve' }, key],
    ['of a newer version', { ...entry, version: 2 }, `a newer version of etna-auth wrote it: ${key}`],
  ])('not from an entry %s, which the error names', async (_, value, detail) => {
    const failure = { code: 'store-damaged', failure: { detail } };
    await expect(loadSession({ ...store, get: () => value }, account)).rejects.toMatchObject(failure);
  });
});

describe('a store is proven writable', () => {
  it('by an entry of the account beside its session, which is deleted again', async () => {
    await saveSession(store, account, newest);
    const set = vi.spyOn(store, 'set');
    const remove = vi.spyOn(store, 'delete');
    await proveWritable(store, account);
    const [key, entry] = set.mock.calls[0] ?? expect.fail();
    expect(key).toContain(storeKey(account));
    expect(entryFrom(entry, account.baseUrl)).toMatchObject({ username: 'bob', token: '' });
    expect(remove.mock.calls).toEqual([[key]]);
    expect(await stored()).toBe('newest');
  });
});

describe('a session is deleted', () => {
  it('without its name, if all of the account is to be forgotten', async () => {
    await saveSession(store, account, newest);
    await forgetSession(store, account);
    expect(await stored()).toBeNull();
  });

  it('even if another program has stored a newer one, once that has expired', async () => {
    await saveSession(store, account, expired);
    await forgetSession(store, account, sessionOf('long', now - 2 * minute));
    expect(await stored()).toBeNull();
  });

  it('if there is none, without a failure', async () => {
    await forgetSession(store, account, older);
    expect(await stored()).toBeNull();
  });
});
