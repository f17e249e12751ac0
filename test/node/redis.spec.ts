import { describe, expect, it, vi } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { storedLogin } from '../../src/node/index.ts';
import { keepSession, loadSession, openAuth } from '../../src/session/index.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { connectRedisStore } from './redis-store.ts';
import { startRedis } from './start-redis.ts';

const bob = { username: 'bob', password: 'bob-demo' };

it('a Redis keeps a session from one program to the next, until it is signed out of', async (context) => {
  await using emulator = await startEmulator();
  const redis = await startRedis(context);
  await using store = await connectRedisStore(redis.path);
  const broker = { baseUrl: emulator.baseUrl, appKey: emulator.appKey };
  const { issuedAt } = await storedLogin({ ...broker, ...bob, store });

  await using other = await connectRedisStore(redis.path);
  const auth = await openAuth({ ...broker, username: 'bob', store: other });
  expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated', session: { issuedAt } });
  await auth.logout();
  await auth.whenStored();
  expect(await loadSession(store, { ...broker, username: 'bob' })).toBeNull();
});

describe('a Redis that does not reply', { tags: ['exhaustive'], timeout: 120_000 }, () => {
  it.for([
    { why: 'is stopped', signal: 'SIGSTOP' },
    { why: 'has ended', signal: 'SIGKILL' },
  ] as const)(
    'because it $why, stops no program that has a session, and no other waits forever',
    async ({ signal }, context) => {
      const redis = await startRedis(context);
      await using store = await connectRedisStore(redis.path);
      const account = { baseUrl: 'https://etna.test/api', username: 'bob' };
      const issuedAt = Date.now();
      const session = { username: 'bob', token: secret('token'), issuedAt, expiresAt: issuedAt + 3_600_000 };
      const onStoreError = vi.fn();
      const login = vi.fn(async () => session);
      const kept = await keepSession({ ...account, store, login, onStoreError });
      expect(await kept.getSession()).toBe(session);
      await expect.poll(() => loadSession(store, account)).toMatchObject({ issuedAt });

      redis.signal(signal);
      expect(await kept.getSession()).toBe(session);
      kept.rejectSession(session);
      const startedAt = performance.now();
      const starting = keepSession({ ...account, store, login });
      await expect(starting).rejects.toMatchObject({ code: 'store-unavailable' });
      await kept.stop();
      expect(performance.now() - startedAt).toBeLessThan(40_000);
      expect(onStoreError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'store-unavailable' }));
      expect(login).toHaveBeenCalledTimes(1);
    },
  );
});
