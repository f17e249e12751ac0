import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/testing/index.ts';
import { pointingTo, signingIn } from './command.ts';
import { openTerminal } from './terminal.ts';

const timeless = (text: string) => text.replace(/\d+ ms/g, '<n> ms').replace(/until .*\.$/m, 'until <time>.');

describe.concurrent('login --trace', () => {
  it('fits into the prompts', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ asUsual: true, delay: 150 });
    await using terminal = openTerminal(['login', '--trace', '--username', 'alice'], pointingTo(emulator));
    await terminal.answer('Password', 'alice-demo');
    await terminal.waitForQuestion('Code');
    await terminal.answer('Code', emulator.inbox('alice').at(-1)?.code ?? '');
    expect(await terminal.exitCode()).toBe(0);
    expect(timeless(terminal.screen())).toBe(
      `
┌  Sign in to ETNA Trader
│
◇  Password
│  ▪▪▪▪▪▪▪▪▪▪
│
●  idle -> requestingToken <n> ms
│
●  requestingToken -> awaitingCode (VerificationCode) <n> ms
│
◇  Code from the SMS or e-mail (Enter alone for a new one)
│  ▪▪▪▪▪▪
│
●  awaitingCode -> verifyingCode <n> ms
│
●  verifyingCode -> authenticated <n> ms
│
└  Signed in as alice until <time>.`.trim(),
    );
    expect(terminal.isLeftInOrder()).toBe(true);
  });

  it('does not disturb an open prompt when the command is terminated', async () => {
    await using emulator = await startEmulator();
    await using terminal = openTerminal(['login', '--trace'], signingIn(emulator, 'alice'));
    await terminal.waitForQuestion('Code');
    terminal.signal('SIGTERM');
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.screen()).toMatch(
      /^└\n[│\n]*● {2}awaitingCode -> idle \d+ ms\n[│\n]*└ {2}The login was cancelled\./m,
    );
  });
});
