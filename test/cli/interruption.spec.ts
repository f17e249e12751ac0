import { describe, expect, it, vi } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { patience, signingIn } from './command.ts';
import { openTerminal, type Terminal } from './terminal.ts';

type Scene = readonly [where: string, play: (terminal: Terminal, emulator: RunningEmulator) => Promise<void>];

const upTo = async (terminal: Terminal, ...replies: (readonly [question: string, reply: string])[]) => {
  for (const [question, reply] of replies) await terminal.answer(question, reply);
};
const address = ({ baseUrl, appKey }: RunningEmulator) =>
  [
    ['Base URL', baseUrl],
    ['Application key', appKey],
  ] as const;
const untilReceived = (emulator: RunningEmulator, requests: number) =>
  vi.waitFor(() => expect(emulator.requests).toHaveLength(requests), { timeout: patience });
const user = ['User name', 'carol'] as const;
const password = ['Password', 'carol-demo'] as const;
const typedCode = ({ inbox }: RunningEmulator) => ['Code', inbox('carol').at(-1)?.code ?? ''] as const;

const atBaseUrl: Scene = ['at the base URL', (terminal) => terminal.waitForQuestion('Base URL')];
const atPassword: Scene = [
  'at the password, half typed',
  async (terminal, emulator) => {
    await upTo(terminal, ...address(emulator), user);
    await terminal.waitForQuestion('Password');
    terminal.type('car');
    await terminal.waitForScreen(/▪▪▪/);
  },
];
const atCode: Scene = [
  'at the code',
  async (terminal, emulator) => {
    await upTo(terminal, ...address(emulator), user, password);
    await terminal.waitForQuestion('Code');
  },
];
const atNewCode: Scene = [
  'at the question whether to send a new one',
  async (terminal, emulator) => {
    await upTo(terminal, ...address(emulator), user, password, ['Code', '']);
    await terminal.waitForQuestion('Nothing was entered.');
  },
];
const atPin: Scene = [
  'at the PIN',
  async (terminal, emulator) => {
    await upTo(terminal, ...address(emulator), user, password);
    await terminal.waitForQuestion('Code');
    await upTo(terminal, typedCode(emulator));
    await terminal.waitForQuestion('PIN');
  },
];
const whileSigningIn: Scene = [
  'while the server is silent about the password',
  async (terminal, emulator) => {
    emulator.answerNext({ silent: true });
    await upTo(terminal, ...address(emulator), user, password);
    await terminal.waitForScreen('Signing in');
    await untilReceived(emulator, 1);
  },
];
const whileChecking: Scene = [
  'while the server is silent about the code',
  async (terminal, emulator) => {
    emulator.answerNext({ asUsual: true }, { silent: true });
    await upTo(terminal, ...address(emulator), user, password, ['Code', '1']);
    await terminal.waitForScreen('Checking the code');
    await untilReceived(emulator, 2);
  },
];

async function expectCancellation([, play]: Scene, interrupt: (terminal: Terminal) => void) {
  await using emulator = await startEmulator();
  await using terminal = openTerminal(['login']);
  await play(terminal, emulator);
  const sent = emulator.requests.length;
  interrupt(terminal);
  expect(await terminal.exitCode()).toBe(130);
  expect(terminal.screen()).toMatch(/\n└ {2}The login was cancelled\. Sign in again when you are ready\.$/);
  expect(terminal.isLeftInOrder()).toBe(true);
  expect(emulator.requests).toHaveLength(sent);
}

describe.concurrent('cancelling exits with 130, and restores the terminal', () => {
  it.each<Scene>([
    atBaseUrl,
    ['at the application key', (terminal, emulator) => upTo(terminal, ...address(emulator).slice(0, 1))],
    ['at the user name', (terminal, emulator) => upTo(terminal, ...address(emulator))],
    atPassword,
    atCode,
    atNewCode,
    atPin,
    whileSigningIn,
    whileChecking,
  ])('by Ctrl-C %s', (...scene) => expectCancellation(scene, (terminal) => terminal.press('Ctrl-C')));

  it.each<Scene>([atPassword, whileSigningIn])('by SIGTERM %s', (...scene) =>
    expectCancellation(scene, (terminal) => terminal.signal('SIGTERM')),
  );

  it('by Ctrl-D, the end of input', () => expectCancellation(atBaseUrl, (terminal) => terminal.press('Ctrl-D')));

  it('by Ctrl-C without a prompt, while the server is silent', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ silent: true });
    await using terminal = openTerminal(['login'], signingIn(emulator, 'bob'));
    await terminal.waitForScreen('Signing in');
    terminal.press('Ctrl-C');
    expect(await terminal.exitCode()).toBe(130);
    expect(terminal.isLeftInOrder()).toBe(true);
  });
});
