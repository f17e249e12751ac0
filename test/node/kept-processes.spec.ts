import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { createFileStore } from '../../src/node/index.ts';
import { type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { startRedis } from './start-redis.ts';

const lifetime = 6_000;
const renewals = 3;

/** Starts a program that stays signed in. Returns the sessions that it uses, as it tells of them by their time of issue. */
function startKeeper({ onTestFinished }: TestContext, ...args: readonly string[]): number[] {
  const used: number[] = [];
  const keeper = fork(new URL('session-keeper.ts', import.meta.url), [...args, `${lifetime}`]);
  keeper.on('message', (message) => used.push(Number(message)));
  onTestFinished(() => void keeper.kill('SIGKILL'));
  return used;
}

/** Waits until each has used that many sessions. Returns all of them, in the order of issue. */
async function sessionsOf({ expect }: TestContext, keepers: readonly number[][], count: number): Promise<number[]> {
  await expect.poll(() => Math.min(...keepers.map(({ length }) => length)), { timeout: 50_000 }).toBeGreaterThan(count);
  const sessions = [...new Set(keepers.flat())].toSorted((one, other) => one - other);
  // An error is no number.
  expect(sessions).not.toContain(Number.NaN);
  return sessions;
}

// They wait more than they compute.
describe.concurrent('programs that stay signed in, in processes of their own,', () => {
  it.for(['login', 'storedLogin'])(
    'make one login for the first session and one for each renewal, by %s',
    async (by, context) => {
      const { expect } = context;
      await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
      await using emulator = await startEmulator({ loginsPerMinute: false });
      // Slow enough for all of them to want the same renewal.
      emulator.answerNext(...Array<ScriptedAnswer>(20).fill({ asUsual: true, delay: 500 }));
      const directory = join(folder.path, 'state');
      const { baseUrl, appKey } = emulator;
      const keepers = Array.from({ length: 4 }, () => startKeeper(context, directory, baseUrl, appKey, by));
      const sessions = await sessionsOf(context, keepers, renewals);
      // None comes before half of the life of the session before is over.
      expect(sessions.filter((time, index) => time - Number(sessions[index - 1]) < lifetime / 2)).toEqual([]);
      // All use what one of them was given. The next login may be under way.
      expect(emulator.requests.length - sessions.length).toBeOneOf([0, 1]);
    },
  );

  it('make at most one login each in that time if they share a Redis, which has no lock', async (context) => {
    const { expect } = context;
    const redis = await startRedis(context);
    await using emulator = await startEmulator({ loginsPerMinute: false });
    const start = () => startKeeper(context, redis.path, emulator.baseUrl, emulator.appKey, 'storedLogin');
    const keepers = [start(), start(), start()];
    const sessions = await sessionsOf(context, keepers, renewals);
    // None comes before half of the life of the session before is over, but for those that the others begin at the same moment.
    const early = sessions.filter((time, index) => time - Number(sessions[index - keepers.length]) < lifetime / 2);
    expect(early).toEqual([]);

    const restarted = start();
    await expect.poll(() => restarted.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => keepers.flat()).toContain(restarted[0]);
  });

  it('wait for the login of another one, even if they have nothing else to do', async ({ expect, onTestFinished }) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    await using emulator = await startEmulator();
    const { baseUrl, appKey } = emulator;
    const directory = join(folder.path, 'state');
    const lock = await createFileStore({ directory }).lock(`${baseUrl} bob`).take();
    const program = fork(new URL('one-call.ts', import.meta.url), [directory, baseUrl, appKey]);
    onTestFinished(() => void program.kill('SIGKILL'));
    program.on('message', () => setTimeout(() => lock?.release(), 1_000));
    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(emulator.requests).toHaveLength(1);
  });
});
