import { expect, it } from 'vitest';
import { type FailureCode, failures } from '../../machines/failures.ts';
import { explain } from '../../src/messages.ts';
import { answers, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { authAt, failureOf } from './sign-in.ts';

/** One way to each failure: what the server answers to the first call, and to a code where it comes so far. */
const waysTo: readonly [FailureCode, ...ScriptedAnswer[]][] = [
  ['invalid-credentials', answers.invalidCredentials],
  ['invalid-code', answers.expectingCode('aW50'), answers.invalidCode],
  ['ticket-expired', answers.expectingCode('aW50'), answers.corruptedTicket],
  // Without a token, there is no way to set another.
  ['password-expired', answers.failed('BaseAuthentication', 'Your Password has expired and must be changed')],
  ['pin-not-set', answers.failed('SecutityPin', 'PIN code is not set')],
  ['unknown-app-key', answers.appKeyUnknown],
  ['too-many-attempts', answers.tooManyRequests(30)],
  ['unsupported-step', answers.expecting('RetinaScan', 'Look here', 'aW50')],
  ['refused', answers.failed('Compliance', 'Account closed')],
  ['malformed-reply', answers.htmlPage('Welcome')],
  ['server-error', answers.serverError],
  ['network', { reset: true }],
  ['timeout', { silent: true }],
  ['redirected', { redirect: 'https://etna.example/login' }],
  ['insecure-url'],
  ['invalid-input'],
];

/** What the machine and its hosts come to without a server. */
const withoutServer: readonly FailureCode[] = [
  'interrupted',
  'session-expired',
  'not-signed-in',
  'store-unavailable',
  'store-damaged',
  'session-rejected',
  'cancelled',
  'wrong-state',
  'unexpected',
];

it('every failure in the table has a case, or needs no server', () => {
  const known = [...waysTo.map(([code]) => code), ...withoutServer];
  expect(known.toSorted()).toEqual(Object.keys(failures).toSorted());
});

it.each(waysTo)('%s is plain data, ends the login, and can be explained', async (code, ...script) => {
  await using emulator = await startEmulator();
  emulator.answerNext(...script);
  const baseUrl = code === 'insecure-url' ? 'http://etna.example' : emulator.baseUrl;
  const auth = authAt(baseUrl, { timeout: code === 'timeout' ? 100 : 10_000 });
  await auth.login({ username: 'alice', password: code === 'invalid-input' ? '' : 'alice-demo' });
  if (script.length > 1) await auth.submitCode('123456');
  const failure = failureOf(auth.getSnapshot());
  expect(failure).toMatchObject({ code, retryable: failures[code].retryable });
  expect(JSON.parse(JSON.stringify(failure))).toEqual(failure);
  expect(Object.keys(failure)).toEqual(['code', 'step', 'reason', 'detail', 'retryable', 'retryAfter']);
  expect(explain(failure)).toContain(failure.reason ?? failure.detail ?? '');
  expect(emulator.requests).toHaveLength(script.length);
  expect(auth.actor.getSnapshot().can({ type: 'retry' })).toBe(failures[code].retryable);
});
