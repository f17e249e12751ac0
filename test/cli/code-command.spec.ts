import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../machines/vocabulary.ts';
import { codeFromCommand } from '../../src/node/code-command.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { runCommand, signingIn, startCommand } from './command.ts';

const code = '135790';
const start = () => startEmulator({ createCode: () => code });
const login = (command: string) => ['login', '--json', '--code-command', command];

describe.concurrent('--code-command', () => {
  it('runs for each challenge, and gets the step and the reason, but not the password', async () => {
    await using emulator = await start();
    const command = `
      echo "step=$ETNA_CHALLENGE_STEP reason=$ETNA_CHALLENGE_REASON password=$ETNA_PASSWORD user=$ETNA_USERNAME" >&2
      case $ETNA_CHALLENGE_STEP in VerificationCode) echo ${code};; *) echo 2468;; esac`;
    const { exitCode, stderr } = await runCommand(login(command), signingIn(emulator, 'carol'));
    expect(exitCode).toBe(0);
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'step=VerificationCode reason=Expecting confirmation code password= user=carol',
      'step=SecutityPin reason=Invalid pin password= user=carol',
    ]);
    expect(emulator.requests).toHaveLength(3);
  });

  it('provides the first line of its output, with any line break', async () => {
    await using emulator = await start();
    const command = `printf '${code}\\r\\nsent a minute ago\\r\\n'`;
    expect(await runCommand(login(command), signingIn(emulator, 'alice'))).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['fails', `echo ${code}; exit 7`, 'The code command ended with 7.'],
    ['is killed', `echo ${code}; kill -KILL $$`, 'The code command ended with SIGKILL.'],
    ['prints no first line', `echo; echo ${code}`, 'The code command printed no code.'],
  ])('ends the login when it %s', async (_, command, detail) => {
    await using emulator = await start();
    const { exitCode, stdout } = await runCommand(login(command), signingIn(emulator, 'alice'));
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'failed',
      failure: { code: 'invalid-input', step: 'VerificationCode', detail },
    });
    expect(emulator.requests).toHaveLength(1);
  });

  it('is aborted at once by a signal, even if its child continues', async () => {
    await using emulator = await start();
    const command = 'echo waiting >&2; sleep 15 2> /dev/null; echo 1';
    await using running = startCommand(login(command), signingIn(emulator, 'alice'));
    await running.waitForOutput(/waiting/);
    running.signal('SIGTERM');
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ failure: { code: 'cancelled' } });
  });
});

describe('codeFromCommand', () => {
  const getCode = codeFromCommand('echo 1234');
  const { signal } = new AbortController();
  const ask = async (problem: Challenge['problem']) =>
    getCode({ step: 'SecutityPin', kind: 'pin', attempt: 1, reason: null, problem } as Challenge, { signal });

  it('may print the same code for another challenge, but not after it was refused', async () => {
    expect([await ask(null), await ask(null)]).toEqual(['1234', '1234']);
    await expect(ask('invalid-code')).rejects.toMatchObject({ code: 'invalid-code' });
  });

  it.each(['network', 'timeout'] as const)(
    'does not run again after %s, since the code may have arrived',
    async (code) => {
      await expect(ask(code)).rejects.toMatchObject({ code, failure: { step: 'SecutityPin' } });
    },
  );
});
