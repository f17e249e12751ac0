import type { AuthFailure } from '../../machines/failures.ts';
import type { Challenge, Session } from '../../machines/vocabulary.ts';
import type { AuthState } from '../../src/auth-state.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../../src/index.ts';
import {
  answers,
  demoAppKey,
  type RunningEmulator,
  type ScriptedAnswer,
  startEmulator,
} from '../../src/testing/index.ts';

type Options = Omit<CreateAuthOptions, 'baseUrl'>;

export const alice = { username: 'alice', password: 'alice-demo' };

/** A login at this address, by default with the demo's application key. */
export const authAt = (baseUrl: string, options: Partial<Options> = {}): Auth =>
  createAuth({ baseUrl, appKey: demoAppKey, ...options });

/** How Alice's first call ends at this address. */
export const loginAt = (baseUrl: string, options: Partial<Options> = {}) => authAt(baseUrl, options).login(alice);

/** How Alice's first call ends when the server gives this answer, and how many calls there were. */
export async function loginMetBy(answer: ScriptedAnswer, options: Partial<Options> = {}) {
  await using emulator = await startEmulator();
  emulator.answerNext(answer);
  const state = await loginAt(emulator.baseUrl, options);
  expectCalls(emulator, 1);
  return state;
}

/** How Alice's second call ends when the server gives this answer to her answer to `question`. */
export async function answerMetBy(
  answer: ScriptedAnswer,
  question: ScriptedAnswer = answers.expectingCode('aW50ZXJpbS0x'),
  options: Partial<Options> = {},
) {
  await using emulator = await startEmulator();
  emulator.answerNext(question, answer);
  const auth = authAt(emulator.baseUrl, options);
  challengeOf(await auth.login(alice));
  const state = await auth.submitCode('123456');
  expectCalls(emulator, 2);
  return state;
}

function expectCalls(emulator: RunningEmulator, expected: number) {
  const { length } = emulator.requests.filter(({ path }) => path === '/api/token');
  if (length !== expected) throw new Error(`There should have been ${expected} calls, not ${length}.`);
}

export function failureOf(state: AuthState): AuthFailure {
  if (state.state !== 'failed') throw new Error(`The login should have failed; it is in ${state.state}.`);
  return state.failure;
}

export function challengeOf(state: AuthState): Challenge {
  if (state.state === 'awaitingCode') return state.challenge;
  throw new Error(`There should be a challenge; the login is in ${state.state}, ${JSON.stringify(state)}.`);
}

/** What a login has come to in a word, and what is told of it: the code of a failure, or the kind of a challenge. */
export function outcomeOf(state: AuthState) {
  if (state.state === 'awaitingCode') return { ...state.challenge, outcome: state.challenge.kind };
  const failure = failureOf(state);
  return { ...failure, outcome: failure.code };
}

export function sessionOf(state: AuthState): Session {
  if (state.state === 'authenticated') return state.session;
  throw new Error(`There should be a session; the login is in ${state.state}, ${JSON.stringify(state)}.`);
}
