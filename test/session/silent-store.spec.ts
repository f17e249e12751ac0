import { spawnSync } from 'node:child_process';
import Keyv from 'keyv';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { loadTokenService } from '../../src/auth-machine.ts';
import { openNativeAuth } from '../../src/native/index.ts';
import { storedLogin } from '../../src/node/index.ts';
import { patientClock } from '../../src/patient-clock.ts';
import {
  createMemoryStore,
  keepSession,
  loadSession,
  openAuth,
  type SessionStore,
  type StoreLock,
  saveSession,
} from '../../src/session/index.ts';
import { createEmulator, type Emulator } from '../../src/testing/index.ts';

const operations = ['get', 'set', 'delete'] as const;
const noReply = { code: 'store-unavailable', message: 'The store did not reply within 30 s.' };

// Reading files takes time, whatever the clock of a test says.
beforeAll(() => loadTokenService());

let emulator: Emulator;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.UTC(2026, 0, 5) });
  emulator = createEmulator({ users: [{ username: 'bob', password: 'bob-demo' }] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const broker = () => ({
  baseUrl: 'https://etna.test/api',
  appKey: emulator.appKey,
  username: 'bob',
  fetch: emulator.fetch,
});
const bob = { username: 'bob', password: 'bob-demo' };
const sessionOf = (token: string, lifetime = 3_600_000) => {
  const issuedAt = Date.now();
  return { username: 'bob', token: secret(token), issuedAt, expiresAt: issuedAt + lifetime };
};

/** A store one operation of which replies only when it is told to, as on a network drive that hangs. */
function createHangingStore() {
  const memory = createMemoryStore();
  const replies: PromiseWithResolvers<unknown>[] = [];
  let silent: string | null = null;
  const replying =
    <Args extends unknown[]>(name: string, operation: (...args: Args) => unknown) =>
    (...args: Args) => {
      if (silent !== name) return operation(...args);
      const reply = Promise.withResolvers<unknown>();
      replies.push(reply);
      return reply.promise;
    };
  return {
    get: replying('get', memory.get),
    set: replying('set', memory.set),
    delete: replying('delete', memory.delete),
    hang: (operation: (typeof operations)[number]) => {
      silent = operation;
    },
    replies,
  };
}

/** How something ends within so many seconds. */
async function within<Value>(seconds: number, operation: Promise<Value>): Promise<Value | 'nothing yet'> {
  const settled = operation.catch((error) => error);
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  return Promise.race([settled, new Promise<'nothing yet'>((resolve) => setImmediate(resolve, 'nothing yet'))]);
}

describe('a store that never replies', () => {
  it('is given 30 seconds', async () => {
    const store = createHangingStore();
    store.hang('get');
    const loading = loadSession(store, broker());
    expect(await within(29.999, loading)).toBe('nothing yet');
    expect(await within(0.001, loading)).toMatchObject(noReply);
  });

  it('lets neither openAuth nor keepSession start', async () => {
    const store = createHangingStore();
    store.hang('get');
    expect(await within(30, openAuth({ ...broker(), store }))).toMatchObject(noReply);
    expect(await within(30, keepSession({ ...broker(), store, login: vi.fn() }))).toMatchObject(noReply);
  });

  it.each(operations)('ends a login before it sends anything, if it hangs in `%s`', async (operation) => {
    const store = createHangingStore();
    store.hang(operation);
    const login = storedLogin({ ...broker(), password: 'bob-demo', store });
    expect(await within(30, login)).toMatchObject(noReply);
    expect(emulator.requests).toEqual([]);
  });

  it('costs no session that a login has brought', async () => {
    const store = createHangingStore();
    const onStoreError = vi.fn();
    const login = storedLogin({
      ...broker(),
      ...bob,
      store,
      onStoreError,
      onState: ({ state }) => {
        if (state === 'authenticated') store.hang('set');
      },
    });
    expect(await within(30, login)).toMatchObject({ username: 'bob' });
    expect(onStoreError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(noReply));
  });

  it.each(operations)('holds up neither a login nor the end of a program, if it hangs in `%s`', async (operation) => {
    const store = createHangingStore();
    const onStoreError = vi.fn();
    const auth = await openAuth({ ...broker(), store, onStoreError });
    store.hang(operation);
    expect(await within(60, auth.login(bob))).toMatchObject({ state: 'authenticated' });
    expect(await within(0, auth.logout())).toMatchObject({ state: 'idle' });
    expect(await within(60, auth.whenStored())).toBeUndefined();
    expect(onStoreError).toHaveBeenCalledWith(expect.objectContaining(noReply));
  });

  it.each(operations)('does not stop a program that stays signed in, if it hangs in `%s`', async (operation) => {
    const store = createHangingStore();
    const first = sessionOf('first');
    const kept = await keepSession({ ...broker(), store, login: async () => first });
    store.hang(operation);
    expect(await within(60, kept.getSession())).toBe(first);
    kept.rejectSession(first);
    expect(await within(60, kept.stop())).toBeUndefined();
  });

  it('holds up a program that stays signed in for two seconds at most, if it hangs in `set`', async () => {
    const store = createHangingStore();
    const session = sessionOf('first');
    const kept = await keepSession({ ...broker(), store, login: async () => session });
    store.hang('set');
    expect(await within(2, kept.getSession())).toBe(session);
  });

  it('lets an app start signed out', async () => {
    const store = createHangingStore();
    store.hang('get');
    const onStoreError = vi.fn();
    const auth = await within(60, openNativeAuth({ ...broker(), store, onStoreError }));
    expect(auth).toMatchObject({ lastUsername: null });
    expect(onStoreError).toHaveBeenCalled();
  });
});

describe('a reply that comes too late', () => {
  it('changes nothing', async () => {
    const store = createHangingStore();
    const kept = await keepSession({ ...broker(), store, login: async () => sessionOf('of the login') });
    store.hang('get');
    const getting = kept.getSession();
    await vi.advanceTimersByTimeAsync(60_000);
    const session = await getting;
    const newer = createMemoryStore();
    await saveSession(newer, broker(), sessionOf('newer'));
    for (const { resolve } of store.replies) resolve(newer.get('https://etna.test/api bob'));
    expect(await kept.getSession()).toBe(session);
  });

  it('is no unhandled rejection', async () => {
    const onUnhandled = vi.fn();
    process.on('unhandledRejection', onUnhandled);
    const store = createHangingStore();
    store.hang('get');
    await within(30, loadSession(store, broker()));
    store.replies[0]?.reject(new Error('too late'));
    await new Promise(setImmediate);
    process.off('unhandledRejection', onUnhandled);
    expect(onUnhandled).not.toHaveBeenCalled();
  });
});

describe('a lock of a store', () => {
  const withLock = (take: StoreLock['take']) => ({ ...createMemoryStore(), lock: () => ({ take }) });
  const getSession = async (store: SessionStore) => {
    const kept = await keepSession({ ...broker(), store, login: async () => sessionOf('of the login') });
    return kept.getSession();
  };
  const fails = () => {
    throw new Error('out of order');
  };

  it.each([
    ['throws', fails],
    ['rejects', async () => fails()],
    ['never replies', () => new Promise<never>(() => {})],
  ])('that %s stops no program that stays signed in, and lets no login begin', async (_, take) => {
    expect(await within(30, getSession(withLock(take)))).toMatchObject({ username: 'bob' });
    const login = storedLogin({ ...broker(), ...bob, store: withLock(take) });
    expect(await within(30, login)).toMatchObject({ code: 'store-unavailable' });
    expect(emulator.requests).toEqual([]);
  });

  it.each([
    ['throws', fails],
    ['rejects', async () => fails()],
    ['never replies', () => new Promise<never>(() => {})],
  ])('that %s when it is released costs no session', async (_, release) => {
    const onUnhandled = vi.fn();
    process.on('unhandledRejection', onUnhandled);
    const take = async () => ({ release });
    expect(await within(0, getSession(withLock(take)))).toMatchObject({ username: 'bob' });
    expect(await within(1, storedLogin({ ...broker(), ...bob, store: withLock(take) }))).toMatchObject({
      username: 'bob',
    });
    process.off('unhandledRejection', onUnhandled);
    expect(onUnhandled).not.toHaveBeenCalled();
  });

  it('that comes too late is released', async () => {
    const release = vi.fn();
    const taken = Promise.withResolvers<{ release(): void }>();
    await within(30, getSession(withLock(() => taken.promise)));
    taken.resolve({ release });
    await vi.waitFor(() => expect(release).toHaveBeenCalledOnce());
  });
});

it.each([11_000, { of: 'a driver' }])(
  'a store whose errors have a code that is no text costs no session: %j',
  async (code) => {
    const memory = createMemoryStore();
    const set = (...entry: Parameters<typeof memory.set>) => {
      if (entry[1].token) throw Object.assign(new Error('full'), { code });
      return memory.set(...entry);
    };
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
    expect(await storedLogin({ ...broker(), ...bob, store: { ...memory, set } })).toMatchObject({ username: 'bob' });
    expect(warning).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('The session store is unavailable. (Error)'),
    );
  },
);

it('a store that replies at once is waited for without a timer, and any other leaves none behind', async () => {
  // Not the global one: its spy would put the fake one back when the mocks of another file are restored.
  const timers = vi.spyOn(patientClock, 'setTimeout');
  await saveSession(createMemoryStore(), broker(), sessionOf('token'));
  expect(timers).not.toHaveBeenCalled();
  await saveSession(new Keyv(), broker(), sessionOf('token'));
  expect(timers).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it('waiting for a store does not keep a process running', () => {
  const module = new URL('../../src/session/index.ts', import.meta.url).href;
  const program = `
    const { loadSession } = await import(${JSON.stringify(module)});
    await loadSession({ get: () => new Promise(() => {}) }, { baseUrl: 'https://etna.test/api', username: 'bob' });`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000 });
  // What Node ends with if nothing is left that could settle an `await` at the top.
  expect(status).toBe(13);
});
