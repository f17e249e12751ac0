import { describe, expect, it, vi } from 'vitest';
import { patience } from './command.ts';
import { askers, deliverCode, longPatience, slowness, startCrowd } from './crowd.ts';
import { openHome } from './signed-in.ts';

describe('logins that wait for another one', () => {
  it('continue if the one that signs in is killed, with at most one more code', async () => {
    await using home = await openHome();
    const crowd = await startCrowd(home, 6);
    const [first = 0] = await askers(home);
    process.kill(first, 'SIGKILL');
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
  }, 90_000);

  it('continue at once if the one that signs in is interrupted', async () => {
    await using home = await openHome();
    const crowd = await startCrowd(home, 2);
    const [first = 0] = await askers(home);
    process.kill(first, 'SIGTERM');
    await vi.waitFor(async () => expect(await askers(home)).toHaveLength(2), { timeout: patience });
    await deliverCode(home, home.emulator);
    const codes = (await Promise.all(crowd.map(({ ended }) => ended))).map(({ exitCode }) => exitCode);
    expect(codes.sort()).toEqual([0, 130]);
  }, 90_000);
});
