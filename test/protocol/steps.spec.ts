import { describe, expect, it } from 'vitest';
import { reveal, secret, wipe } from '../../src/index.ts';
import { explain } from '../../src/messages.ts';
import { answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, loginAt, sessionOf } from './sign-in.ts';

const newestCode = (emulator: RunningEmulator, username: string) => emulator.inbox(username).at(-1)?.code ?? '';

describe('the demo users', () => {
  it.each([
    ['alice', ['code']],
    ['bob', []],
    ['carol', ['code', 'pin']],
    ['dave', ['pin', 'code']],
  ])('%s signs in by answering %j', async (username, kinds) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    let state = await auth.login({ username, password: `${username}-demo` });
    for (const kind of kinds) {
      expect(challengeOf(state)).toMatchObject({ kind, attempt: 1, problem: null });
      const pin = emulator.users.find((user) => user.username === username)?.pin ?? '';
      state = await auth.submitCode(kind === 'pin' ? pin : newestCode(emulator, username));
    }
    const { token } = sessionOf(state);
    const { status } = await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, {
      headers: { Authorization: `Bearer ${reveal(token)}`, 'Et-App-Key': emulator.appKey },
    });
    expect(status).toBe(200);
    expect(emulator.requests.filter(({ path }) => path === '/api/token')).toHaveLength(kinds.length + 1);
  });

  it.each([
    ['alice', 'wrong', 'invalid-credentials'],
    ['nobody', 'nobody-demo', 'invalid-credentials'],
  ])('%s with the password %s fails: %s', async (username, password, code) => {
    await using emulator = await startEmulator();
    expect(failureOf(await authAt(emulator.baseUrl).login({ username, password })).code).toBe(code);
  });

  it('nobody can sign in with an unknown application key', async () => {
    await using emulator = await startEmulator();
    expect(failureOf(await loginAt(emulator.baseUrl, { appKey: 'other' })).code).toBe('unknown-app-key');
  });

  it('too many logins are throttled', async () => {
    await using emulator = await startEmulator({ loginsPerMinute: 1 });
    await loginAt(emulator.baseUrl);
    const failure = failureOf(await loginAt(emulator.baseUrl));
    expect(failure).toMatchObject({ code: 'too-many-attempts', retryable: true });
    expect(failure.retryAfter).toBeGreaterThan(0);
  });
});

describe('a wrong code', () => {
  it('can be corrected', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    const first = challengeOf(await auth.login(alice));
    const second = challengeOf(await auth.submitCode('wrong'));
    expect(second).toMatchObject({ attempt: 2, problem: 'invalid-code' });
    expect(reveal(second.interimToken)).not.toBe(reveal(first.interimToken));
    sessionOf(await auth.submitCode(newestCode(emulator, 'alice')));
    expect(emulator.requests).toHaveLength(3);
  });

  it.each([1, 2, 5])('ends the login after %i attempts', async (maxAttempts) => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl, { maxAttempts });
    await auth.login(alice);
    for (let attempt = 1; attempt < maxAttempts; attempt += 1) challengeOf(await auth.submitCode('wrong'));
    expect(failureOf(await auth.submitCode('wrong'))).toMatchObject({ code: 'invalid-code', step: 'VerificationCode' });
    expect(emulator.requests).toHaveLength(maxAttempts + 1);
  });

  it('ends the login if the server says so, and a retry sends a new one', async () => {
    await using emulator = await startEmulator({ wrongCode: 'refuse' });
    const auth = authAt(emulator.baseUrl);
    await auth.login(alice);
    expect(failureOf(await auth.submitCode('wrong')).code).toBe('invalid-code');
    challengeOf(await auth.retry());
    expect(emulator.inbox('alice')).toHaveLength(2);
    sessionOf(await auth.submitCode(newestCode(emulator, 'alice')));
  });
});

it('a late code leads to ticket-expired', async () => {
  await using emulator = await startEmulator();
  const auth = authAt(emulator.baseUrl);
  await auth.login(alice);
  emulator.expireTickets();
  expect(failureOf(await auth.submitCode(newestCode(emulator, 'alice'))).code).toBe('ticket-expired');
});

it('a resend repeats the first request, without the interim token', async () => {
  await using emulator = await startEmulator();
  const auth = authAt(emulator.baseUrl);
  await auth.login(alice);
  expect(challengeOf(await auth.resendCode())).toMatchObject({ attempt: 1, problem: null });
  expect(emulator.requests.map(({ authorization }) => authorization)).toEqual(['none', 'none']);
  expect(emulator.inbox('alice')).toHaveLength(2);
  sessionOf(await auth.submitCode(newestCode(emulator, 'alice')));
});

describe('a lost secret leads to interrupted before anything is sent', () => {
  it('the password', async () => {
    await using emulator = await startEmulator();
    const password = secret('alice-demo');
    wipe(password);
    expect(failureOf(await authAt(emulator.baseUrl).login({ username: 'alice', password })).code).toBe('interrupted');
    expect(emulator.requests).toHaveLength(0);
  });

  it('the code', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    await auth.login(alice);
    const code = secret(newestCode(emulator, 'alice'));
    wipe(code);
    expect(failureOf(await auth.submitCode(code)).code).toBe('interrupted');
    expect(emulator.requests).toHaveLength(1);
  });
});

describe('an unknown step', () => {
  const deviceCheck = { State: 'Expecting', Step: 'DeviceCheck', Reason: 'Confirm this device', Token: 'aW50ZXJpbQ==' };
  const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

  async function confirmDevice(challengeHeaders: Record<string, string>) {
    await using server = await startRawServer([reply(202, deviceCheck), succeeded]);
    const auth = authAt(server.url, { challengeHeaders });
    const asked = await auth.login(alice);
    const state = asked.state === 'awaitingCode' ? await auth.submitCode('123456') : asked;
    return { requests: server.requests, state, outcome: state.state === 'failed' ? state.failure.code : state.state };
  }

  it('is reported, with the option that would help', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ status: 202, body: deviceCheck });
    const failure = failureOf(await loginAt(emulator.baseUrl));
    expect(failure).toMatchObject({ code: 'unsupported-step', step: 'DeviceCheck', reason: 'Confirm this device' });
    expect(explain(failure)).toMatch(/DeviceCheck.*challengeHeaders/);
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    'is not known for being called %s',
    async (step) => {
      await using emulator = await startEmulator();
      emulator.answerNext(answers.expecting(step, 'Hello', 'aW50'));
      expect(failureOf(await loginAt(emulator.baseUrl))).toMatchObject({ code: 'unsupported-step', step });
    },
  );

  it('uses only the header that is configured for it', async () => {
    const { outcome, requests } = await confirmDevice({ DeviceCheck: 'DeviceCode' });
    expect(outcome).toBe('authenticated');
    expect(Object.fromEntries(requests[1]?.headers ?? [])).toMatchObject({
      devicecode: '123456',
      authorization: 'Bearer aW50ZXJpbQ==',
      username: 'alice',
      password: 'alice-demo',
    });
    expect(requests[1]?.headers.has('verificationcode')).toBe(false);
    expect(requests[1]?.headers.has('pincode')).toBe(false);
  });

  it('becomes a challenge of the kind other', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ status: 202, body: deviceCheck });
    const challenge = challengeOf(await loginAt(emulator.baseUrl, { challengeHeaders: { DeviceCheck: 'DeviceCode' } }));
    expect(challenge).toMatchObject({ kind: 'other', step: 'DeviceCheck', reason: 'Confirm this device' });
  });

  it('can be refused like any other step, if configured', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ status: 202, body: deviceCheck }, answers.failed('DeviceCheck', 'Wrong device'));
    const auth = authAt(emulator.baseUrl, { challengeHeaders: { DeviceCheck: 'DeviceCode' } });
    await auth.login(alice);
    expect(failureOf(await auth.submitCode('123456'))).toMatchObject({ code: 'invalid-code', step: 'DeviceCheck' });
  });

  it.each([' ', 'Device Code', 'Device:Code', 'DeviceCode\r\nX-Injected', 'DeviceCode\n', 'Gerätecode'])(
    'configured with %j, which no header can have as its name, is not asked of the user',
    async (name) => {
      const { state, requests } = await confirmDevice({ DeviceCheck: name });
      expect(failureOf(state)).toMatchObject({ code: 'unsupported-step', step: 'DeviceCheck' });
      expect(requests).toHaveLength(1);
    },
  );

  it.each(['Password', 'username', 'ET-APP-KEY', 'accept', 'Authorization'])(
    'is not answered in the header %s, which is taken',
    async (name) => {
      const { state, requests } = await confirmDevice({ DeviceCheck: name });
      expect(failureOf(state)).toMatchObject({ code: 'unsupported-step', step: 'DeviceCheck' });
      expect(requests).toHaveLength(1);
    },
  );

  it('stays unknown with an empty configuration', async () => {
    const { outcome, requests } = await confirmDevice({ DeviceCheck: '' });
    expect(outcome).toBe('unsupported-step');
    expect(requests).toHaveLength(1);
  });
});

it('a known step can be given another header', async () => {
  await using server = await startRawServer([
    reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50' }),
    reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' }),
  ]);
  const auth = authAt(server.url, { challengeHeaders: { VerificationCode: 'OtpCode' } });
  await auth.login(alice);
  sessionOf(await auth.submitCode('123456'));
  expect(server.requests[1]?.headers.get('otpcode')).toBe('123456');
  expect(server.requests[1]?.headers.has('verificationcode')).toBe(false);
});
