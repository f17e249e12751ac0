import { mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createFileStore, login, reveal, type StoredLoginOptions, secret, storedLogin } from '../../src/node/index.ts';
import { keepSession } from '../../src/session/keep-session.ts';
import { createMemoryStore, type StoreLock, saveSession } from '../../src/session/session-store.ts';
import { answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { liveSession } from './session.ts';

async function openScene() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  const emulator = await startEmulator();
  const directory = join(folder.path, 'state');
  // As in a process of its own: copies are not known to be one store.
  const fileStore = () => ({ ...createFileStore({ directory }) });
  return {
    emulator,
    directory,
    fileStore,
    alice: aliceAt(emulator),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await folder.remove();
    },
  };
}

const aliceAt = (emulator: RunningEmulator): Omit<StoredLoginOptions, 'store'> => ({
  baseUrl: emulator.baseUrl,
  appKey: emulator.appKey,
  username: 'alice',
  password: 'alice-demo',
  getCode: async (_, { signal }) => (await emulator.nextMessage('alice', { signal })).code,
});

const locksIn = async (directory: string) => (await readdir(directory)).filter((name) => name.includes('.lock'));

describe.concurrent('a login with a store', () => {
  it('signs in once, and uses the stored session until it expires', async () => {
    await using scene = await openScene();
    const first = await storedLogin({ ...scene.alice, store: scene.fileStore() });
    const second = await storedLogin({ ...scene.alice, store: scene.fileStore() });
    expect(reveal(second.token)).toBe(reveal(first.token));
    expect(scene.emulator.requests).toHaveLength(2);

    await saveSession(
      scene.fileStore(),
      { baseUrl: scene.emulator.baseUrl, username: 'alice' },
      { ...first, expiresAt: Date.now() },
    );
    const third = await storedLogin({ ...scene.alice, store: scene.fileStore() });
    expect(reveal(third.token)).not.toBe(reveal(first.token));
    expect(scene.emulator.inbox('alice')).toHaveLength(2);
  });

  it('needs neither password nor application key for a stored session', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    const account = { baseUrl: scene.emulator.baseUrl, username: 'alice' };
    await saveSession(store, account, liveSession());
    expect(await storedLogin({ ...account, store })).toMatchObject({ username: 'alice' });
  });

  it('uses a session that was stored while it waited for the lock', async () => {
    await using scene = await openScene();
    const files = scene.fileStore();
    const account = { baseUrl: scene.emulator.baseUrl, username: 'alice' };
    let looks = 0;
    const get: typeof files.get = async (key) => {
      const kept = await files.get(key);
      looks += 1;
      if (looks === 1) await saveSession(files, account, liveSession('token-of-the-other-one'));
      return kept;
    };
    const session = await storedLogin({ ...scene.alice, store: { ...files, get } });
    expect(reveal(session.token)).toBe('token-of-the-other-one');
    expect(scene.emulator.requests).toEqual([]);
  });

  it('signs in again with force', async () => {
    await using scene = await openScene();
    const options = { ...scene.alice, store: scene.fileStore() };
    const first = await storedLogin(options);
    const second = await storedLogin({ ...options, force: true });
    expect(reveal(second.token)).not.toBe(reveal(first.token));
    expect(await storedLogin(options)).toEqual(second);
  });

  it('signs in with force, even if a wrong clock seems to have issued the stored session since', async () => {
    await using scene = await openScene();
    const options = { ...scene.alice, store: scene.fileStore() };
    const account = { baseUrl: scene.emulator.baseUrl, username: 'alice' };
    await saveSession(options.store, account, { ...liveSession('ahead'), issuedAt: Date.now() + 600_000 });
    const session = await storedLogin({ ...options, force: true });
    expect(reveal(session.token)).not.toBe('ahead');
    expect(await storedLogin(options)).toEqual(session);
  });

  it('renews the session that it is given, unless that has happened already', async () => {
    await using scene = await openScene();
    const options = { ...scene.alice, store: scene.fileStore() };
    const first = await storedLogin(options);
    const second = await storedLogin({ ...options, newerThan: first });
    expect(second.issuedAt).toBeGreaterThan(first.issuedAt);
    expect(await storedLogin({ ...options, newerThan: first })).toEqual(second);
    expect(scene.emulator.inbox('alice')).toHaveLength(2);
  });

  it('replaces a session that a wrong clock issued once, however many programs have it', async () => {
    await using scene = await openScene();
    const { baseUrl } = scene.emulator;
    const ahead = Date.now() + 2 * 3_600_000;
    const wrong = {
      version: 1,
      baseUrl,
      username: 'alice',
      token: 'old',
      issuedAt: ahead,
      expiresAt: ahead + 3_600_000,
    };
    await scene.fileStore().set(`${baseUrl} alice`, wrong as never, 0);
    const programs = await Promise.all(
      [1, 2, 3].map(() => {
        const store = scene.fileStore();
        const login = (context: object) => storedLogin({ ...scene.alice, ...context, store });
        return keepSession({ baseUrl, username: 'alice', store, login });
      }),
    );
    const sessions = [];
    for (const program of programs) sessions.push(reveal((await program.getSession()).token));
    expect(new Set(sessions)).toHaveLength(1);
    expect(scene.emulator.inbox('alice')).toHaveLength(1);
    for (const program of programs) await program.stop();
  });

  it('returns a session that expires at once, and does not sign in forever', async () => {
    await using scene = await openScene();
    await storedLogin({ ...scene.alice, store: createMemoryStore(), sessionLifetime: 0 });
    expect(scene.emulator.requests).toHaveLength(2);
  });

  it('sends nothing if the store is damaged, even with force', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    await mkdir(scene.directory, { mode: 0o700 });
    await writeFile(store.fileOf(`${scene.emulator.baseUrl} alice`), '{"version":2}', { mode: 0o600 });
    const login = storedLogin({ ...scene.alice, store, force: true });
    await expect(login).rejects.toMatchObject({ code: 'store-damaged' });
    expect(scene.emulator.requests).toEqual([]);
  });

  it('sends nothing if it is aborted before it starts', async () => {
    await using scene = await openScene();
    const login = storedLogin({ ...scene.alice, store: scene.fileStore(), signal: AbortSignal.abort() });
    await expect(login).rejects.toMatchObject({ code: 'cancelled' });
    expect(scene.emulator.requests).toEqual([]);
  });

  it('sends nothing without a base URL', async () => {
    await using scene = await openScene();
    const login = storedLogin({ store: scene.fileStore() });
    await expect(login).rejects.toMatchObject({ code: 'invalid-input' });
    expect(scene.emulator.requests).toEqual([]);
  });

  it.each([
    { store: undefined },
    { store: null },
    { store: 'file' },
    { username: 7 },
    { getCode: '123456' },
    { getNewPassword: {} },
  ])('sends nothing with an option of the wrong type, and names it: %o', async (options) => {
    await using scene = await openScene();
    const given: object = options;
    const login = storedLogin({ ...scene.alice, store: scene.fileStore(), ...given });
    const [name = ''] = Object.keys(options);
    await expect(login).rejects.toMatchObject({
      code: 'invalid-input',
      failure: { detail: expect.stringMatching(`^${name}: not `) },
    });
    expect(scene.emulator.requests).toEqual([]);
  });

  it('sends nothing if the store is not writable', async () => {
    await using scene = await openScene();
    await writeFile(scene.directory, '');
    const login = storedLogin({ ...scene.alice, store: scene.fileStore() });
    await expect(login).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(scene.emulator.requests).toEqual([]);
  });
});

describe.concurrent('concurrent callers', () => {
  it.each<
    [kind: string, storesOf: (scene: Awaited<ReturnType<typeof openScene>>) => () => StoredLoginOptions['store']]
  >([
    [
      'one memory store',
      () => {
        const store = createMemoryStore();
        return () => store;
      },
    ],
    [
      'one file store',
      (scene) => {
        const store = scene.fileStore();
        return () => store;
      },
    ],
    ['file stores of their own', (scene) => scene.fileStore],
  ])('get the same session by one SMS, with %s', async (_, storesOf) => {
    await using scene = await openScene();
    const storeFor = storesOf(scene);
    const sessions = await Promise.all(
      Array.from({ length: 20 }, () => storedLogin({ ...scene.alice, store: storeFor() })),
    );
    expect(new Set(sessions.map(({ token }) => reveal(token))).size).toBe(1);
    expect(scene.emulator.inbox('alice')).toHaveLength(1);
  });

  it('cause one SMS, even with force', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    const first = await storedLogin({ ...scene.alice, store });
    const forced = await Promise.all([1, 2, 3].map(() => storedLogin({ ...scene.alice, store, force: true })));
    expect(new Set(forced.map(({ token }) => reveal(token))).size).toBe(1);
    expect(forced[0]).not.toEqual(first);
    expect(scene.emulator.inbox('alice')).toHaveLength(2);
  });

  it('get the stored session, or a new one if it is too old for them', async () => {
    await using scene = await openScene();
    const options = { ...scene.alice, store: scene.fileStore() };
    const first = await storedLogin(options);
    const [kept, renewed] = await Promise.all([storedLogin(options), storedLogin({ ...options, newerThan: first })]);
    expect(kept).toEqual(first);
    expect(renewed.issuedAt).toBeGreaterThan(first.issuedAt);
  });

  it('share a failure, so a wrong password is tried once', async () => {
    await using scene = await openScene();
    const options = { ...scene.alice, store: scene.fileStore(), password: 'wrong' };
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => storedLogin(options)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'invalid-credentials' } });
    }
    expect(scene.emulator.requests).toHaveLength(1);
  });

  it('share a failure, even if each of them has created its own store for the directory', async () => {
    await using scene = await openScene();
    const directories = [scene.directory, `${scene.directory}/`, join(scene.directory, '.')];
    const attempts = directories.map((directory) =>
      storedLogin({ ...scene.alice, store: createFileStore({ directory }), password: 'wrong' }),
    );
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'invalid-credentials' });
    expect(scene.emulator.requests).toHaveLength(1);
  });

  it('do not share the refusal of a password that is not theirs', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    const logins = ['wrong', secret('wrong'), 'alice-demo', secret('alice-demo')].map((password) =>
      storedLogin({ ...scene.alice, password, store }).then(
        ({ username }) => username,
        ({ code }) => code,
      ),
    );
    expect(await Promise.all(logins)).toEqual(['invalid-credentials', 'invalid-credentials', 'alice', 'alice']);
    expect(scene.emulator.inbox('alice')).toHaveLength(1);
  });

  it('share a refusal even if the login before was given up, and has ended since', async () => {
    await using scene = await openScene();
    scene.emulator.answerNext({ asUsual: true, delay: 500 });
    const reading = Promise.withResolvers<void>();
    const entries = createMemoryStore();
    const get = vi.fn((key: string) => entries.get(key));
    get.mockImplementationOnce(async (key) => reading.promise.then(() => entries.get(key)));
    const options = { ...scene.alice, password: 'wrong', store: { ...entries, get } };
    const controller = new AbortController();
    const givenUp = storedLogin({ ...options, signal: controller.signal }).catch(({ code }) => code);
    controller.abort();
    const attempts = [storedLogin(options).catch(({ code }) => code)];
    reading.resolve();
    expect(await givenUp).toBe('cancelled');
    attempts.push(storedLogin(options).catch(({ code }) => code));
    expect(await Promise.all(attempts)).toEqual(['invalid-credentials', 'invalid-credentials']);
    expect(scene.emulator.requests).toHaveLength(1);
  });

  it.each(['a kept session', 'storedLogin'])(
    'of several programs share a login by %s if their store has a lock',
    async (kind) => {
      await using scene = await openScene();
      const entries = createMemoryStore();
      const locked = new Set<string>();
      const lock = (key: string): StoreLock => ({
        async take() {
          if (locked.has(key)) return null;
          locked.add(key);
          return { release: () => void locked.delete(key) };
        },
      });
      const startProgram = async () => {
        // As in a program of its own, such as one that shares a Redis.
        const store = { ...entries, lock };
        if (kind === 'storedLogin') return storedLogin({ ...scene.alice, store });
        const { baseUrl } = scene.emulator;
        const kept = await keepSession({ baseUrl, username: 'alice', store, login: () => login(scene.alice) });
        return kept.getSession().finally(() => kept.stop());
      };
      const sessions = await Promise.all(Array.from({ length: 3 }, startProgram));
      expect(new Set(sessions.map(({ token }) => reveal(token))).size).toBe(1);
      expect(scene.emulator.inbox('alice')).toHaveLength(1);
      expect(locked.size).toBe(0);
    },
  );

  it('within the login of a kept session go on, even with another object of its store', async () => {
    await using scene = await openScene();
    const { baseUrl } = scene.emulator;
    const signIn = () => storedLogin({ ...scene.alice, store: scene.fileStore(), longestWait: 1_000 });
    const kept = await keepSession({ baseUrl, username: 'alice', store: scene.fileStore(), login: signIn });
    expect(await kept.getSession()).toMatchObject({ username: 'alice' });
    await kept.stop();
    expect(await locksIn(scene.directory)).toEqual([]);
  });

  it('are not affected if one of them aborts, even the first', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    const impatience = new AbortController();
    const code = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<void>();
    const getCode = () => {
      asked.resolve();
      return code.promise;
    };
    const first = storedLogin({ ...scene.alice, store, getCode, signal: impatience.signal });
    const second = storedLogin({ ...scene.alice, store });
    await asked.promise;
    impatience.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    code.resolve((await scene.emulator.nextMessage('alice')).code);
    expect(await second).toMatchObject({ username: 'alice' });
    expect(scene.emulator.requests).toHaveLength(2);
  });

  it('abort the login when all of them have aborted, and leave no lock', async () => {
    await using scene = await openScene();
    const store = scene.fileStore();
    const impatience = new AbortController();
    const asked = Promise.withResolvers<void>();
    const getCode = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const options = { ...scene.alice, store, getCode, signal: impatience.signal };
    const logins = Promise.allSettled([storedLogin(options), storedLogin(options)]);
    await asked.promise;
    expect(await locksIn(scene.directory)).toHaveLength(1);
    impatience.abort();
    for (const outcome of await logins) expect(outcome).toMatchObject({ reason: { code: 'cancelled' } });
    expect(await locksIn(scene.directory)).toEqual([]);
  });
});

describe.concurrent('a login that waits for another one', () => {
  it('says so, and can be aborted', async () => {
    await using scene = await openScene();
    const [patience, impatience] = [new AbortController(), new AbortController()];
    const asked = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    const getCode = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const first = storedLogin({ ...scene.alice, store: scene.fileStore(), getCode, signal: patience.signal });
    await asked.promise;
    const second = storedLogin({
      ...scene.alice,
      store: scene.fileStore(),
      signal: impatience.signal,
      onWait: waits.resolve,
    });
    await waits.promise;
    impatience.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(await locksIn(scene.directory)).toHaveLength(1);
    patience.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(scene.emulator.requests).toHaveLength(1);
  });

  it('does not wait for a login of another user', async () => {
    await using scene = await openScene();
    const [patience, asked] = [new AbortController(), Promise.withResolvers<void>()];
    const getCode = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const hers = storedLogin({ ...scene.alice, store: scene.fileStore(), getCode, signal: patience.signal });
    await asked.promise;
    let waits = 0;
    const his = { ...scene.alice, username: 'bob', password: 'bob-demo', store: scene.fileStore() };
    expect(await storedLogin({ ...his, longestWait: 0, onWait: () => (waits += 1) })).toMatchObject({
      username: 'bob',
    });
    expect(waits).toBe(0);
    patience.abort();
    await expect(hers).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('waits no longer than configured, and stops when it is aborted', async () => {
    await using scene = await openScene();
    const patience = new AbortController();
    const asked = Promise.withResolvers<void>();
    const getCode = () => {
      asked.resolve();
      return new Promise<string>(() => {});
    };
    const first = storedLogin({ ...scene.alice, store: scene.fileStore(), getCode, signal: patience.signal });
    await asked.promise;
    const second = storedLogin({ ...scene.alice, store: scene.fileStore(), longestWait: 300 });
    await expect(second).rejects.toMatchObject({
      code: 'timeout',
      failure: { detail: 'Another process has been signing in to the account for 0.3 s.' },
    });
    const impatience = new AbortController();
    const third = storedLogin({
      ...scene.alice,
      store: scene.fileStore(),
      signal: impatience.signal,
      onWait: () => setImmediate(() => impatience.abort()),
    });
    await expect(third).rejects.toMatchObject({ code: 'cancelled' });
    patience.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('signs in itself if the other one fails', async () => {
    await using scene = await openScene();
    const asked = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    const getCode = async () => {
      asked.resolve();
      await waits.promise;
      return '000000';
    };
    const first = storedLogin({ ...scene.alice, store: scene.fileStore(), getCode, maxAttempts: 1 });
    await asked.promise;
    await scene.emulator.nextMessage('alice');
    const second = storedLogin({ ...scene.alice, store: scene.fileStore(), onWait: waits.resolve });
    await expect(first).rejects.toMatchObject({ code: 'invalid-code' });
    expect(await second).toMatchObject({ username: 'alice' });
    expect(scene.emulator.inbox('alice')).toHaveLength(2);
  });

  it('releases the lock after a network failure', async () => {
    await using scene = await openScene();
    scene.emulator.answerNext({ reset: true }, answers.serverError);
    for (const code of ['network', 'server-error']) {
      await expect(storedLogin({ ...scene.alice, store: scene.fileStore() })).rejects.toMatchObject({ code });
      expect(await locksIn(scene.directory)).toEqual([]);
    }
  });
});
