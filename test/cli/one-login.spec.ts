import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunningEmulator } from '../../src/testing/index.ts';
import { patience, type Running, signingIn, startCommand } from './command.ts';
import { type Home, openHome } from './signed-in.ts';

const crowdSize = 50;
/** So many processes at once take their time to start. */
const longPatience = 60_000;
/** How many times longer everything takes, where others use the machine as well. */
const slowness = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/** Tells which process asks, and reads the code from a file once it is there, unless the test is over. */
const codeCommand = `
  echo $PPID >> "$ETNA_AUTH_HOME.asked"
  until test -e "$ETNA_AUTH_HOME.code" || ! test -d "$ETNA_AUTH_HOME"; do sleep 0.05; done
  cat "$ETNA_AUTH_HOME.code"`;

/** The processes that have asked for a code so far. */
const askers = async ({ directory }: Home) =>
  (await readFile(`${directory}.asked`, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

/** Whole: whoever waits for the file must not find it empty. */
const deliverCode = async ({ directory }: Home, emulator: RunningEmulator) => {
  await writeFile(`${directory}.draft`, `${emulator.inbox('alice').at(-1)?.code}\n`);
  await rename(`${directory}.draft`, `${directory}.code`);
};

/** A login that is under way, and when it began to wait for another one, if it did. */
interface Login {
  readonly running: Running;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly at: number }>;
  waitingSince: number | null;
}

function startLogin(home: Home): Login {
  const variables = { ...signingIn(home.emulator, 'alice'), ...home.variables };
  // The emulator answers late while so many processes start.
  const args = ['login', '--print-token', '--timeout', '60', '--code-command', codeCommand];
  const running = startCommand(args, variables, { timeout: longPatience });
  const ended = running.ended.then((run) => ({ ...run, at: performance.now() }));
  const login: Login = { running, ended, waitingSince: null };
  running.waitForOutput(/this one waits for it/).then(
    () => {
      login.waitingSince = performance.now();
    },
    () => {},
  );
  return login;
}

/** Starts logins at once, and resolves when one of them asks for the code and all others wait for it. */
async function startCrowd(home: Home, size: number): Promise<Login[]> {
  const crowd = Array.from({ length: size }, () => startLogin(home));
  onTestFinished(() => {
    for (const { running } of crowd) running.signal('SIGKILL');
  });
  await vi.waitFor(
    async () => {
      expect(crowd.filter(({ waitingSince }) => waitingSince !== null)).toHaveLength(size - 1);
      expect(await askers(home)).toHaveLength(1);
    },
    { timeout: longPatience, interval: 100 },
  );
  return crowd;
}

describe('logins of many processes to one account', () => {
  it('are one: one code is sent, and all get the same live session, soon after the one has it', async () => {
    await using home = await openHome();
    const crowd = await startCrowd(home, crowdSize);
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
  }, 90_000);

  it('go on when the one that signs in is killed, by one more code at most', async () => {
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

  it('go on at once when the one that signs in is interrupted', async () => {
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
