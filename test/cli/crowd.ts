import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { expect, type TestContext, vi } from 'vitest';
import type { RunningEmulator } from '../../src/testing/index.ts';
import { type Running, signingIn, startCommand } from './command.ts';
import type { Home } from './signed-in.ts';

/** Many processes at once are slow to start. */
export const longPatience = 60_000;
/** How many times longer everything takes, where others use the machine as well. */
export const slowness = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/** Tells which login asks, and reads the code from a file once it is there, unless the test is over. */
const codeCommand = `
  echo $NUMBER_IN_CROWD >> "$ETNA_AUTH_HOME.asked"
  until test -e "$ETNA_AUTH_HOME.code" || ! test -d "$ETNA_AUTH_HOME"; do sleep 0.05; done
  cat "$ETNA_AUTH_HOME.code"`;

/** The logins that have asked for a code so far, by their numbers in the crowd. */
export const askers = async ({ directory }: Home) =>
  (await readFile(`${directory}.asked`, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

/** Atomically: a process that waits for the file must not find it empty. */
export const deliverCode = async ({ directory }: Home, emulator: RunningEmulator) => {
  await writeFile(`${directory}.draft`, `${emulator.inbox('alice').at(-1)?.code}\n`);
  await rename(`${directory}.draft`, `${directory}.code`);
};

/** A login that is under way, and whether it has said that it waits for another one. */
interface Login {
  readonly running: Running;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly at: number }>;
  waits: boolean;
  /** How it ended, and what it said, if it has. */
  end: readonly [exitCode: number | null, stderr: string] | null;
}

/** How the logins of a crowd are started. */
interface CrowdOptions {
  /** What starts each of them, such as `unshare`. */
  readonly launchers?: readonly (readonly string[])[];
  /** Milliseconds after which they are killed. */
  readonly timeout?: number;
}

function startLogin(home: Home, number: number, { launchers = [], timeout = longPatience }: CrowdOptions): Login {
  const variables = { ...signingIn(home.emulator, 'alice'), ...home.variables, NUMBER_IN_CROWD: `${number}` };
  // The emulator answers late while so many processes start.
  const args = ['login', '--print-token', '--timeout', '60', '--code-command', codeCommand];
  const running = startCommand(args, variables, { timeout, launcher: launchers[number] ?? [] });
  const ended = running.ended.then((run) => {
    login.end = [run.exitCode, run.stderr];
    return { ...run, at: performance.now() };
  });
  const login: Login = { running, ended, waits: false, end: null };
  running.waitForOutput(/this one waits for it/).then(
    () => {
      login.waits = true;
    },
    () => {},
  );
  return login;
}

/** Starts logins at once, and resolves when one of them asks for the code and all others say that they wait. */
export async function startCrowd(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  home: Home,
  size: number,
  options: CrowdOptions = {},
): Promise<Login[]> {
  const crowd = Array.from({ length: size }, (_, number) => startLogin(home, number, options));
  onTestFinished(() => {
    for (const { running } of crowd) running.signal('SIGKILL');
  });
  await vi.waitFor(
    async () => {
      const asked = await askers(home);
      // The one that asks may have waited before, where it met another one on the way in.
      const waiting = crowd.filter(({ waits }, number) => waits && !asked.includes(number));
      // That one has ended would be a reason why another one asks, too.
      const ends = crowd.flatMap(({ end }) => end ?? []);
      expect({ waiting: waiting.length, asked: asked.length, ends }).toEqual({ waiting: size - 1, asked: 1, ends: [] });
    },
    { timeout: longPatience, interval: 100 },
  );
  return crowd;
}
