import { fork } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { startRedis } from './start-redis.ts';

const lifetime = 6_000;
const renewals = 3;

/** Starts a program that stays signed in. Returns the sessions that it uses and its errors, as it tells them. */
function startKeeper(...args: readonly string[]): unknown[] {
  const told: unknown[] = [];
  const keeper = fork(new URL('session-keeper.ts', import.meta.url), [...args, `${lifetime}`]);
  keeper.on('message', (message) => told.push(message));
  onTestFinished(() => void keeper.kill('SIGKILL'));
  return told;
}

it('four programs in processes of their own make one login for the first session and one for each renewal', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
  await using emulator = await startEmulator({ loginsPerMinute: false });
  // Slow enough for all of them to want the same renewal.
  emulator.answerNext(...Array<ScriptedAnswer>(20).fill({ asUsual: true, delay: 500 }));
  const keepers = Array.from({ length: 4 }, () =>
    startKeeper(join(folder.path, 'state'), emulator.baseUrl, emulator.appKey),
  );
  await expect
    .poll(() => Math.min(...keepers.map((told) => told.length)), { timeout: 50_000 })
    .toBeGreaterThan(renewals);
  const told = keepers.flat();
  const logins = emulator.requests.map(({ time }) => time);
  expect(told.filter((message) => !('issuedAt' in Object(message)))).toEqual([]);
  // None comes before half of the life of the session before is over.
  const tooEarly = logins.filter((time, index) => time - Number(logins[index - 1]) < lifetime / 2 - 100);
  expect(tooEarly).toEqual([]);
  // All use what one of them was given. The next login may be under way.
  const sessions = new Set(told.map((message) => JSON.stringify(message)));
  expect(logins.length - sessions.size).toBeOneOf([0, 1]);
});

it('three programs that share a Redis, which has no lock, make at most one login each in that time', async () => {
  await using redis = await startRedis();
  await using emulator = await startEmulator({ loginsPerMinute: false });
  const start = () => startKeeper(redis.path, emulator.baseUrl, emulator.appKey);
  const keepers = [start(), start(), start()];
  const shortest = () => Math.min(...keepers.map((told) => told.length));
  await expect.poll(shortest, { timeout: 50_000 }).toBeGreaterThan(renewals);
  const logins = emulator.requests.map(({ time }) => time);
  expect(keepers.flat().filter((message) => !('issuedAt' in Object(message)))).toEqual([]);
  // None comes before half of the life of the session before is over, but for those that the others begin at the same moment.
  const tooEarly = logins.filter((time, index) => time - Number(logins[index - keepers.length]) < lifetime / 2 - 100);
  expect(tooEarly).toEqual([]);

  const restarted = start();
  await expect.poll(() => restarted.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(keepers.flat()).toContainEqual(restarted[0]);
});
