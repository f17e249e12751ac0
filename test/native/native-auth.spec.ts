import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetch as polyfill } from 'whatwg-fetch';
import { reveal } from '../../machines/secret.ts';
import {
  createKeychainStore,
  createSecureStore,
  type KeychainModule,
  type NativeAuthOptions,
  openNativeAuth,
  type SecureStoreModule,
} from '../../src/native/index.ts';
import { answers, createEmulator, type Emulator } from '../../src/testing/index.ts';

/** A device: its secure store, with the rules of the real one, and its app's comings and goings. */
function createDevice() {
  const items = new Map<string, string>();
  const listeners = new Set<(state: string) => void>();
  const checked = (key: string) => {
    if (!/^[\w.-]+$/.test(key)) throw new Error(`Invalid key: ${key}`);
    return key;
  };
  const module: SecureStoreModule = {
    getItemAsync: async (key) => items.get(checked(key)) ?? null,
    setItemAsync: async (key, value) => void items.set(checked(key), value),
    deleteItemAsync: async (key) => void items.delete(checked(key)),
  };
  return {
    items,
    module,
    appState: {
      addEventListener(_: 'change', listener: (state: string) => void) {
        listeners.add(listener);
        return { remove: () => void listeners.delete(listener) };
      },
    },
    become: (state: string) => {
      for (const listener of listeners) listener(state);
    },
    listeners,
  };
}

let emulator: Emulator;
let device: ReturnType<typeof createDevice>;
const open = (options: Partial<NativeAuthOptions> = {}) =>
  openNativeAuth({
    baseUrl: 'https://etna.test/api',
    appKey: emulator.appKey,
    fetch: emulator.fetch,
    store: createSecureStore(device.module),
    appState: device.appState,
    ...options,
  });
const bob = { username: 'bob', password: 'bob-demo' };

beforeEach(() => {
  emulator = createEmulator({
    basePath: '/api',
    users: ['ann', 'bob'].map((username) => ({ username, password: `${username}-demo` })),
  });
  device = createDevice();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a login in an app', () => {
  it('is signed out at first, and sends nothing', async () => {
    const auth = await open();
    expect(auth.getSnapshot().state).toBe('idle');
    expect(auth.lastUsername).toBeNull();
    expect(emulator.requests).toHaveLength(0);
  });

  it('starts with the stored session of the user who signed in last', async () => {
    const first = await open();
    await first.login({ username: 'ann', password: 'ann-demo' });
    await first.logout();
    const signedIn = await first.login(bob);
    await first.whenStored();
    first.close();

    const second = await open();
    expect(second.lastUsername).toBe('bob');
    expect(second.getSnapshot()).toMatchObject({ state: 'authenticated', session: { username: 'bob' } });
    const tokenOf = (state: typeof signedIn) => (state.state === 'authenticated' ? reveal(state.session.token) : null);
    expect(tokenOf(second.getSnapshot() as typeof signedIn)).toBe(tokenOf(signedIn));
  });

  it('forgets the session at logout, and keeps the name to fill in', async () => {
    const first = await open();
    await first.login(bob);
    await first.logout();
    await first.whenStored();
    const second = await open();
    expect(second.getSnapshot().state).toBe('idle');
    expect(second.lastUsername).toBe('bob');
    expect([...device.items.values()].join()).not.toMatch(/"token":"[^"]/);
  });

  it('finds that its session is over when the app comes to the front', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const auth = await open();
    await auth.login(bob);
    vi.setSystemTime(Date.now() + 25 * 60 * 60 * 1000);
    device.become('background');
    expect(auth.getSnapshot().state).toBe('authenticated');
    device.become('active');
    expect(auth.getSnapshot()).toMatchObject({ state: 'failed', failure: { code: 'session-expired' } });
  });

  it('leaves the app alone once it is closed', async () => {
    const auth = await open();
    auth.close();
    expect(device.listeners.size).toBe(0);
    await expect(auth.login(bob)).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('refuses a login before the time that the server named, also after the app was started again', async () => {
    const first = await open();
    emulator.answerNext(answers.tooManyRequests(90));
    await first.login(bob);
    await first.whenStored();
    const second = await open();
    expect(await second.login(bob)).toMatchObject({ state: 'failed', failure: { code: 'too-many-attempts' } });
    expect(emulator.requests).toHaveLength(1);
  });

  it('starts signed out where the store cannot be read, says so without quoting it, and can sign in', async () => {
    const errors: unknown[] = [];
    const broken = { ...device.module, getItemAsync: () => Promise.reject(new Error('keystore: secret stuff')) };
    const auth = await open({ store: createSecureStore(broken), onStoreError: (error) => errors.push(error) });
    expect(errors[0]).toMatchObject({ code: 'store-unavailable' });
    expect(JSON.stringify(errors)).not.toContain('secret stuff');
    expect((await auth.login(bob)).state).toBe('authenticated');
  });

  it('starts signed out where the store holds something else, and replaces it', async () => {
    const first = await open();
    await first.login(bob);
    await first.whenStored();
    const entries = [...device.items];
    for (const [key] of entries)
      device.items.set(key, key.endsWith('last_20_user_29_') ? (entries[0]?.[1] ?? '') : '{}');
    const second = await open();
    expect(second.getSnapshot().state).toBe('idle');
    await second.login(bob);
    await second.whenStored();
    expect((await open()).getSnapshot().state).toBe('authenticated');
  });
});

describe('refuses to start', () => {
  it('on a fetch that is made of XMLHttpRequest, which follows redirects', async () => {
    await expect(open({ fetch: polyfill })).rejects.toMatchObject({
      code: 'invalid-input',
      failure: { detail: expect.stringContaining('expo/fetch') },
    });
  });

  it('on the one that React Native has, where none is passed', async () => {
    vi.stubGlobal('navigator', { product: 'ReactNative' });
    const options = { fetch: undefined } as object;
    await expect(open(options)).rejects.toMatchObject({ failure: { detail: expect.stringContaining('expo/fetch') } });
  });

  it('on a URL that cannot tell the parts of an address', async () => {
    class Unfinished {
      get protocol(): string {
        throw new Error('URL.protocol is not implemented');
      }
    }
    vi.stubGlobal('URL', Unfinished);
    await expect(open()).rejects.toMatchObject({
      failure: { detail: expect.stringContaining('react-native-url-polyfill') },
    });
  });

  it('on a base URL that would send passwords unencrypted', async () => {
    await expect(open({ baseUrl: 'http://etna.test/api' })).rejects.toMatchObject({ code: 'insecure-url' });
  });
});

describe('a store of the keychain', () => {
  function keychain(): KeychainModule {
    const entries = new Map<string, string>();
    return {
      getGenericPassword: async ({ service }) => {
        const password = entries.get(service);
        return password === undefined ? false : { password };
      },
      setGenericPassword: async (_, password, { service }) => entries.set(service, password),
      resetGenericPassword: async ({ service }) => entries.delete(service),
    };
  }

  it('keeps sessions apart, and forgets one', async () => {
    const module = keychain();
    const first = await open({ store: createKeychainStore(module) });
    await first.login(bob);
    await first.whenStored();
    expect((await open({ store: createKeychainStore(module) })).getSnapshot().state).toBe('authenticated');
    await first.logout();
    await first.whenStored();
    expect((await open({ store: createKeychainStore(module) })).getSnapshot().state).toBe('idle');
  });

  it('that refuses to forget a session is reported, since the next start would find it', async () => {
    const errors: unknown[] = [];
    const module: KeychainModule = { ...keychain(), resetGenericPassword: async () => false };
    const auth = await open({ store: createKeychainStore(module), onStoreError: (error) => errors.push(error) });
    await auth.login(bob);
    await auth.logout();
    await auth.whenStored();
    expect(errors).toMatchObject([{ code: 'store-unavailable' }]);
  });

  it('that refuses to write is reported', async () => {
    const errors: unknown[] = [];
    const module: KeychainModule = {
      getGenericPassword: async () => false,
      setGenericPassword: async () => false,
      resetGenericPassword: async () => false,
    };
    const auth = await open({ store: createKeychainStore(module), onStoreError: (error) => errors.push(error) });
    await auth.login(bob);
    await auth.whenStored();
    // Both the session and the name of its user.
    expect(errors).toMatchObject([{ code: 'store-unavailable' }, { code: 'store-unavailable' }]);
  });
});

it('gives every key a name of its own', async () => {
  const names = new Set<string>();
  const module = { ...device.module, getItemAsync: async (key: string) => names.add(key) && null };
  const keys = ['a b', 'a_b', 'a_20_b', 'a/b', 'a.b', 'ä', 'a\u{1f600}', 'A B'];
  for (const key of keys) await createSecureStore(module).get(key);
  expect(names.size).toBe(keys.length);
});
