import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthError } from '../../machines/failures.ts';
import { createFileStore, storedLogin } from '../../src/node/index.ts';
import { createMemoryStore, keepSession } from '../../src/session/index.ts';
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
    await expect(storedLogin({ ...at('bob'), store: other, force: true })).rejects.toMatchObject({
      ...throttled,
      failure: { retryAfter: 60 },
    });
    expect(emulator.requests).toHaveLength(1);
    // It is said of this account alone.
    expect(await storedLogin({ ...at('alice'), store: other })).toMatchObject({ username: 'alice' });

    vi.setSystemTime(now + 90_000);
    expect(await storedLogin({ ...at('bob'), store: other })).toMatchObject({ username: 'bob' });
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
});
