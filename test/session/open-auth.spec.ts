import Keyv from 'keyv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { login } from '../../src/node/index.ts';
import {
  createMemoryStore,
  keepSession,
  loadSession,
  type OpenAuthOptions,
  openAuth,
  type SessionStore,
  saveSession,
  storeKey,
} from '../../src/session/index.ts';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

let emulator: RunningEmulator;
let store: SessionStore;
let options: OpenAuthOptions;
beforeEach(async () => {
  emulator = await startEmulator({ loginsPerMinute: false });
  store = createMemoryStore();
  options = { baseUrl: emulator.baseUrl, appKey: emulator.appKey, username: 'bob', store };
});
afterEach(() => emulator.close());

const bob = { username: 'bob', password: 'bob-demo' };
const kept = (username = 'bob') => loadSession(store, { baseUrl: emulator.baseUrl, username });

/** What a run of the program leaves behind that signed in and ended. */
async function signedInBefore(): Promise<void> {
  const auth = await openAuth(options);
  await auth.login(bob);
  await auth.whenStored();
  auth.actor.stop();
}

describe('a login with a store', () => {
  it('starts signed in with a live session, without a request', async () => {
    await signedInBefore();
    const before = emulator.requests.length;
    const auth = await openAuth({ ...options, baseUrl: `${emulator.baseUrl}/` });
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated', session: { username: 'bob' } });
    expect(emulator.requests).toHaveLength(before);
  });

  it('starts signed out without one, without a request', async () => {
    const auth = await openAuth(options);
    expect(auth.getSnapshot()).toEqual({ state: 'idle' });
    expect(emulator.requests).toHaveLength(0);
  });

  it('deletes an expired session', async () => {
    const over = { username: 'bob', token: secret('token'), issuedAt: 0, expiresAt: Date.now() };
    await saveSession(store, options, over);
    const auth = await openAuth(options);
    expect(auth.getSnapshot()).toEqual({ state: 'idle' });
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });

  it.each([
    ['is no session', { some: 'thing' }],
    ['is a session of somebody else', { version: 1, username: 'eve', token: 'token', issuedAt: 0, expiresAt: 9e15 }],
  ])('is refused if the stored value %s, which is not changed', async (_, value) => {
    const keyv = new Keyv();
    const entry = { baseUrl: options.baseUrl, ...value };
    await keyv.set(storeKey(options), entry);
    await expect(openAuth({ ...options, store: keyv })).rejects.toMatchObject({ code: 'store-damaged' });
    expect(await keyv.get(storeKey(options))).toEqual(entry);
  });

  it('is refused if the store cannot be read', async () => {
    const broken = {
      ...store,
      get: () => Promise.reject(Object.assign(new Error('secret stuff'), { code: 'EACCES' })),
    };
    await expect(openAuth({ ...options, store: broken })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: 'EACCES',
    });
  });

  it('is refused for a user name that is no text, without blaming the store', async () => {
    const given: object = { username: 7 };
    await expect(openAuth({ ...options, store, ...given })).rejects.toMatchObject({
      code: 'invalid-input',
      failure: { detail: 'username: not a text' },
    });
  });

  it.each(['secret stuff', null, undefined])('is refused if the store fails with %j', async (thrown) => {
    const broken = { ...store, get: () => Promise.reject(thrown) };
    await expect(openAuth({ ...options, store: broken })).rejects.toMatchObject({
      code: 'store-unavailable',
      failure: { detail: null },
    });
  });

  it('deletes a session when the user signs out', async () => {
    await signedInBefore();
    const auth = await openAuth(options);
    await auth.logout();
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });

  it('ends at the server the session that a stopped program left in the store', async () => {
    const program = await keepSession({ ...options, login: () => login({ ...options, password: bob.password }) });
    await program.getSession();
    await program.stop();
    const auth = await openAuth(options);
    await auth.logout();
    await expect
      .poll(() => emulator.requests.at(-1))
      .toMatchObject({ path: '/api/logout', authorization: 'session token', status: 200 });
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });

  it('deletes a session when it expires', async () => {
    await signedInBefore();
    const auth = await openAuth(options);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 60 * 60_000 });
    try {
      auth.actor.send({ type: 'session.check' });
    } finally {
      vi.useRealTimers();
    }
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });

  it('deletes a session when the server rejects it', async () => {
    await signedInBefore();
    const auth = await openAuth(options);
    auth.actor.send({ type: 'session.rejected' });
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });

  it('stores a session under the name of the user who signs in', async () => {
    const auth = await openAuth({ ...options, username: 'alice' });
    await auth.login(bob);
    await auth.whenStored();
    expect(await kept('alice')).toBeNull();
    expect(await kept('bob')).toMatchObject({ username: 'bob' });
  });

  it('never stores a password', async () => {
    const keyv = new Keyv();
    const auth = await openAuth({ ...options, store: keyv });
    await auth.login(bob);
    await auth.whenStored();
    const entry = await keyv.get(storeKey(options));
    expect(entry).toMatchObject({ username: 'bob', token: expect.any(String) });
    expect(JSON.stringify(entry)).not.toContain('bob-demo');
  });

  it('accepts a Keyv instance as its store', async () => {
    store = new Keyv();
    options = { ...options, store };
    await signedInBefore();
    const auth = await openAuth(options);
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
    await auth.logout();
    await auth.whenStored();
    expect(await kept()).toBeNull();
  });
});

describe('a failing store', () => {
  it('does not affect the session in memory, and is reported', async () => {
    const onStoreError = vi.fn();
    const full = { ...store, set: () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' })) };
    const auth = await openAuth({ ...options, store: full, onStoreError });
    await auth.login(bob);
    await auth.whenStored();
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'store-unavailable', message: 'ENOSPC' }),
    );
  });

  it('causes no unhandled rejection without a listener', async () => {
    const onUnhandled = vi.fn();
    process.on('unhandledRejection', onUnhandled);
    const full = { ...store, set: () => Promise.reject(new Error()), delete: () => Promise.reject(new Error()) };
    const auth = await openAuth({ ...options, store: full });
    await auth.login(bob);
    await auth.logout();
    await auth.whenStored();
    await new Promise(setImmediate);
    process.off('unhandledRejection', onUnhandled);
    expect(onUnhandled).not.toHaveBeenCalled();
  });

  it('does not prevent later writes', async () => {
    let isFull = true;
    const set: SessionStore['set'] = (...entry) => {
      if (isFull) throw new Error('full');
      return store.set(...entry);
    };
    const auth = await openAuth({ ...options, store: { ...store, set } });
    await auth.login(bob);
    await auth.whenStored();
    isFull = false;
    await auth.logout();
    await auth.login(bob);
    await auth.whenStored();
    expect(await kept()).toMatchObject({ username: 'bob' });
  });
});

describe('a slow store', () => {
  it('is written in order', async () => {
    const gate = Promise.withResolvers<void>();
    const written: string[] = [];
    const slow: SessionStore = {
      ...store,
      set: async (...entry) => {
        await gate.promise;
        written.push('saved');
        return store.set(...entry);
      },
      delete: async (key) => {
        written.push('forgotten');
        return store.delete(key);
      },
    };
    const auth = await openAuth({ ...options, store: slow });
    await auth.login(bob);
    await auth.logout();
    await auth.login(bob);
    await auth.logout();
    expect(written).toEqual([]);
    gate.resolve();
    await auth.whenStored();
    expect(written).toEqual(['saved', 'forgotten', 'saved', 'forgotten']);
    expect(await kept()).toBeNull();
  });
});
