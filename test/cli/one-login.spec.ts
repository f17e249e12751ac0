import { describe, expect, it, vi } from 'vitest';
import { patience } from './command.ts';
import { deliverCode, slowness, startCrowd } from './crowd.ts';
import { openHome } from './signed-in.ts';

describe.each([
  [15, []],
  [50, ['exhaustive']],
])('logins of %i processes to one account', (crowdSize, tags) => {
  it('cause one login: one code is sent, and all get the same live session soon after', {
    tags,
    timeout: 90_000,
  }, async (context) => {
    await using home = await openHome();
    const crowd = await startCrowd(context, home, crowdSize);
    expect(home.emulator.inbox('alice')).toHaveLength(1);

    await deliverCode(home, home.emulator);
    await vi.waitFor(() => expect(home.emulator.requests.at(-1)).toMatchObject({ state: 'Succeeded' }), {
      timeout: patience,
      interval: 5,
    });
    const signedInAt = performance.now();
    const ends = await Promise.all(crowd.map(({ ended }) => ended));
    const token = await home.token();
    for (const { exitCode, stdout } of ends) expect([exitCode, stdout]).toEqual([0, `${token}\n`]);
    expect(home.emulator.inbox('alice')).toHaveLength(1);
    expect(home.emulator.requests).toHaveLength(2);

    const lastWait = Math.max(...ends.map(({ at }) => at - signedInAt));
    console.log(
      `${crowdSize} processes: the last one ended ${lastWait.toFixed(0)} ms after the login (slowness ${slowness.toFixed(1)})`,
    );
    expect(lastWait).toBeLessThan(2_000 * slowness);
  });
});
