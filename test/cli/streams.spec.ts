import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { commandLine, environmentWith, signingIn } from './command.ts';
import { openHome } from './signed-in.ts';

/** Runs a line of shell in which `$ETNA` is the command. */
async function shell(line: string, variables: Record<string, string>) {
  const [node, program] = commandLine([]);
  const environment = environmentWith({ ...variables, ETNA: `${node} ${program}` });
  const child = spawn('bash', ['-c', line], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}

describe('a stream that is not writable', () => {
  it('stderr, closed after the first line: the login continues, and its session is stored', async () => {
    await using home = await openHome();
    const variables = { ...signingIn(home.emulator, 'bob'), ...home.variables };
    await shell('$ETNA login --trace 2>&1 >/dev/null | head -n 1', variables);
    await expect.poll(() => home.token().catch(() => null), { timeout: 10_000 }).toMatch(/./);
  });

  it('stdout on a full disk: reports it', async () => {
    await using home = await openHome();
    await home.signIn();
    const { stdout, stderr } = await shell('$ETNA token > /dev/full; echo $?', home.variables);
    expect(stderr).toBe('Cannot write the output (ENOSPC).\n');
    expect(stdout).toBe('1\n');
  });
});

describe('the settings of a broker', () => {
  it('come from flags: the lifetime of a session', async () => {
    await using home = await openHome();
    await home.login(['--session-lifetime', '3600']);
    const { stdout } = await home.run('status', '--json');
    const { expiresAt } = JSON.parse(stdout);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('come from flags or variables: the header for a custom step', async () => {
    await using home = await openHome();
    const variables = { ...signingIn(home.emulator, 'bob'), ...home.variables };
    const step = {
      status: 200,
      body: JSON.stringify({ State: 'Expecting', Step: 'DeviceCheck', Token: 'dG9rZW4=', Reason: 'Which device?' }),
    };
    for (const line of [
      "$ETNA login --force --challenge-header DeviceCheck=DeviceCode --code-command 'echo blue'",
      "ETNA_CHALLENGE_HEADERS=DeviceCheck=DeviceCode $ETNA login --force --code-command 'echo blue'",
    ]) {
      home.emulator.answerNext(step);
      const before = home.emulator.requests.length;
      await shell(line, variables);
      expect(home.emulator.requests).toHaveLength(before + 2);
      expect(Object.keys(home.emulator.requests.at(-1)?.headers ?? {}).map((name) => name.toLowerCase())).toContain(
        'devicecode',
      );
    }
    for (const lifetime of ['soon', '-1']) {
      const { stderr } = await shell(`ETNA_SESSION_LIFETIME=${lifetime} $ETNA login --force`, variables);
      expect(stderr).toContain('ETNA_SESSION_LIFETIME must be a positive number of seconds.');
    }
  });
});
