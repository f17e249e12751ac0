import { describe, expect, it } from 'vitest';
import { type Answer, answers, startEmulator } from '../../src/testing/index.ts';
import { answerMetBy, authAt, failureOf, loginMetBy, outcomeOf } from './sign-in.ts';

const languages = ['Введены неверные данные', '無効な資格情報', 'Ungültig', '', null];
const pinQuestion = answers.expectingPin('aW50ZXJpbS0x');

const say = (status: number, fields: object, headers = {}): Answer => ({ status, headers, body: fields });

describe.each(languages)('with the reason %j, the first call is still', (Reason) => {
  const reason = Reason || null;

  it.each<[string, Answer]>([
    ['code', say(202, { State: 'Expecting', Step: 'VerificationCode', Reason, Token: 'aW50' })],
    ['pin', say(202, { State: 'Expecting', Step: 'SecutityPin', Reason, Token: 'aW50' })],
  ])('asked for a %s', async (kind, answer) => {
    expect(await loginMetBy(answer)).toMatchObject({ state: 'awaitingCode', challenge: { kind, reason } });
  });

  it.each<[string, Answer]>([
    ['invalid-credentials', say(401, { State: 'Failed', Step: 'BaseAuthentication', Reason })],
    ['new-password', say(401, { State: 'Failed', Step: 'BaseAuthentication', Reason, Token: 'Y2hhbmdl' })],
    ['new-password', say(401, { State: 'Failed', Step: 'BaseAuthentication', Reason, ConfirmationToken: 'Y2hhbmdl' })],
    // Without a step and with a token of another name: there is nothing to answer, and something to set up.
    ['new-pin', say(202, { State: 'Expecting', Reason, ConfirmationToken: 'c2V0LXBpbg==' })],
    ['too-many-attempts', say(429, { State: 'Failed', Step: 'BaseAuthentication', Reason })],
    // Only throttling says when to come back.
    ['too-many-attempts', say(401, { State: 'Failed', Step: 'BaseAuthentication', Reason }, { 'Retry-After': '30' })],
    ['server-error', say(500, { message: Reason, error: Reason })],
  ])('%s: %o', async (code, answer) => {
    expect(outcomeOf(await loginMetBy(answer))).toMatchObject({ outcome: code, reason });
  });

  it('a session', async () => {
    const succeeded = say(200, { State: 'Succeeded', Reason, Token: 'YWJj' });
    expect(await loginMetBy(succeeded)).toMatchObject({ state: 'authenticated' });
  });
});

describe.each(languages)('with the reason %j, an answer is still', (Reason) => {
  it('another attempt', async () => {
    const again = say(202, { State: 'Expecting', Step: 'VerificationCode', Reason, Token: 'aW50' });
    expect(await answerMetBy(again)).toMatchObject({ challenge: { attempt: 2, problem: 'invalid-code' } });
  });

  it.each<[string, Answer, Answer | undefined]>([
    ['invalid-code', say(401, { State: 'Failed', Step: 'VerificationCode', Reason }), undefined],
    ['invalid-code', say(401, { State: 'Failed', Step: 'SecutityPin', Reason, ConfirmationToken: '' }), pinQuestion],
    ['invalid-code', say(401, { State: 'Failed', Step: 'SecurityPin', Reason }), pinQuestion],
    ['invalid-credentials', say(401, { State: 'Failed', Step: 'BaseAuthentication', Reason }), undefined],
    ['refused', say(401, { State: 'Failed', Step: 'Compliance', Reason }), undefined],
  ])('%s: %o', async (code, answer, question) => {
    expect(failureOf(await answerMetBy(answer, question)).code).toBe(code);
  });
});

describe('a reason is case-insensitive', () => {
  it.each([
    ['too-many-attempts', answers.failed('BaseAuthentication', 'TOO MANY LOGIN REQUESTS')],
    ['too-many-attempts', answers.failed('VerificationCode', 'too many wrong codes')],
    ['password-expired', answers.failed('BaseAuthentication', 'your password HAS EXPIRED')],
    ['ticket-expired', answers.failed('VerificationCode', 'corrupted Ticket.')],
    ['pin-not-set', { status: 202, body: { State: 'Expecting', Reason: 'Pin Code Is Not Initialized' } }],
    ['pin-not-set', answers.failed('SecutityPin', 'PIN code is not set')],
    ['pin-not-set', answers.failed('SecutityPin', 'Your pin has not yet been set')],
    ['invalid-credentials', { status: 401, body: { State: 'Failed', Reason: 'INVALID credentials' } }],
    ['unknown-app-key', { status: 403, body: { error: 'APPLICATION KEY is unknown' } }],
  ])('%s: %o', async (code, answer) => {
    expect(failureOf(await loginMetBy(answer)).code).toBe(code);
  });
});

describe('a reason overrules nothing', () => {
  it.each([
    ['Expecting', answers.expectingCode('aW50')],
    ['Expecting', answers.expecting('VerificationCode', 'Too many codes were sent today', 'aW50')],
    ['Expecting', answers.expecting('VerificationCode', 'Corrupted ticket', 'aW50')],
    ['Expecting', answers.expecting('VerificationCode', 'Your PIN is not set yet, so enter the code', 'aW50')],
  ])('%s stays a challenge: %o', async (_, answer) => {
    expect(await loginMetBy(answer)).toMatchObject({ state: 'awaitingCode' });
  });

  it.each(['The PIN does not match the one that you set', 'Your PIN was not accepted. Check your settings.'])(
    'a wrong PIN is no PIN that is not set: %s',
    async (reason) => {
      const again = answers.expecting('SecutityPin', reason, 'aW50');
      expect(await answerMetBy(again, pinQuestion)).toMatchObject({ challenge: { problem: 'invalid-code' } });
      expect(failureOf(await answerMetBy(answers.failed('SecutityPin', reason), pinQuestion)).code).toBe(
        'invalid-code',
      );
    },
  );

  it.each([
    ['many', 'too-many-attempts', answers.tooManyRequests(30)],
    ['ticket', 'ticket-expired', answers.corruptedTicket],
    ['expired', 'password-expired', answers.failed('BaseAuthentication', 'Password has expired')],
    ['PIN', 'pin-not-set', { status: 202, body: { State: 'Expecting', Reason: 'PIN code is not init' } }],
    ['key', 'unknown-app-key', answers.appKeyUnknown],
  ])('the password %j, masked in the reason, does not hide %s', async (password, code, answer) => {
    await using emulator = await startEmulator();
    emulator.answerNext(answer);
    expect(failureOf(await authAt(emulator.baseUrl).login({ username: 'alice', password })).code).toBe(code);
  });
});
