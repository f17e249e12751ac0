import { describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readUse } from '../../src/cli/usage.ts';
import { type Run, runCommand } from './command.ts';

it('an old Node gets one line about the required version', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`;
  const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(old)}"`;
  expect(await runCommand(['token'], { NODE_OPTIONS })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'etna-auth needs Node 22.12 or newer; this is Node 20.20.2.\n',
  });
});

it('the command prints help to stdout, and complaints to stderr', async () => {
  for (const args of [['--help'], ['renew']]) expect(await runCommand(args)).toEqual(read(args));
});

/** Reads a command line as the command does, without starting a process. */
function read(args: readonly string[]): Run {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += text;
      return true;
    }),
  );
  try {
    const exitCode = readUse(args);
    if (typeof exitCode !== 'number') throw new Error('There is nothing wrong with it.');
    return { exitCode, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('help', () => {
  it('prints the version', () => {
    expect(read(['--version'])).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('lists the commands', () => {
    const { exitCode, stdout, stderr } = read(['--help']);
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

  it('lists the flags of login with their variables, and no flag for the password', () => {
    const { exitCode, stdout } = read(['login', '--help']);
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

describe('an invalid command line', () => {
  it.each<[what: string, args: string[], complaint: RegExp]>([
    ['no command', [], /^Usage: etna-auth/],
    ['an unknown command', ['renew'], /unknown command 'renew'/],
    ['a missing argument', ['api'], /missing required argument 'path'/],
    ['a timeout of nothing', ['login', '--timeout', '0'], /'0' is invalid\. It must be a positive number of seconds/],
    ['an unknown encoding', ['login', '--header-encoding', 'koi8-r'], /Allowed choices are utf-8, latin1/],
    [
      'two kinds of output',
      ['login', '--json', '--print-token'],
      /'--json' cannot be used with option '--print-token'/,
    ],
    ['a port that there is not', ['emulator', '--port', '65536'], /'65536' is invalid\. It must be a port number/],
  ])('%s is a usage error', (_, args, complaint) => {
    const { exitCode, stdout, stderr } = read(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).toContain('Usage: etna-auth');
  });

  it('is help for a command that does not exist', () => {
    expect(read(['help', 'renew'])).toEqual(read(['renew']));
    expect(read(['help', 'renew'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("unknown command 'renew'"),
    });
  });

  it('is reported in a few lines, which end with how to get the help', () => {
    expect(read(['login', '--usrname', 'bob']).stderr).toBe(
      [
        "error: unknown option '--usrname'",
        '(Did you mean --username?)',
        '',
        'Usage: etna-auth login [options]',
        'Run etna-auth login --help for the details.',
        '',
        'The password is never a flag: other users of the machine can read the flags of a',
        'process.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ["--password=hunter2'hunter2", /^error: unknown option '--password'$/m],
    ["-phunter2'hunter2", /^error: unknown option '-p'$/m],
    ['hunter2', /^error: too many arguments for 'login'\. Expected 0 arguments but got 1\.$/m],
  ])('takes no password as %s, and does not repeat it', (flag, complaint) => {
    const { exitCode, stdout, stderr } = read(['login', flag]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toContain('hunter2');
  });
});
