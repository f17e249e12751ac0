import { describe, expect, it, vi } from 'vitest';
import { type FailureCode, failures } from '../../machines/failures.ts';
import { answers, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { patience, pointingTo, runCommand, signingIn, startCommand } from './command.ts';

describe.concurrent('signed in', () => {
  it('is reported on stderr, with nothing on stdout', async () => {
    await using emulator = await startEmulator();
    const { exitCode, stdout, stderr } = await runCommand(['login'], signingIn(emulator, 'bob'));
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^Signed in as bob until \d{4}-\d\d-\d\d \d\d:\d\d\.\n$/);
  });

  it('prints one line of JSON, without the token', async () => {
    await using emulator = await startEmulator();
    const { exitCode, stdout } = await runCommand(['login', '--json'], signingIn(emulator, 'bob'));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^.+\n$/);
    const report: { expiresAt: string } = JSON.parse(stdout);
    expect(report).toEqual({ state: 'authenticated', username: 'bob', expiresAt: expect.any(String) });
    const hours = (Date.parse(report.expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it('exits when its output is closed, without a stack trace', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ asUsual: true, delay: 50 });
    await using command = startCommand(['login', '--json'], signingIn(emulator, 'bob'));
    command.closeStdout();
    const { exitCode, stderr } = await command.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Signed in as bob .*\n$/);
  });
});

describe.concurrent('the settings', () => {
  it('lets a flag overrule the environment', async () => {
    await using emulator = await startEmulator();
    const { baseUrl, appKey } = emulator;
    const flags = ['--base-url', baseUrl, '--app-key', appKey, '--username', 'bob'];
    const environment = {
      ETNA_BASE_URL: 'http://elsewhere.test',
      ETNA_APP_KEY: 'another',
      ETNA_USERNAME: 'alice',
      ETNA_PASSWORD: 'bob-demo',
    };
    expect(await runCommand(['login', ...flags], environment)).toMatchObject({ exitCode: 0 });
  });

  it('changes nothing of a password from stdin but the line break at its end', async () => {
    await using emulator = await startEmulator();
    const { ETNA_PASSWORD: password, ...variables } = signingIn(emulator, 'bob');
    const login = (input: string) => runCommand(['login', '--password-stdin'], variables, { input });
    expect(await login(`${password}\r\n`)).toMatchObject({ exitCode: 0 });
    expect(await login(` ${password}\n`)).toMatchObject({ exitCode: 2 });
  });

  it('can be stopped while it waits for a password from stdin', async () => {
    await using emulator = await startEmulator();
    await using command = startCommand(['login', '--password-stdin', '--json'], pointingTo(emulator));
    await command.feed('endless '.repeat(500_000));
    command.signal('SIGTERM');
    expect(await command.ended).toMatchObject({ exitCode: 130, stdout: expect.stringContaining('"cancelled"') });
  });

  it('sends non-ASCII text in the configured encoding', async () => {
    await using emulator = await startEmulator({ users: [{ username: 'bob', password: 'ä' }] });
    // These two characters are, in Latin-1, the bytes of the umlaut in UTF-8.
    const latin1 = ['login', '--header-encoding', 'latin1'];
    expect(await runCommand(latin1, signingIn(emulator, 'bob', 'Ã¤'))).toMatchObject({ exitCode: 0 });
    expect(await runCommand(latin1, signingIn(emulator, 'bob', 'пароль'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^A value is missing or not valid.*password/),
    });
  });
});

describe.concurrent('without a terminal', () => {
  it('names the missing value, in JSON too, and treats an empty variable as missing', async () => {
    await using emulator = await startEmulator();
    const { exitCode, stdout, stderr } = await runCommand(['login', '--json'], signingIn(emulator, 'bob', ''));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/set ETNA_PASSWORD or/);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', failure: { code: 'invalid-input' } });
    expect(emulator.requests).toEqual([]);
  });
});

it('has an exit code for each failure, on which scripts rely', () => {
  const codes = Object.entries(failures).map(([code, { exitCode }]) => [code, exitCode]);
  expect(Object.fromEntries(codes)).toEqual({
    'invalid-credentials': 3,
    'invalid-code': 3,
    'ticket-expired': 3,
    'password-expired': 3,
    'pin-not-set': 3,
    'unknown-app-key': 3,
    'too-many-attempts': 3,
    'unsupported-step': 3,
    refused: 3,
    'malformed-reply': 5,
    'server-error': 5,
    network: 5,
    timeout: 5,
    redirected: 5,
    interrupted: 5,
    'insecure-url': 2,
    'invalid-input': 2,
    'session-expired': 4,
    'not-signed-in': 4,
    'store-unavailable': 6,
    'store-damaged': 6,
    'session-rejected': 4,
    cancelled: 130,
    'wrong-state': 1,
    unexpected: 1,
  });
});

describe.concurrent('a failure has an exit code, JSON and a message', () => {
  it.each<[code: FailureCode, exitCode: number, answer: ScriptedAnswer, words: string]>([
    ['invalid-credentials', 3, answers.invalidCredentials, 'Invalid credentials'],
    ['password-expired', 3, answers.passwordExpired('interim-1'), 'Your Password has expired and must be changed'],
    ['too-many-attempts', 3, answers.tooManyRequests(17), 'Retry-After: 17 s'],
    ['unsupported-step', 3, answers.expecting('DeviceCheck', 'Confirm your device', 'interim-1'), 'DeviceCheck'],
    ['malformed-reply', 5, answers.htmlPage('Welcome to the hotel'), 'HTTP 200'],
    ['malformed-reply', 5, { endless: true }, 'does not follow'],
    ['server-error', 5, answers.serverError, 'An error occurred while processing your request'],
    ['redirected', 5, { redirect: 'https://elsewhere.test/login?from=api' }, 'https://elsewhere.test'],
    ['network', 5, { reset: true }, 'ECONNRESET'],
    ['timeout', 5, { silent: true }, '1000 ms'],
  ])('%s: %i, after %o', async (code, exitCode, answer, words) => {
    await using emulator = await startEmulator();
    emulator.answerNext(answer);
    const seconds = code === 'timeout' ? '1' : '15';
    const run = await runCommand(['login', '--json', '--timeout', seconds], signingIn(emulator, 'bob'));
    const report: { failure: { message: string } } = JSON.parse(run.stdout);
    expect(report).toMatchObject({ state: 'failed', failure: { code, message: expect.stringContaining(words) } });
    expect(run).toEqual({
      exitCode,
      stdout: `${JSON.stringify(report)}\n`,
      stderr: `${report.failure.message}\n`,
    });
    expect(emulator.requests).toHaveLength(1);
  });

  it.each([
    ['insecure-url', 'http://trader.test/api', 'so nothing was sent'],
    ['invalid-input', 'trader.test', 'A value is missing or not valid.'],
  ])('%s: 2, for the base URL %s', async (code, baseUrl, words) => {
    await using emulator = await startEmulator();
    const run = await runCommand(['login', '--json', '--base-url', baseUrl], signingIn(emulator, 'bob'));
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(words) });
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'failed', failure: { code } });
  });

  it('timeout: 5, after a fraction of a second', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ silent: true });
    const run = await runCommand(['login', '--timeout', '0.0123'], signingIn(emulator, 'bob'));
    expect(run).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('13 ms') });
  });

  it('cancelled: 130, by SIGTERM while the server is silent', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ silent: true });
    await using command = startCommand(['login', '--json'], signingIn(emulator, 'bob'));
    await vi.waitFor(() => expect(emulator.requests).toHaveLength(1), { timeout: patience });
    command.signal('SIGTERM');
    const { exitCode, stdout } = await command.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
  });
});
