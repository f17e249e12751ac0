import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import type { AuthState } from '../../src/auth-state.ts';
import { login } from '../../src/node/index.ts';
import { type Answer, answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { textsIn } from '../texts-in.ts';
import { authAt, challengeOf, failureOf, outcomeOf, sessionOf } from './sign-in.ts';

const paths = ({ requests }: RunningEmulator) => requests.map(({ method, path }) => `${method} ${path}`);
const erin = { username: 'erin', password: 'erin-demo' };
const frank = { username: 'frank', password: 'frank-demo' };
const reset = 'PUT /api/v1.0/users/passwords/reset/';
const images = 'GET /api/v1.0/assets/security-images';
const change = 'POST /api/v1.0/users/pincode/change';
const token = 'POST /api/token';

afterEach(() => void vi.useRealTimers());

describe('an expired password', () => {
  it('is replaced during the login, which then continues', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    expect(challengeOf(await auth.login(erin))).toMatchObject({
      kind: 'new-password',
      step: 'BaseAuthentication',
      reason: 'Your Password has expired and must be changed',
      attempt: 1,
      problem: null,
    });
    sessionOf(await auth.submitCode('a new secret'));
    expect(paths(emulator)).toEqual([token, reset, token]);

    sessionOf(await authAt(emulator.baseUrl).login({ ...erin, password: 'a new secret' }));
    expect(failureOf(await authAt(emulator.baseUrl).login(erin)).code).toBe('invalid-credentials');
  });

  it('leads to a code if the account has two factors', async () => {
    const users = [{ ...erin, passwordExpired: true, twoFactor: 'sms' }] as const;
    await using emulator = await startEmulator({ users });
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    expect(challengeOf(await auth.submitCode('a new secret')).kind).toBe('code');
    sessionOf(await auth.submitCode(emulator.inbox('erin').at(-1)?.code ?? ''));
    expect(emulator.inbox('erin')).toHaveLength(1);
  });

  it.each([
    ['short', 'The password must have at least 8 characters.'],
    ['erin-demo', 'The password was used before.'],
  ])('is asked for again, in the words of the server, where "%s" is refused', async (password, reason) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    const again = challengeOf(await auth.submitCode(password));
    expect(again).toMatchObject({ kind: 'new-password', problem: 'invalid-code', attempt: 2, reason });
    sessionOf(await auth.submitCode('a new secret'));
  });

  it('leads to password-expired if the server rejects three', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    for (const password of ['one', 'two']) challengeOf(await auth.submitCode(password));
    expect(failureOf(await auth.submitCode('three'))).toMatchObject({
      code: 'password-expired',
      reason: 'The password must have at least 8 characters.',
    });
    // And the user can go on from there.
    challengeOf(await auth.login(erin));
    sessionOf(await auth.submitCode('a new secret'));
  });

  it.each<[string, Answer]>([
    ['an empty list of errors in a failure, which is how a documented success looks', answers.accountSetUp],
    ['a success without a body', { status: 204 }],
    ['a success in words', { body: { IsSucceed: true } }],
  ])('is taken for replaced by %s', async (_, answer) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    emulator.answerNext(answer, answers.succeeded('c2Vzc2lvbg=='));
    sessionOf(await auth.submitCode('a new secret'));
  });

  it.each<[string, Answer, string | null]>([
    ['errors in a 200', { body: { IsSucceed: false, Errors: ['Too common'] } }, 'Too common'],
    ['errors in a 400', { status: 400, body: { Errors: [{ Message: 'Too common' }] } }, 'Too common'],
    [
      'a 422 with a ModelState',
      { status: 422, body: { Message: 'x', ModelState: { Password: ['Too common'] } } },
      'Too common',
    ],
    ['a 409 with a list', { status: 409, body: ['Too common'] }, 'Too common'],
    ['an error in a 200', { body: { Errors: 'Too common' } }, 'Too common'],
    ['errors in lower case', { body: { errors: ['Too common'] } }, 'Too common'],
    ['errors by field', { body: { Errors: { Password: ['Too common'] } } }, 'Too common'],
    ['a ModelState in a 200', { body: { ModelState: { Password: ['Too common'] } } }, 'Too common'],
    ['a ModelState that is a text', { status: 400, body: { ModelState: 'Too common' } }, 'Too common'],
    ['a refusal in words', { body: { IsSucceed: false, Message: 'Too common' } }, 'Too common'],
    ['a state', { body: { State: 'Failed', Reason: 'Too common' } }, 'Too common'],
    ['a 400 that repeats the password', { status: 400, body: { Message: 'no a new secret here' } }, 'no ••• here'],
    ['a 400 without a word', { status: 400 }, null],
  ])('is asked for again after %s', async (_, answer, reason) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    emulator.answerNext(answer);
    expect(challengeOf(await auth.submitCode('a new secret'))).toMatchObject({ problem: 'invalid-code', reason });
  });

  it.each<[string, Answer]>([
    ['ticket-expired', answers.corruptedTicket],
    ['ticket-expired', { status: 403 }],
    ['too-many-attempts', { status: 429 }],
    ['server-error', answers.serverError],
    ['malformed-reply', answers.notFound],
    ['malformed-reply', answers.htmlPage('Wi-Fi')],
    ['redirected', { status: 302, headers: { Location: 'https://elsewhere.test/' } }],
  ])('ends the login as %s: %o', async (code, answer) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    emulator.answerNext(answer);
    expect(failureOf(await auth.submitCode('a new secret')).code).toBe(code);
    expect(paths(emulator)).toEqual([token, reset]);
  });

  it('may already be in effect if no reply arrives, and is not sent again automatically', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    emulator.answerNext({ silent: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const submitted = auth.submitCode('a new secret');
    await vi.waitFor(() => expect(paths(emulator)).toEqual([token, reset]));
    vi.advanceTimersByTime(10_000);
    expect(challengeOf(await submitted)).toMatchObject({
      kind: 'new-password',
      problem: 'timeout',
    });
    expect(paths(emulator)).toEqual([token, reset]);
  });

  it('may already be in effect if the user cancels before the reply: the failure says so, and no secret is left', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    emulator.answerNext({ later: promise });
    const chosen = secret('a new secret');
    void auth.submitCode(chosen);
    await vi.waitFor(() => expect(paths(emulator)).toEqual([token, reset]));
    const failure = failureOf(await auth.cancel());
    expect(failure).toMatchObject({ code: 'cancelled', detail: 'the new password or PIN may already be in effect' });
    // The late reply of a call that was given up changes nothing.
    resolve(answers.accountSetUp);
    await setImmediate();
    expect(auth.actor.getSnapshot()).toMatchObject({
      value: 'failed',
      context: { credentials: null, challenge: null },
    });
    expect(paths(emulator)).toEqual([token, reset]);
  });

  it.each([502, 503, 504])(
    'may be in effect already where something else answers for the server: %i',
    async (status) => {
      await using emulator = await startEmulator();
      const auth = authAt(emulator.baseUrl);
      await auth.login(erin);
      emulator.answerNext({ status });
      expect(challengeOf(await auth.submitCode('a new secret'))).toMatchObject({
        kind: 'new-password',
        problem: 'timeout',
      });
    },
  );

  it('does not let the server inject text into logs', async () => {
    await using emulator = await startEmulator();
    const words = 'erin-demo\u001b[2J';
    const Reason = 'Your Password has expired';
    emulator.answerNext({ status: 401, body: { State: 'Failed', Step: words, Reason, Token: 'dG9rZW4=' } });
    const { step } = challengeOf(await authAt(emulator.baseUrl).login(erin));
    expect(step).toBe('BaseAuthentication');
  });

  it.each([
    ['invalid-credentials', 'Invalid credentials'],
    ['too-many-attempts', 'Too many login requests'],
    ['refused', 'Account is locked'],
    ['ticket-expired', 'Corrupted ticket'],
  ])('is not what a refusal means that says otherwise: %s', async (code, Reason) => {
    await using emulator = await startEmulator();
    emulator.answerNext({ body: { State: 'Failed', Step: 'BaseAuthentication', Reason, Token: 'dG9rZW4=' } });
    expect(failureOf(await authAt(emulator.baseUrl).login(erin)).code).toBe(code);
  });

  it('cannot be replaced by an empty one', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(erin);
    expect(challengeOf(await auth.submitCode('')).problem).toBe('invalid-input');
    expect(paths(emulator)).toEqual([token]);
  });

  it('leaves no secret behind: neither passwords nor the token for changing them', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    const states: AuthState[] = [];
    auth.subscribe((state) => states.push(state));
    const events: unknown[] = [];
    const old = secret('erin-demo');
    const chosen = secret('a new secret');
    const challenge = challengeOf(await auth.login({ ...erin, password: old }));
    const confirmation = reveal(challenge.interimToken);
    await auth.submitCode('short');
    sessionOf(await auth.submitCode(chosen));
    const texts = textsIn([states, events, auth.actor.getPersistedSnapshot(), emulator.requests]);
    for (const text of ['erin-demo', 'a new secret', confirmation]) {
      expect(texts.filter((found) => found.includes(text))).toEqual([]);
    }
    expect(() => reveal(old)).toThrow('gone');
    expect(() => reveal(chosen)).toThrow('gone');
  });
});

describe('a PIN that was never set', () => {
  it('is set during the login, with a picture and a phrase, and required from then on', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    const challenge = challengeOf(await auth.login(frank));
    expect(challenge).toMatchObject({ kind: 'new-pin', step: 'SecutityPin' });
    expect(challenge.images?.map(({ name }) => name)).toEqual(['circle.png', 'house.png', 'diamond.png']);
    const next = challengeOf(await auth.submitCode('4711', { imageName: 'house.png', personalPhrase: 'purple heron' }));
    expect(next.kind).toBe('pin');
    expect(next.personalPhrase && reveal(next.personalPhrase)).toBe('purple heron');
    sessionOf(await auth.submitCode('4711'));
    expect(paths(emulator)).toEqual([token, images, change, token, token]);
  });

  it('is requested again if the server rejects it', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(frank);
    const again = challengeOf(await auth.submitCode('12', { imageName: 'house.png', personalPhrase: 'heron' }));
    expect(again).toMatchObject({ kind: 'new-pin', problem: 'invalid-code', reason: 'The PIN must have four digits.' });
    expect(again.images).toHaveLength(3);
    challengeOf(await auth.submitCode('4711', { personalPhrase: 'heron' }));
    expect(paths(emulator)).toEqual([token, images, change, change, token]);
  });

  it('leads to pin-not-set if the server rejects three', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(frank);
    for (const pin of ['1', '12']) challengeOf(await auth.submitCode(pin));
    expect(failureOf(await auth.submitCode('123'))).toMatchObject({
      code: 'pin-not-set',
      reason: 'The PIN must have four digits.',
    });
  });

  it('can be set without pictures if there are none', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl, {
      fetch: async (input, init) =>
        String(input).endsWith('images')
          ? Response.json({
              Model: [
                { FileName: 'a', Content: { toString: 1, valueOf: 1 } },
                { FileName: 'b', Content: ['abcd'] },
                { FileName: '\u001b]0;OWNED\u0007', Content: 'QQ==' },
                { FileName: 'x', Content: '" onerror=alert(1)' },
                { FileName: 7, Content: 'QQ==' },
                null,
              ],
            })
          : fetch(input, init),
    });
    expect(challengeOf(await auth.login(frank)).images).toEqual([]);
    expect(challengeOf(await auth.submitCode('4711', { personalPhrase: 'heron' })).kind).toBe('pin');
  });
});

describe('login for programs', () => {
  const options = ({ baseUrl, appKey }: RunningEmulator) => ({ baseUrl, appKey });

  it('calls the provider of new passwords, and not the one of codes', async () => {
    await using emulator = await startEmulator();
    const getCode = () => Promise.reject(new Error('not a code'));
    const getNewPassword = ({ problem }: { problem: string | null }) => (problem ? 'a new secret' : 'short');
    const session = await login({ ...options(emulator), ...erin, getCode, getNewPassword });
    expect(session.username).toBe('erin');
    expect(paths(emulator)).toEqual([token, reset, reset, token]);
  });

  it('requests a new PIN, and the PIN after that', async () => {
    await using emulator = await startEmulator();
    const getNewPin = () => ({ pin: '4711', imageName: 'circle.png', personalPhrase: 'purple heron' });
    const session = await login({ ...options(emulator), ...frank, getCode: () => '4711', getNewPin });
    expect(session.username).toBe('frank');
  });

  it.each([
    [erin, 'password-expired'],
    [frank, 'pin-not-set'],
  ])('fails for %o as before where nobody can choose: %s', async (credentials, code) => {
    await using emulator = await startEmulator();
    const attempt = login({ ...options(emulator), ...credentials, getCode: () => '123456' });
    await expect(attempt).rejects.toMatchObject({ code });
    expect(paths(emulator)).not.toContain(reset);
    expect(paths(emulator)).not.toContain(change);
  });

  it('does not set one password after another for a server that keeps requesting them', async () => {
    await using emulator = await startEmulator();
    const expired = answers.passwordExpired('dG9rZW4=');
    emulator.answerNext(expired, answers.accountSetUp, expired, answers.accountSetUp);
    let chosen = 0;
    const getNewPassword = () => {
      chosen += 1;
      return `a new secret ${chosen}`;
    };
    const attempt = login({ ...options(emulator), ...erin, getNewPassword });
    await expect(attempt).rejects.toMatchObject({ code: 'malformed-reply' });
    expect(chosen).toBe(1);
  });

  it('does not choose another password if the first one may be in effect', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ asUsual: true }, { reset: true });
    let chosen = 0;
    const getNewPassword = () => {
      chosen += 1;
      return `a new secret ${chosen}`;
    };
    const attempt = login({ ...options(emulator), ...erin, getNewPassword });
    await expect(attempt).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('may be in effect'),
    });
    expect(chosen).toBe(1);
  });

  it('does not continue forever with codes', async () => {
    await using emulator = await startEmulator();
    const turns = Array.from({ length: 30 }, (_, turn) =>
      turn % 2 ? answers.expectingCode('dG9rZW4=') : answers.expectingPin('dG9rZW4='),
    );
    emulator.answerNext(...turns);
    const attempt = login({ ...options(emulator), ...erin, getCode: () => '1234' });
    await expect(attempt).rejects.toMatchObject({ code: 'malformed-reply' });
    expect(paths(emulator)).toHaveLength(21);
  });

  it('does not continue forever with rejected choices', async () => {
    await using emulator = await startEmulator();
    const attempt = login({ ...options(emulator), ...erin, maxAttempts: 100, getNewPassword: () => 'short' });
    await expect(attempt).rejects.toMatchObject({ code: 'password-expired' });
    expect(paths(emulator)).toHaveLength(6);
  });

  it.each([undefined, 7, null])('names the mistake of a provider that returns %j', async (nonsense) => {
    await using emulator = await startEmulator();
    const attempt = login({ ...options(emulator), ...erin, getNewPassword: () => nonsense as never });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid-input' });
    expect(paths(emulator)).toEqual([token]);
  });
});

it('the token of a refusal is valid for nothing else', async () => {
  await using emulator = await startEmulator();
  const state = await authAt(emulator.baseUrl).login(erin);
  expect(outcomeOf(state).outcome).toBe('new-password');
  const headers = { 'Et-App-Key': emulator.appKey, Authorization: `Bearer ${reveal(challengeOf(state).interimToken)}` };
  expect((await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, { headers })).status).toBe(401);
});
