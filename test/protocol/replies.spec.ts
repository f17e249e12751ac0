import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal } from '../../src/index.ts';
import { type Answer, answers, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';
import { answerMetBy, authAt, challengeOf, failureOf, loginMetBy, outcomeOf, sessionOf } from './sign-in.ts';

const pinQuestion = answers.expectingPin('aW50ZXJpbS0x');

describe('200 Succeeded', () => {
  it('is a session after the first request', async () => {
    const session = sessionOf(await loginMetBy(answers.succeeded('YWJj+/8=')));
    expect(session.username).toBe('alice');
    expect(reveal(session.token)).toBe('YWJj+/8=');
  });

  it('is a session after a code', async () => {
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

  it('"Invalid pin" for a new challenge is not a rejection', async () => {
    expect(challengeOf(await loginMetBy(pinQuestion))).toMatchObject({ reason: 'Invalid pin', problem: null });
  });

  it('has the phrase and the image that the user chose', async () => {
    const shown = { PersonalPhrase: 'purple heron', Image: 'aGVyb24=' };
    const { personalPhrase, image } = challengeOf(
      await loginMetBy(answers.expecting('SecutityPin', 'PIN', 'aW50', shown)),
    );
    expect([personalPhrase, image].map((shownSecret) => shownSecret && reveal(shownSecret))).toEqual([
      'purple heron',
      'aGVyb24=',
    ]);
  });

  it('repeats the challenge if the step is the same, with the new interim token', async () => {
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

describe('a refusal of the first request', () => {
  it.each<[string, Answer, object]>([
    [
      'invalid-credentials',
      answers.invalidCredentials,
      { step: 'BaseAuthentication', reason: 'Invalid credentials', retryable: false },
    ],
    ['ticket-expired', answers.corruptedTicket, { step: 'VerificationCode', reason: 'Corrupted ticket' }],
    [
      'new-password',
      answers.passwordExpired('Y2hhbmdl'),
      { step: 'BaseAuthentication', reason: 'Your Password has expired and must be changed' },
    ],
    [
      'new-password',
      answers.failed('BaseAuthentication', 'Your Password has expired and must be changed', { Token: 'Y2hhbmdl' }),
      { step: 'BaseAuthentication' },
    ],
    [
      'password-expired',
      answers.failed('BaseAuthentication', 'Your Password has expired and must be changed'),
      { step: 'BaseAuthentication' },
    ],
    ['new-pin', answers.pinNotSet('Y29uZmlybQ=='), { step: 'SecutityPin', reason: 'PIN code is not init' }],
    [
      'new-pin',
      answers.failed('SecutityPin', 'PIN code is not init', { ConfirmationToken: 'Y29uZmlybQ==' }),
      { step: 'SecutityPin', reason: 'PIN code is not init' },
    ],
    [
      'server-error',
      { status: 500, body: { State: 'Failed', Step: 'BaseAuthentication', Token: 'Y2hhbmdl' } },
      { step: 'BaseAuthentication' },
    ],
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
    expect(outcomeOf(await loginMetBy(answer))).toMatchObject({ outcome: code, ...particulars });
  });
});

describe('a refusal of a code', () => {
  it.each<[string, Answer, ScriptedAnswer | undefined, object]>([
    ['invalid-code', answers.invalidCode, undefined, { step: 'VerificationCode', retryable: true }],
    ['invalid-code', answers.invalidPin, pinQuestion, { step: 'SecutityPin', reason: 'Invalid pin' }],
    ['invalid-code', { status: 401, body: { State: 'Failed' } }, undefined, { step: null, reason: null }],
    ['ticket-expired', answers.corruptedTicket, undefined, { reason: 'Corrupted ticket', retryable: true }],
    ['ticket-expired', answers.corruptedTicket, pinQuestion, { step: 'VerificationCode' }],
    ['invalid-credentials', answers.invalidCredentials, undefined, { step: 'BaseAuthentication' }],
    ['new-password', answers.passwordExpired('Y2hhbmdl'), undefined, {}],
    ['new-pin', answers.pinNotSet('Y29uZmlybQ=='), undefined, {}],
    ['too-many-attempts', answers.tooManyRequests(9), undefined, { retryAfter: 9 }],
    ['unsupported-step', answers.expecting('RetinaScan', 'Look here', 'aW50'), undefined, { step: 'RetinaScan' }],
    ['refused', answers.failed('Compliance', 'Account closed'), undefined, { reason: 'Account closed' }],
    ['refused', { status: 401, body: { Message: 'Closed for today' } }, undefined, { reason: 'Closed for today' }],
    ['server-error', answers.serverError, undefined, {}],
    ['malformed-reply', answers.htmlPage('Welcome'), undefined, {}],
  ])('%s: %o', async (code, answer, question, particulars) => {
    expect(outcomeOf(await answerMetBy(answer, question))).toMatchObject({ outcome: code, ...particulars });
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
    ['a day, the most that is believed', '86400', 86_400],
    ['more than a day', '999999999', 86_400],
    ['a number beyond all numbers', '9'.repeat(400), 86_400],
    ['a date in a year', 'Fri, 01 Jan 2027 03:05:35 GMT', 86_400],
  ])('as %s', async (_, value, retryAfter) => {
    const date = new Date().toUTCString();
    for (const status of [401, 429])
      expect(
        failureOf(
          await loginMetBy({ ...answers.tooManyRequests(1), status, headers: { 'Retry-After': value, Date: date } }),
        ),
      ).toMatchObject({ code: 'too-many-attempts', retryAfter });
  });

  it('is relative to the date of the reply, not to the local clock', async () => {
    const headers = { 'Retry-After': 'Fri, 02 Jan 2026 05:01:00 GMT', Date: 'Fri, 02 Jan 2026 05:00:00 GMT' };
    expect(failureOf(await loginMetBy({ status: 429, headers })).retryAfter).toBe(60);
  });

  it.each([{}, { 'Retry-After': 'soon' }])('falls back to X-RateLimit-Reset: %o', async (given) => {
    const headers = { ...given, 'X-RateLimit-Reset': '1767322830', Date: 'Fri, 02 Jan 2026 03:00:00 GMT' };
    expect(failureOf(await loginMetBy({ status: 429, headers })).retryAfter).toBe(30);
  });

  it('is null if the server sent none', async () => {
    expect(failureOf(await loginMetBy({ status: 429 })).retryAfter).toBeNull();
  });

  it('is also read for a server that is down', async () => {
    const down = { ...answers.htmlPage('Maintenance', 503), headers: { 'Retry-After': '600' } };
    expect(failureOf(await loginMetBy(down))).toMatchObject({ code: 'server-error', retryAfter: 600 });
  });
});

const token = 'dG9rZW4=';
const step = 'BaseAuthentication';

describe('a documented reply has its documented meaning', () => {
  it.each<[string, string, ScriptedAnswer]>([
    [
      'new-pin',
      "a PIN's step with the words that none is set",
      {
        status: 202,
        body: {
          State: 'Expecting',
          Step: 'SecutityPin',
          Reason: 'PIN code is not init',
          Token: token,
          ConfirmationToken: token,
        },
      },
    ],
    ...[200, 202, 401].flatMap((status): [string, string, ScriptedAnswer][] => [
      ['new-password', `${status}, the word for the step as state`, { status, body: { State: step, Token: token } }],
      [
        'new-password',
        `${status}, a step and a token to change the password with`,
        { status, body: { State: 'Failed', Step: step, Token: token } },
      ],
      [
        'new-password',
        `${status}, a step and a confirmation token`,
        { status, body: { State: 'Failed', Step: step, ConfirmationToken: token } },
      ],
    ]),
    [
      'new-password',
      'a first step that is expected again',
      { status: 202, body: { State: 'Expecting', Step: step, Token: token } },
    ],
    ['unknown-app-key', 'a 403 without a body', { status: 403 }],
    [
      'refused',
      'a locked account, which is no wrong password',
      { status: 401, body: { State: 'Failed', Step: step, Reason: 'Your account is locked.' } },
    ],
    [
      'refused',
      'a disabled user',
      { status: 401, body: { State: 'Failed', Step: step, Reason: 'User has been disabled' } },
    ],
  ])('%s: %s', async (code, _, answer) => {
    expect(outcomeOf(await loginMetBy(answer)).outcome).toBe(code);
  });

  it.each([
    ['in another case', { state: 'succeeded', token }],
    ['all in capitals', { STATE: 'SUCCEEDED', TOKEN: token }],
    [
      'with fields that nobody needs and that are odd',
      { State: 'Succeeded', Token: token, Image: {}, PersonalPhrase: 7 },
    ],
  ])('a session, %s', async (_, body) => {
    expect(sessionOf(await loginMetBy({ body })).username).toBe('alice');
  });

  it('a challenge, with an invalid image', async () => {
    const body = { State: 'Expecting', Step: 'VerificationCode', Token: token, Image: { type: 'png' } };
    expect(challengeOf(await loginMetBy({ status: 202, body }))).toMatchObject({ kind: 'code', image: null });
  });

  it('a numeric step, by its number', async () => {
    const answer = { status: 202, body: { State: 'Expecting', Step: 7, Token: token } };
    expect(failureOf(await loginMetBy(answer))).toMatchObject({ code: 'unsupported-step', step: '7' });
  });

  it.each([[511, 'malformed-reply', 'Wi-Fi']])('a %i of something between, by name', async (status, code, word) => {
    const failure = failureOf(await loginMetBy({ ...answers.htmlPage('Hello'), status }));
    expect(failure).toMatchObject({ code, detail: expect.stringContaining(word) });
  });
});

it('a short secret cannot be guessed from the redacted text', async () => {
  await using emulator = await startEmulator();
  emulator.answerNext(answers.failed('BaseAuthentication', 'See https://help.example'));
  const state = await authAt(emulator.baseUrl).login({ username: 'alice', password: 'ps' });
  expect(failureOf(state).reason).toBeNull();
});
