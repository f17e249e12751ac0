import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommand } from './command.ts';

it('an old Node gets one line about the required version', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`;
  const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(old)}"`;
  expect(await runCommand(['token'], { NODE_OPTIONS })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'etna-auth needs Node 22.12 or newer; this is Node 20.20.2.\n',
  });
});

describe.concurrent('help', () => {
  it('prints the version', async () => {
    expect(await runCommand(['--version'])).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('lists the commands', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.match(/^ {2}[a-z]\S+/gm)?.map((name) => name.trim())).toEqual([
      'login',
      'status',
      'token',
      'api',
      'logout',
      'doctor',
      'emulator',
      'help',
    ]);
  });

  it('lists the flags of login with their variables, and no flag for the password', async () => {
    const { exitCode, stdout } = await runCommand(['login', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout.match(/^ +--[\w-]+/gm)?.map((flag) => flag.trim())).toEqual([
      '--base-url',
      '--app-key',
      '--username',
      '--store',
      '--password-stdin',
      '--code-command',
      '--force',
      '--trace',
      '--header-encoding',
      '--timeout',
      '--session-lifetime',
      '--challenge-header',
      '--json',
      '--print-token',
    ]);
    expect(stdout.match(/ETNA_\w+/g)).toEqual([
      'ETNA_BASE_URL',
      'ETNA_APP_KEY',
      'ETNA_USERNAME',
      'ETNA_AUTH_STORE',
      'ETNA_PASSWORD',
      'ETNA_SESSION_LIFETIME',
      'ETNA_CHALLENGE_HEADERS',
    ]);
  });
});

describe.concurrent('an invalid command line', () => {
  it.each<[what: string, args: string[], complaint: RegExp]>([
    ['no command', [], /^Usage: etna-auth/],
    ['an unknown command', ['renew'], /unknown command 'renew'/],
    ['a timeout of nothing', ['login', '--timeout', '0'], /'0' is invalid\. It must be a positive number of seconds/],
    ['an unknown encoding', ['login', '--header-encoding', 'koi8-r'], /Allowed choices are utf-8, latin1/],
    [
      'two kinds of output',
      ['login', '--json', '--print-token'],
      /'--json' cannot be used with option '--print-token'/,
    ],
    ['a port that there is not', ['emulator', '--port', '65536'], /'65536' is invalid\. It must be a port number/],
  ])('%s is a usage error', async (_, args, complaint) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).toContain('Usage: etna-auth');
  });

  it.each([
    ["--password=hunter2'hunter2", /^error: unknown option '--password'$/m],
    ["-phunter2'hunter2", /^error: unknown option '-p'$/m],
    ['hunter2', /^error: too many arguments for 'login'\. Expected 0 arguments but got 1\.$/m],
  ])('takes no password as %s, and does not repeat it', async (flag, complaint) => {
    const { exitCode, stdout, stderr } = await runCommand(['login', flag]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toContain('hunter2');
  });
});
