import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { pointingTo, signingIn } from './command.ts';
import { openTerminal } from './terminal.ts';

const newestCode = (emulator: RunningEmulator, username: string) => emulator.inbox(username).at(-1)?.code ?? 'none';

describe.concurrent('a login in a terminal', () => {
  it('prompts for all missing values, and shows no password, code or PIN', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login']);
    await terminal.answer('Base URL of the API', emulator.baseUrl);
    await terminal.answer('Application key', emulator.appKey);
    await terminal.answer('User name', 'carol');
    await terminal.answer('Password', 'carol-demo');
    await terminal.waitForQuestion('Code from the SMS or e-mail');
    const code = newestCode(emulator, 'carol');
    await terminal.answer('Code from the SMS or e-mail', code);
    await terminal.answer('PIN', '2468');

    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.isLeftInOrder()).toBe(true);
    expect(terminal.screen().replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, '<time>')).toBe(
      `
┌  Sign in to ETNA Trader
│
◇  Base URL of the API
│  ${emulator.baseUrl}
│
◇  Application key
│  ${emulator.appKey}
│
◇  User name
│  carol
│
◇  Password
│  ▪▪▪▪▪▪▪▪▪▪
│
◇  Code from the SMS or e-mail (Enter alone for a new one)
│  ▪▪▪▪▪▪
│
◇  PIN
│  ▪▪▪▪
│
└  Signed in as carol until <time>.`.trim(),
    );
    for (const secret of ['carol-demo', code, '2468']) expect(terminal.everything()).not.toContain(secret);
  });

  it('prompts again after empty input', async () => {
    await using terminal = openTerminal(['login']);
    await terminal.waitForQuestion('Base URL of the API');
    terminal.press('Enter');
    await terminal.waitForScreen('└  Please type something, or press Ctrl-C to give up.');
    await terminal.answer('Base URL of the API', 'x');
    await terminal.waitForQuestion('Application key');
    terminal.press('Ctrl-C');
    expect(await terminal.exitCode()).toBe(130);
  });

  it('prompts for a password that should come from a terminal’s stdin, so that it does not show', async () => {
    await using emulator = await startEmulator();
    const { ETNA_PASSWORD, ...environment } = signingIn(emulator, 'bob');
    await using terminal = openTerminal(['login', '--password-stdin'], environment);
    await terminal.answer('Password', ETNA_PASSWORD);
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.everything()).not.toContain(ETNA_PASSWORD);
  });

  it('writes no messages to stdout', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'etna-auth-'));
    const stdout = join(folder.path, 'token');
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login', '--print-token'], signingIn(emulator, 'alice'), { stdout });
    await terminal.waitForQuestion('Code');
    await terminal.answer('Code', newestCode(emulator, 'alice'));
    expect(await terminal.exitCode()).toBe(0);
    const token = await readFile(stdout, 'utf8');
    expect(token).toMatch(/^[\w+/=]{40,}\n$/);
    expect(terminal.everything()).not.toContain(token.trim());
  });

  it('shows that it is busy, and discards input meanwhile', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ asUsual: true, delay: 700 });
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    await terminal.waitForScreen(/^[⠋-⠿] {2}Signing in$/m);
    terminal.type('sesame');
    await terminal.waitForQuestion('Code');
    expect(terminal.screen()).not.toContain('Signing in');
    await terminal.answer('Code', newestCode(emulator, 'alice'));
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.everything()).not.toContain('sesame');
  });

  it('keeps its margin in a narrow terminal', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext(
      answers.failed('BaseAuthentication', 'The account was closed at the request of its holder on the first of May'),
    );
    await using terminal = openTerminal(['login'], signingIn(emulator, 'bob'), { columns: 40 });
    expect(await terminal.exitCode()).toBe(3);
    const [first, ...others] = terminal.screen().split('\n').slice(2);
    expect(first).toMatch(/^└ {2}\S/);
    expect(others.length).toBeGreaterThan(2);
    for (const line of others) expect(line).toMatch(/^ {3}\S.{0,36}$/);
  });
});

describe.concurrent('a code', () => {
  it('can be pasted with spaces', async () => {
    await using emulator = await startEmulator({ createCode: () => '123456' });
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    await terminal.answer('Code', ' 123 456 ');
    expect(await terminal.exitCode()).toBe(0);
  });

  it('that is wrong leads to the server’s reason, without the code, and another prompt', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext(
      { asUsual: true },
      answers.expecting('VerificationCode', 'Der Code 424242 ist falsch', 'interim-1'),
      answers.succeeded('session-1'),
    );
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    await terminal.answer('Code', '424242');
    await terminal.waitForScreen('▲  The code was not accepted. (Der Code ••• ist falsch)');
    await terminal.answer('Code', '434343');
    expect(await terminal.exitCode()).toBe(0);
    expect(terminal.everything()).not.toContain('424242');
  });

  it('that is wrong for the third time ends the login', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    for (const code of ['000001', '000002', '000003']) await terminal.answer('Code', code);
    expect(await terminal.exitCode()).toBe(3);
    expect(terminal.screen()).toMatch(/^└ {2}The code or PIN was not accepted\. \(Invalid verification code\)/m);
    expect(terminal.isLeftInOrder()).toBe(true);
    expect(emulator.requests).toHaveLength(4);
  });

  it('that cannot be sent leads to another prompt, with our own message', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login', '--header-encoding', 'latin1'], signingIn(emulator, 'alice'));
    await terminal.answer('Code', 'шифр');
    await terminal.waitForScreen('▲  A value is missing or not valid.\n');
    await terminal.answer('Code', newestCode(emulator, 'alice'));
    expect(await terminal.exitCode()).toBe(0);
    expect(emulator.requests).toHaveLength(2);
  });

  it('is sent again after Enter, and the old one becomes invalid', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    await terminal.answer('Code', '');
    await terminal.answer('Nothing was entered. Start over and request a new code?', '');
    await terminal.waitForQuestion('Code');
    const [old, fresh] = emulator.inbox('alice').map(({ code }) => code);
    await terminal.answer('Code', old ?? '');
    await terminal.waitForScreen('Invalid verification code');
    await terminal.answer('Code', fresh ?? '');
    expect(await terminal.exitCode()).toBe(0);
  });

  it('is not sent again after No, and can still be entered', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login'], signingIn(emulator, 'alice'));
    await terminal.answer('Code', '  ');
    await terminal.waitForQuestion('Nothing was entered.');
    terminal.press('Right');
    await terminal.waitForScreen('○ Yes / ● No');
    terminal.press('Enter');
    await terminal.waitForQuestion('Code');
    expect(emulator.inbox('alice')).toHaveLength(1);
    await terminal.answer('Code', newestCode(emulator, 'alice'));
    expect(await terminal.exitCode()).toBe(0);
  });
});

describe.concurrent('a login that fails in a terminal', () => {
  it('says why, and exits', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login', '--username', 'bob'], pointingTo(emulator));
    await terminal.answer('Password', 'wrong');
    expect(await terminal.exitCode()).toBe(3);
    expect(terminal.screen()).toMatch(/\n└ {2}The user name or the password is wrong\. \(Invalid credentials/);
    expect(terminal.isLeftInOrder()).toBe(true);
  });
});
