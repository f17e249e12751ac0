import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { runCommand, signingIn } from './command.ts';
import { askers, deliverCode, longPatience, slowness, startCrowd } from './crowd.ts';
import { openHome } from './signed-in.ts';

/** Starts a command with a clock that is off by so much. The program `faketime` would stay between the two. */
const clockAt = (offset: string) => ['env', 'LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1', `FAKETIME=${offset}`];

/** Longer than it takes until an owner without a heartbeat counts as dead. */
const aWhile = 7_000;

describe.concurrent('the lock of an account, among processes whose clocks are minutes apart,', () => {
  for (const [place, directory, tags] of [
    ['a long path', 'd'.repeat(120), []],
    ['a short one', 'state', ['exhaustive']],
  ] as const) {
    it(`is kept by a living process, and soon taken from a dead one, at ${place}`, {
      tags: [...tags],
      timeout: 180_000,
    }, async (context) => {
      await using home = await openHome({}, directory);
      const launchers = [clockAt('+2m'), [], clockAt('-2m')];
      const crowd = await startCrowd(context, home, launchers.length, { launchers, timeout: 150_000 });
      // Each of them is the owner once, and watches the others.
      for (let owners = 1; owners < launchers.length; owners += 1) {
        await delay(aWhile);
        expect(await askers(home)).toHaveLength(owners);
        crowd[(await askers(home)).at(-1) ?? 0]?.running.signal('SIGKILL');
        const killedAt = performance.now();
        await vi.waitFor(async () => expect(await askers(home)).toHaveLength(owners + 1), { timeout: longPatience });
        expect(performance.now() - killedAt).toBeLessThan(8_000 + 2_000 * slowness);
      }
      expect((await askers(home)).toSorted()).toEqual([0, 1, 2]);
      await deliverCode(home, home.emulator);
      const ends = await Promise.all(crowd.map(({ ended }) => ended));
      expect(ends.map(({ exitCode }) => exitCode).filter((exitCode) => exitCode !== null)).toEqual([0]);
    });
  }
});

describe.concurrent('a session that was stored by a command whose clock was off', () => {
  const openWith = async (offset: string) => {
    const home = await openHome();
    const variables = { ...signingIn(home.emulator, 'bob'), ...home.variables };
    const { stdout } = await runCommand(['login', '--print-token'], variables, { launcher: clockAt(offset) });
    return { home, printed: stdout };
  };

  it.for(['+2m', '-2m', '+30m'])('by %s is used until it is replaced', async (offset, { expect }) => {
    const { home, printed } = await openWith(offset);
    await using _ = home;
    const { issuedAt } = JSON.parse(await readFile(await home.sessionFile(), 'utf8'));
    expect(Math.abs(issuedAt - Date.now())).toBeGreaterThan(100_000);
    expect((await home.run('token')).stdout).toBe(printed);
    expect((await home.login()).stderr).toContain('Already signed in');
    expect(home.emulator.requests).toHaveLength(1);
    const { stdout: replacement } = await home.login(['--force', '--print-token']);
    expect(home.emulator.requests).toHaveLength(2);
    expect((await home.run('token')).stdout).toBe(replacement);
    expect(replacement).not.toBe(printed);
  });

  it('by two days is not used, and is replaced', async ({ expect }) => {
    const { home, printed } = await openWith('+2d');
    await using _ = home;
    expect(await home.run('token')).toMatchObject({ exitCode: 4, stdout: '' });
    expect((await home.login()).exitCode).toBe(0);
    const { stdout } = await home.run('token');
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stdout).not.toBe(printed);
    expect(home.emulator.requests).toHaveLength(2);
  });
});
