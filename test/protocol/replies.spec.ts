import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal } from '../../src/index.ts';
import { type Answer, answers, type ScriptedAnswer } from '../../src/testing/index.ts';
import { answerMetBy, challengeOf, failureOf, loginMetBy, sessionOf } from './sign-in.ts';

const pinQuestion = answers.expectingPin('aW50ZXJpbS0x');

describe('200 Succeeded', () => {
  it('is a session for the first call', async () => {
    const session = sessionOf(await loginMetBy(answers.succeeded('YWJj+/8=')));
    expect(session.username).toBe('alice');
    expect(reveal(session.token)).toBe('YWJj+/8=');
  });

  it('is a session for an answer, too', async () => {
    expect(reveal(sessionOf(await answerMetBy(answers.succeeded('YWJj'))).token)).toBe('YWJj');
  });
});

describe('202 Expecting', () => {
  it.each([
    ['VerificationCode', 'code'],
    ['SecutityPin', 'pin'],
    ['SecurityPin', 'pin'],
  ])('%s asks for a %s', async (step, kind) => {
    const challenge = challengeOf(await loginMetBy(answers.expecting(step, 'Please, do', 'aW50')));
    expect(challenge).toMatchObject({ step, kind, reason: 'Please, do', attempt: 1, problem: null });
    expect(reveal(challenge.interimToken)).toBe('aW50');
  });

  it('"Invalid pin" at the first attempt is no refusal', async () => {
    expect(challengeOf(await loginMetBy(pinQuestion))).toMatchObject({ reason: 'Invalid pin', problem: null });
  });

  it('shows the phrase and the image that the user chose', async () => {
    const shown = { PersonalPhrase: 'purple heron', Image: 'aGVyb24=' };
    const { personalPhrase, image } = challengeOf(
      await loginMetBy(answers.expecting('SecutityPin', 'PIN', 'aW50', shown)),
    );
    expect([personalPhrase, image].map((shownSecret) => shownSecret && reveal(shownSecret))).toEqual([
      'purple heron',
      'aGVyb24=',
    ]);
  });

  it('the same step after an answer asks again, with the new interim token', async () => {
    const challenge = challengeOf(await answerMetBy(answers.expectingCodeAgain('aW50ZXJpbS0y')));
    expect(challenge).toMatchObject({ kind: 'code', attempt: 2, problem: 'invalid-code' });
    expect(reveal(challenge.interimToken)).toBe('aW50ZXJpbS0y');
  });

  it.each([
    ['code', 'pin', answers.expectingCode('MQ=='), answers.expectingPin('Mg==')],
    ['pin', 'code', pinQuestion, answers.expectingCode('Mg==')],
  ])('a %s may be followed by a %s, which is a new challenge', async (_, kind, first, second) => {
    expect(challengeOf(await answerMetBy(second, first))).toMatchObject({ kind, attempt: 1, problem: null });
  });
});

describe('a refusal of the first call', () => {
  it.each<[string, Answer, object]>([
    [
      'invalid-credentials',
      answers.invalidCredentials,
      { step: 'BaseAuthentication', reason: 'Invalid credentials', retryable: false },
    ],
    ['ticket-expired', answers.corruptedTicket, { step: 'VerificationCode', reason: 'Corrupted ticket' }],
    [
      'password-expired',
      answers.passwordExpired('Y2hhbmdl'),
      { step: 'BaseAuthentication', reason: 'Your Password has expired and must be changed' },
    ],
    [
      'password-expired',
      answers.failed('BaseAuthentication', 'Your Password has expired and must be changed', { Token: 'Y2hhbmdl' }),
      { step: 'BaseAuthentication' },
    ],
    [
      'password-expired',
      answers.failed('BaseAuthentication', 'Your Password has expired and must be changed'),
      { step: 'BaseAuthentication' },
    ],
    ['pin-not-set', answers.pinNotSet('Y29uZmlybQ=='), { step: null, reason: 'PIN code is not init' }],
    [
      'pin-not-set',
      { status: 202, body: { State: 'Expecting', Reason: 'PIN code is not init' } },
      { reason: 'PIN code is not init' },
    ],
    [
      'too-many-attempts',
      answers.tooManyRequests(30),
      { step: 'BaseAuthentication', reason: 'Too many login requests. Please try again later.', retryAfter: 30 },
    ],
    ['too-many-attempts', answers.tooManyRequests(30, 429), { retryAfter: 30 }],
    [
      'unknown-app-key',
      answers.appKeyUnknown,
      { step: null, reason: 'Application key is not defined or does not exist' },
    ],
    ['unknown-app-key', { ...answers.appKeyUnknown, status: 403 }, { retryable: false }],
    [
      'server-error',
      answers.serverError,
      { reason: 'An error occurred while processing your request', detail: 'HTTP 500', retryable: true },
    ],
    ['unsupported-step', answers.expecting('RetinaScan', 'Look here', 'aW50'), { step: 'RetinaScan' }],
    ['refused', answers.failed('SecutityPin', 'Locked'), { step: 'SecutityPin', reason: 'Locked' }],
  ])('%s: %o', async (code, answer, particulars) => {
    expect(failureOf(await loginMetBy(answer))).toMatchObject({ code, ...particulars });
  });
});

describe('a refusal of an answer', () => {
  it.each<[string, Answer, ScriptedAnswer | undefined, object]>([
    ['invalid-code', answers.invalidCode, undefined, { step: 'VerificationCode', retryable: true }],
    ['invalid-code', answers.invalidPin, pinQuestion, { step: 'SecutityPin', reason: 'Invalid pin' }],
    ['invalid-code', { status: 401, body: { State: 'Failed' } }, undefined, { step: null, reason: null }],
    ['ticket-expired', answers.corruptedTicket, undefined, { reason: 'Corrupted ticket', retryable: true }],
    ['ticket-expired', answers.corruptedTicket, pinQuestion, { step: 'VerificationCode' }],
    ['invalid-credentials', answers.invalidCredentials, undefined, { step: 'BaseAuthentication' }],
    ['password-expired', answers.passwordExpired('Y2hhbmdl'), undefined, {}],
    ['pin-not-set', answers.pinNotSet('Y29uZmlybQ=='), undefined, {}],
    ['too-many-attempts', answers.tooManyRequests(9), undefined, { retryAfter: 9 }],
    ['unsupported-step', answers.expecting('RetinaScan', 'Look here', 'aW50'), undefined, { step: 'RetinaScan' }],
    ['refused', answers.failed('Compliance', 'Account closed'), undefined, { reason: 'Account closed' }],
    ['refused', { status: 401, body: { Message: 'Closed for today' } }, undefined, { reason: 'Closed for today' }],
    ['server-error', answers.serverError, undefined, {}],
    ['malformed-reply', answers.htmlPage('Welcome'), undefined, {}],
  ])('%s: %o', async (code, answer, question, particulars) => {
    expect(failureOf(await answerMetBy(answer, question))).toMatchObject({ code, ...particulars });
  });
});

describe('Retry-After', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['a number of seconds', '120', 120],
    ['none', '0', null],
    ['a date to come', 'Fri, 02 Jan 2026 03:05:35 GMT', 90],
    ['the date that it is', 'Fri, 02 Jan 2026 03:04:05 GMT', null],
    ['a date that is past', 'Fri, 02 Jan 2026 03:00:00 GMT', null],
    ['something else', 'later', null],
    ['a negative number', '-5', null],
    ['a fraction', '1.5', 2],
    ['the most that is believed', '999999999', 999_999_999],
    ['more than a person waits', '1000000000', null],
    ['a number beyond all numbers', '9'.repeat(400), null],
  ])('as %s', async (_, value, retryAfter) => {
    for (const status of [401, 429])
      expect(
        failureOf(await loginMetBy({ ...answers.tooManyRequests(1), status, headers: { 'Retry-After': value } })),
      ).toMatchObject({ code: 'too-many-attempts', retryAfter });
  });

  it('is null where the server did not tell', async () => {
    expect(failureOf(await loginMetBy({ status: 429 })).retryAfter).toBeNull();
  });

  it('is kept for a server that is down, too', async () => {
    const down = { ...answers.htmlPage('Maintenance', 503), headers: { 'Retry-After': '600' } };
    expect(failureOf(await loginMetBy(down))).toMatchObject({ code: 'server-error', retryAfter: 600 });
  });
});
