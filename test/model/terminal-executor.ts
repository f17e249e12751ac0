import {
  type AuthTestExecutor,
  answerFor,
  type ModelPath,
  type RunningEmulator,
  type ScriptedAnswer,
} from '../../src/testing/index.ts';
import { pointingTo } from '../cli/command.ts';
import { openTerminal, type Terminal } from '../cli/terminal.ts';

/** Whether somebody at a terminal can go this way: one login, to its end. */
export function isForTerminal({ session, turns }: ModelPath): boolean {
  const ends = turns.findIndex(({ state }) => ['idle', 'authenticated', 'failed'].includes(state.state));
  return (
    session === 'none' &&
    turns.length > 0 &&
    (ends === -1 || ends === turns.length - 1) &&
    turns.every(({ event, outcome, state }, index) => {
      // A new password has a test of its own, and so has waiting for another process.
      if (event.type === 'session.shared' || state.kind === 'new-password' || outcome?.type === 'waiting') return false;
      if (outcome?.type !== 'failed') return outcome?.type !== 'thrown';
      // The address does not change on the way, and a live secret does not die.
      return outcome.code !== 'interrupted' && (outcome.code !== 'insecure-url' || index === 0);
    })
  );
}

/** Walks paths on `etna-auth login` in a real terminal. */
export function openCommand(path: ModelPath, emulator: RunningEmulator): AuthTestExecutor & AsyncDisposable {
  let terminal: Terminal | null = null;
  let held = Promise.withResolvers<ScriptedAnswer>();
  const failsWith = (code: string) =>
    path.turns.some(({ outcome }) => outcome?.type === 'failed' && outcome.code === code);
  // Latin-1 has no euro sign, which makes it a text that cannot be sent.
  const flags = [
    '--json',
    '--username',
    'alice',
    '--header-encoding',
    'latin1',
    '--timeout',
    failsWith('timeout') ? '3' : '30',
  ];
  const address = failsWith('insecure-url') ? ['--base-url', 'http://etna.test'] : [];

  const shown = () => terminal?.screen() ?? '';
  const result = () => /^\{"state":.*\}$/m.exec(shown())?.[0];
  const question = () => /[◆▲] {2}(PIN|Code)[^\n]*\n[^\n]*\n└$/.exec(shown().trimEnd())?.[1];

  return {
    async perform({ type }, outcome) {
      const text = outcome?.type === 'failed' && outcome.code === 'invalid-input' ? '€' : '123456';
      held = Promise.withResolvers();
      const isSent = !(outcome?.type === 'failed' && ['invalid-input', 'insecure-url'].includes(outcome.code));
      if (isSent && type !== 'cancel') emulator.answerNext({ later: held.promise });
      terminal ??= openTerminal(['login', ...flags, ...address], pointingTo(emulator));
      switch (type) {
        case 'login':
          await terminal.answer('Password', text);
          break;
        case 'code.submit':
          await terminal.answer(question() ?? '', text);
          break;
        case 'code.resend':
          terminal.press('Enter');
          await terminal.waitForQuestion('Start over');
          terminal.press('Enter');
          break;
        case 'cancel':
          terminal.press('Ctrl-C');
          await terminal.exitCode();
          return;
      }
      if (isSent) await terminal.waitForScreen(/(Signing in|Checking the (code|PIN))\s*$/);
    },
    async settle(outcome) {
      held.resolve(answerFor(outcome));
      await terminal?.waitForScreen(/[◆▲] {2}(PIN|Code)[^\n]*\n[^\n]*\n└\s*$|^\{"state":.*\}$/m);
    },
    getState() {
      const json = result();
      if (json !== undefined) {
        const { state, failure } = JSON.parse(json);
        return failure?.code === 'cancelled' ? { state: 'idle' } : { state, ...(failure && { code: failure.code }) };
      }
      const asked = question();
      if (asked) return { state: 'awaitingCode', kind: asked === 'PIN' ? 'pin' : 'code' };
      if (/Signing in\s*$/.test(shown())) return { state: 'requestingToken' };
      return { state: /Checking the (code|PIN)\s*$/.test(shown()) ? 'verifyingCode' : 'idle' };
    },
    async [Symbol.asyncDispose]() {
      await terminal?.[Symbol.asyncDispose]();
    },
  };
}
