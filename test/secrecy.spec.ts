import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuth } from '../src/auth.ts';
import { login } from '../src/node/index.ts';
import { answers, type RunningEmulator, type ScriptedAnswer, startEmulator } from '../src/testing/index.ts';
import { textsIn } from './texts-in.ts';

const password = 'canary-password-7f3a';
const code = 'canary-code-91c2';
const interimToken = 'Y2FuYXJ5LWludGVyaW0=';
const sessionToken = 'Y2FuYXJ5LXNlc3Npb24=';
const canaries = [password, code, interimToken, sessionToken];
const confided = { Token: sessionToken, ConfirmationToken: sessionToken };

let emulator: RunningEmulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const printed = (value: unknown) => [JSON.stringify(value), inspect(value), `${value}`, ...textsIn(value)].join('\n');

const expectNoSecret = (value: unknown) => {
  const text = printed(value);
  for (const canary of canaries) expect(text).not.toContain(canary);
};

const challenge = answers.expecting('VerificationCode', 'Expecting confirmation code', interimToken);

// Each of them is told the password and the code, and some repeat what they were told.
const endings: Record<string, ScriptedAnswer> = {
  success: answers.succeeded(sessionToken),
  'another step': answers.expecting('SecutityPin', `PIN after ${code}`, interimToken),
  'an unknown step': answers.expecting(`Step ${code}`, `with ${password}`, interimToken),
  'a refusal that quotes what it was sent': answers.failed(
    'VerificationCode',
    `${password} ${code} ${interimToken}`,
    confided,
  ),
  'wrong credentials': answers.invalidCredentials,
  'an expired password': answers.passwordExpired(sessionToken),
  'a missing PIN': answers.pinNotSet(sessionToken),
  'an unknown key': answers.appKeyUnknown,
  throttling: answers.tooManyRequests(60, 429),
  'an error page that quotes the request': { status: 500, body: `<pre>Password: ${password}\n${code}</pre>` },
  'an error that quotes the request': { status: 500, body: { message: `${password} ${code} ${interimToken}` } },
  'a body of another kind': { status: 200, body: { State: 'Succeeded', Token: `${sessionToken}\n` } },
  'a redirect that quotes the request': { redirect: `http://127.0.0.1:9/?password=${password}#${code}` },
  'a reset': { reset: true },
  'an endless body': { endless: true },
  silence: { silent: true },
};

describe('no password, code or token appears', () => {
  it.each(Object.keys(endings))('in a login that ends with %s', async (ending) => {
    const inspected: unknown[] = [];
    const auth = createAuth({
      baseUrl: emulator.baseUrl,
      appKey: emulator.appKey,
      timeout: 500,
      inspect: (event) => {
        inspected.push(event);
        // An inspector prints an event when it happens, before later ones change what it refers to.
        expectNoSecret(event);
      },
    });
    const states: unknown[] = [];
    const stored: unknown[] = [];
    auth.subscribe((state) => {
      states.push(state);
      stored.push(auth.actor.getPersistedSnapshot(), auth.actor.getSnapshot(), auth.actor.getSnapshot().toJSON());
    });

    emulator.answerNext(challenge, endings[ending] ?? {});
    await auth.login({ username: 'alice', password });
    const end = await auth.submitCode(code);
    expect(inspected.length).toBeGreaterThan(10);
    expectNoSecret(states);
    expectNoSecret(stored);
    expectNoSecret(end);
    expectNoSecret(auth);
    expectNoSecret(auth.actor.getSnapshot());
    auth.actor.stop();
  });

  it.each(Object.keys(endings))('in the error, where a program meets %s', async (ending) => {
    emulator.answerNext(challenge, endings[ending] ?? {});
    const outcome = await login({
      baseUrl: emulator.baseUrl,
      appKey: emulator.appKey,
      username: 'alice',
      password,
      timeout: 500,
      getCode: (challenge) => (challenge.kind === 'code' ? code : Promise.reject(new Error(printed(challenge)))),
    }).catch((error: unknown) => error);
    expectNoSecret(outcome);
  });

  it('in a check that could not find it', () => {
    for (const canary of canaries) expect(() => expectNoSecret({ nested: [new Error(canary)] })).toThrow();
  });
});
