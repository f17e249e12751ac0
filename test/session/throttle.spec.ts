import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthError } from '../../machines/failures.ts';
import { storeKey } from '../../machines/session.ts';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import { createMemoryStore, keepSession, openAuth, type SessionStore } from '../../src/session/index.ts';
import { keepThrottle, throwIfThrottled } from '../../src/session/stored-throttle.ts';
import { answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

const now = Date.UTC(2026, 0, 5);
const throttled = { code: 'too-many-attempts' };

let emulator: RunningEmulator;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  emulator = await startEmulator();
});
afterEach(async () => {
  vi.useRealTimers();
  await emulator.close();
});

const at = (username: string) => ({
  baseUrl: emulator.baseUrl,
  appKey: emulator.appKey,
  username,
  password: `${username}-demo`,
  getCode: () => emulator.nextMessage(username).then(({ code }) => code),
});

describe('what the server told one login of "too many", all that share its store know', () => {
  it('and none asks again before the time that it named', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    // As in two processes: what they share is the directory.
    const [one, other] = [createFileStore({ directory: folder.path }), createFileStore({ directory: folder.path })];
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bob'), store: one })).rejects.toMatchObject(throttled);
    expect(emulator.requests).toHaveLength(1);

    vi.setSystemTime(now + 30_000);
    await expect(storedLogin({ ...at('bob'), store: other })).rejects.toMatchObject({
      ...throttled,
      failure: { retryAfter: 60 },
    });
    expect(emulator.requests).toHaveLength(1);
    // It is said of this account alone.
    expect(await storedLogin({ ...at('alice'), store: other })).toMatchObject({ username: 'alice' });

    vi.setSystemTime(now + 90_000);
    expect(await storedLogin({ ...at('bob'), store: other })).toMatchObject({ username: 'bob' });
  });

  it('but a person may insist', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    expect(await storedLogin({ ...at('bob'), store, force: true })).toMatchObject({ username: 'bob' });
  });

  it('and a longer wait replaces the one that is known', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90), answers.tooManyRequests(300));
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    await expect(storedLogin({ ...at('bob'), store, force: true })).rejects.toMatchObject(throttled);
    const later = { ...throttled, failure: { retryAfter: 300 } };
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(later);
    expect(emulator.requests).toHaveLength(2);
  });

  it('and programs that keep asking do not prolong it', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(3));
    const login = () => storedLogin({ ...at('bob'), store });
    for (let time = 0; time < 3_000; time += 300) {
      vi.setSystemTime(now + time);
      const kept = await keepSession({ baseUrl: emulator.baseUrl, username: 'bob', store, login });
      await expect(kept.getSession()).rejects.toMatchObject(throttled);
      await kept.stop();
    }
    vi.setSystemTime(now + 3_000);
    expect(await login()).toMatchObject({ username: 'bob' });
  });

  it.each<[string, object]>([
    ['of another user', { username: 'alice' }],
    ['of another server', { baseUrl: 'https://elsewhere.test/api' }],
    ['with a token, which is a session', { token: 'dG9rZW4=' }],
    ['for longer than a day', { expiresAt: 8e15 }],
    ['without an end', { expiresAt: undefined }],
  ])('and an entry %s closes nothing', async (_, damage) => {
    const store = createMemoryStore();
    const { baseUrl } = emulator;
    const entry = { version: 1, baseUrl, username: 'bob', token: '', issuedAt: now, expiresAt: now + 60_000 };
    const key = `throttled ${storeKey({ baseUrl, username: 'bob' })}`;
    store.set(key, entry as never, 60_000);
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    store.set(key, { ...entry, ...damage } as never, 60_000);
    expect(await storedLogin({ ...at('bob'), store })).toMatchObject({ username: 'bob' });
  });

  it('but a clock that was set back, a server that named no time, and other failures close nothing', async () => {
    const store = createMemoryStore();
    for (const answer of [answers.serverError, { status: 429 }]) {
      emulator.answerNext(answer);
      await storedLogin({ ...at('bob'), store }).catch(() => {});
    }
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    expect(emulator.requests).toHaveLength(3);
    vi.setSystemTime(now - 60_000);
    expect(await storedLogin({ ...at('bob'), store })).toMatchObject({ username: 'bob' });
  });

  it('also a program that writes the name of the user with a blank', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bob'), username: 'bob ', store })).rejects.toMatchObject(throttled);
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject({ failure: { retryAfter: 90 } });
    expect(emulator.requests).toHaveLength(1);
  });

  it.each([
    ['that is no AuthError', new TypeError('too many')],
    ['of a server that is down', new AuthError('server-error', { retryAfter: 90 })],
    ['that names no time', new AuthError('too-many-attempts')],
  ])('but of an error %s, nothing is stored', async (_, error) => {
    const store = createMemoryStore();
    const set = vi.spyOn(store, 'set');
    await keepThrottle(store, at('bob'), error);
    expect(set).not.toHaveBeenCalled();
  });

  it('for a day at most, and as long as the server said, whose user is written with blanks', async () => {
    const store = createMemoryStore();
    const set = vi.spyOn(store, 'set');
    await keepThrottle(store, at(' bob '), new AuthError('too-many-attempts', { retryAfter: 86_400 }));
    expect(set).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.anything(), 86_400_000);
    await expect(throwIfThrottled(store, at(' bob '))).rejects.toMatchObject({ failure: { retryAfter: 86_400 } });
  });

  it('and neither does a program that stays signed in', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bot'), store })).rejects.toMatchObject(throttled);
    const login = vi.fn(() => Promise.reject(new AuthError('unexpected')));
    const kept = await keepSession({ baseUrl: emulator.baseUrl, username: 'bot', store, login });
    await expect(kept.getSession()).rejects.toMatchObject({ ...throttled, failure: { retryAfter: 90 } });
    expect(login).not.toHaveBeenCalled();
    await kept.stop();
  });

  it('also where a program that stays signed in was told', async () => {
    const store = createMemoryStore();
    const login = async () => {
      throw new AuthError('too-many-attempts', { retryAfter: 90 });
    };
    const kept = await keepSession({ baseUrl: emulator.baseUrl, username: 'bob', store, login });
    await expect(kept.getSession()).rejects.toMatchObject(throttled);
    await kept.stop();
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    expect(emulator.requests).toEqual([]);
  });

  const open = (username: string, store: SessionStore) =>
    openAuth({ baseUrl: emulator.baseUrl, appKey: emulator.appKey, username, store });
  const failed = (retryAfter: number) => ({ state: 'failed', failure: { code: 'too-many-attempts', retryAfter } });

  it('also where another user signs in at a login screen', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90));
    const auth = await open('alice', store);
    expect(await auth.login(at('bob'))).toMatchObject(failed(90));
    await auth.whenStored();
    expect(await storedLogin({ ...at('alice'), store })).toMatchObject({ username: 'alice' });
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
  });

  it('and so does a login screen, which can be used again after that time', async () => {
    const store = createMemoryStore();
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('bob'), store })).rejects.toMatchObject(throttled);
    const auth = await open('bob', store);
    expect(await auth.login({ username: 'bob', password: 'bob-demo' })).toMatchObject(failed(90));
    vi.setSystemTime(now + 30_000);
    expect(await auth.retry()).toMatchObject(failed(60));
    expect(emulator.requests).toHaveLength(1);
    vi.setSystemTime(now + 90_000);
    expect(await auth.retry()).toMatchObject({ state: 'authenticated' });
  });

  it.each(['a password', 'a code'])('also where a login screen was told, after %s', async (step) => {
    const store = createMemoryStore();
    const auth = await open('alice', store);
    const told = answers.tooManyRequests(90);
    if (step === 'a password') emulator.answerNext(told);
    const credentials = { username: 'alice', password: 'alice-demo' };
    const first = await auth.login(credentials);
    if (first.state === 'awaitingCode') {
      emulator.answerNext(told);
      await auth.submitCode('123456');
    }
    expect(auth.getSnapshot()).toMatchObject(failed(90));
    await auth.whenStored();
    const sent = emulator.requests.length;
    await expect(storedLogin({ ...at('alice'), store })).rejects.toMatchObject(throttled);
    expect(await (await open('alice', store)).login(credentials)).toMatchObject(failed(90));
    expect(emulator.requests).toHaveLength(sent);
  });

  it('but a code that a login has been asked for can be sent', async () => {
    const store = createMemoryStore();
    const auth = await open('alice', store);
    await auth.login({ username: 'alice', password: 'alice-demo' });
    emulator.answerNext(answers.tooManyRequests(90));
    await expect(storedLogin({ ...at('alice'), store })).rejects.toMatchObject(throttled);
    const { code } = await emulator.nextMessage('alice');
    expect(await auth.submitCode(code)).toMatchObject({ state: 'authenticated' });
  });

  it('and a login that is cancelled while it looks sends nothing', async () => {
    const looked = Promise.withResolvers<undefined>();
    const store = createMemoryStore();
    const auth = await open('bob', store);
    store.get = () => looked.promise;
    const credentials = { username: 'bob', password: 'bob-demo' };
    const login = auth.login(credentials);
    await auth.cancel();
    looked.resolve(undefined);
    expect(await login).toEqual({ state: 'idle' });
    expect(await auth.login(credentials)).toMatchObject({ state: 'authenticated' });
    expect(emulator.requests).toHaveLength(1);
  });
});
