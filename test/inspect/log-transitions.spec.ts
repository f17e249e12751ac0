import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { authMachine, createAuth } from '../../src/index.ts';
import { logTransitions } from '../../src/inspect/index.ts';
import { answers, createEmulator, type ScriptedAnswer } from '../../src/testing/index.ts';
import { canaries, endings, signInWatched } from './watched-login.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('prints a line for each transition, with source, target, reason and duration', async () => {
  const lines: string[] = [];
  const { fetch, appKey, answerNext } = createEmulator();
  const inspect = logTransitions({ write: (line) => lines.push(line) });
  const auth = createAuth({ baseUrl: 'https://etna.test/api', appKey, fetch, inspect });
  const within = async (milliseconds: number, turn: () => Promise<unknown>, answer?: ScriptedAnswer) => {
    let release = (_: ScriptedAnswer) => {};
    if (answer) answerNext({ later: new Promise((resolve) => (release = resolve)) });
    const done = turn();
    await vi.advanceTimersByTimeAsync(milliseconds);
    if (answer) release(answer);
    await done;
  };

  vi.advanceTimersByTime(2000);
  await within(182, () => auth.login({ username: 'alice', password: 'x' }), answers.expectingCode('ticket'));
  vi.advanceTimersByTime(9310);
  await within(95, () => auth.submitCode('1'), answers.expectingCodeAgain('ticket'));
  vi.advanceTimersByTime(5000);
  await within(90, () => auth.submitCode('2'), answers.invalidCode);
  await within(40, () => auth.reset());
  auth.actor.stop();
  expect(lines).toEqual([
    'idle -> requestingToken 2000 ms',
    'requestingToken -> awaitingCode (VerificationCode) 182 ms',
    'awaitingCode -> verifyingCode 9310 ms',
    'verifyingCode -> awaitingCode (VerificationCode, invalid-code) 95 ms',
    'awaitingCode -> verifyingCode 5000 ms',
    'verifyingCode -> failed (invalid-code) 90 ms',
    'failed -> idle 0 ms',
  ]);
});

it.each(Object.entries(endings))('prints nothing secret of a login that ends with %s', async (_, { answer }) => {
  const lines: string[] = [];
  const auth = await signInWatched(answer, { inspect: logTransitions({ write: (line) => lines.push(line) }) });
  auth.actor.stop();
  expect(lines).toHaveLength(4);
  for (const canary of Object.values(canaries)) expect(lines.join('\n')).not.toContain(canary);
});

it('distinguishes the actors of a larger program, and nested states', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const app = createMachine({
    initial: 'open',
    states: {
      open: {
        initial: 'form',
        states: { form: { on: { more: 'details' } }, details: {} },
        invoke: { id: 'login', src: authMachine },
      },
    },
  });
  const actor = createActor(app, { inspect: logTransitions() }).start();
  actor.send({ type: 'more' });
  actor.getSnapshot().children.login?.send({ type: 'login', credentials: {} });
  actor.stop();
  expect(log.mock.calls.flat()).toEqual([
    '{"open":"form"} -> {"open":"details"} 0 ms',
    'login: idle -> requestingToken 0 ms',
  ]);
  log.mockRestore();
});

it('shows an unknown step by its kind, since its name comes from the server', async () => {
  const lines: string[] = [];
  const { fetch, appKey, answerNext } = createEmulator();
  answerNext(answers.expecting('DeviceCheck', 'Which device?', 'ticket'));
  const auth = createAuth({
    baseUrl: 'https://etna.test/api',
    appKey,
    fetch,
    challengeHeaders: { DeviceCheck: 'DeviceCode' },
    inspect: logTransitions({ write: (line) => lines.push(line) }),
  });
  await auth.login({ username: 'alice', password: 'x' });
  auth.actor.stop();
  expect(lines.at(-1)).toBe('requestingToken -> awaitingCode (other) 0 ms');
});
