import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { patience } from './command.ts';
import { askers, deliverCode, longPatience, slowness, startCrowd } from './crowd.ts';
import { openHome } from './signed-in.ts';

/** Makes a command process 1 of a container. */
const newContainer = ['unshare', '--pid', '--fork', '--kill-child'];
const canUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;

// They wait more than they compute.
describe.concurrent('logins that wait for another one', () => {
  it.for([
    { place: 'on one system', launcher: [] },
    { place: 'in containers, each as process 1', launcher: newContainer },
  ])(
    'continue if the one that signs in is killed, with at most one more code: $place',
    { timeout: 90_000 },
    async ({ launcher }, context) => {
      context.skip(launcher.length > 0 && !canUnshare, 'unshare --pid is not permitted here');
      await using home = await openHome();
      const crowd = await startCrowd(context, home, 6, { launchers: Array(6).fill(launcher) });
      const [first = 0] = await askers(home);
      crowd[first]?.running.signal('SIGKILL');
      const killedAt = performance.now();
      await vi.waitFor(async () => expect(await askers(home)).toHaveLength(2), { timeout: longPatience });
      await deliverCode(home, home.emulator);
      const ends = await Promise.all(crowd.map(({ ended }) => ended));
      const token = await home.token();
      const outcomes = ends.map(({ exitCode, stdout }) => [exitCode, stdout]);
      expect(outcomes.filter(([exitCode]) => exitCode === null)).toEqual([[null, '']]);
      expect(outcomes.filter(([exitCode]) => exitCode === 0)).toEqual(Array(5).fill([0, `${token}\n`]));
      expect(home.emulator.inbox('alice')).toHaveLength(2);
      const lastWait = Math.max(...ends.map(({ at }) => at - killedAt));
      console.log(`after a kill: the last one ended ${lastWait.toFixed(0)} ms later`);
      expect(lastWait).toBeLessThan(8_000 + 2_000 * slowness);
    },
  );

  it('continue at once if the one that signs in is interrupted', async (context) => {
    await using home = await openHome();
    const crowd = await startCrowd(context, home, 2);
    const [first = 0] = await askers(home);
    crowd[first]?.running.signal('SIGTERM');
    await vi.waitFor(async () => expect(await askers(home)).toHaveLength(2), { timeout: patience });
    await deliverCode(home, home.emulator);
    const codes = (await Promise.all(crowd.map(({ ended }) => ended))).map(({ exitCode }) => exitCode);
    expect(codes.sort()).toEqual([0, 130]);
  }, 90_000);

  for (const [seconds, tags] of [
    [8, []],
    [60, ['exhaustive']],
  ] as const) {
    it(`wait for one that is stopped for ${seconds} s`, { tags: [...tags], timeout: 180_000 }, async (context) => {
      await using home = await openHome();
      const crowd = await startCrowd(context, home, 2, { timeout: 150_000 });
      const [first = 0] = await askers(home);
      crowd[first]?.running.signal('SIGSTOP');
      await delay(seconds * 1000);
      expect(await askers(home)).toHaveLength(1);
      await deliverCode(home, home.emulator);
      crowd[first]?.running.signal('SIGCONT');
      const ends = await Promise.all(crowd.map(({ ended }) => ended));
      const token = await home.token();
      expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(Array(2).fill([0, `${token}\n`]));
      expect(home.emulator.inbox('alice')).toHaveLength(1);
    });
  }
});
