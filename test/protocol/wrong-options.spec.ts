import { describe, expect, it } from 'vitest';
import { secret } from '../../machines/secret.ts';
import type { CreateAuthOptions } from '../../src/index.ts';
import { createApiClient } from '../../src/session/index.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, loginAt, outcomeOf, sessionOf } from './sign-in.ts';

const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });
const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

/** Options of a caller in plain JavaScript. */
const given = (options: Readonly<Record<string, unknown>>) => options as Partial<CreateAuthOptions>;

describe('an option of the wrong type is named before the server sends a code', () => {
  it.each([
    { timeout: Number(undefined) },
    { timeout: 0 },
    { timeout: '5000' },
    { timeout: Symbol('5000') },
    { sessionLifetime: Number(undefined) },
    { sessionLifetime: '3600000' },
    { sessionLifetime: -1 },
    { sessionLifetime: Number.POSITIVE_INFINITY },
    { maxAttempts: Number(undefined) },
    { maxAttempts: '3' },
    { maxAttempts: Object.create(null) },
    { fetch: 'node-fetch' },
    { fetch: {} },
  ])('%o', async (options) => {
    await using server = await startRawServer([succeeded]);
    const failure = failureOf(await loginAt(server.url, given(options)));
    expect(failure).toMatchObject({ code: 'invalid-input', detail: expect.stringMatching(/^\w+: (a|not a) /) });
    expect(failure.detail).toContain(Object.keys(options)[0]);
    expect(server.connections).toBe(0);
  });

  it('but null is taken for its default', async () => {
    await using server = await startRawServer([expectingCode, expectingCode, succeeded]);
    const options = given({ timeout: null, sessionLifetime: null, maxAttempts: null, fetch: null });
    const auth = authAt(server.url, options);
    await auth.login(alice);
    expect(challengeOf(await auth.submitCode('1'))).toMatchObject({ attempt: 2, maxAttempts: 3 });
    const { issuedAt, expiresAt } = sessionOf(await auth.submitCode('2'));
    expect(expiresAt - issuedAt).toBe(86_400_000);
  });
});

describe('a `fetch` of one’s own', () => {
  const baseUrl = 'https://trader.test/api';

  it.each([undefined, null, 'a reply', { status: 200 }])('that returns no Response but %j is named', async (reply) => {
    const failure = failureOf(await loginAt(baseUrl, given({ fetch: async () => reply })));
    expect(failure).toMatchObject({ code: 'invalid-input', detail: 'fetch: it returned no Response' });
  });

  it('that returns no Response is named by the API client, too', async () => {
    const issuedAt = Date.now();
    const session = { username: 'alice', token: secret('c2Vzc2lvbg=='), issuedAt, expiresAt: issuedAt + 60_000 };
    const { fetch } = given({ fetch: async () => undefined });
    const api = createApiClient(authAt(baseUrl, { session }), { baseUrl, appKey: 'key', fetch });
    await expect(api.get('v1.0/users/@me/info')).rejects.toMatchObject({
      failure: { code: 'invalid-input', detail: 'fetch: it returned no Response' },
    });
  });

  it.each([
    ['a refusal', 401, { State: 'Failed', Step: 'BaseAuthentication' }, 'invalid-credentials'],
    ['a challenge', 202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' }, 'code'],
    ['a redirect', 302, {}, 'redirected'],
  ])('may reply with plain objects: %s', async (_, status, body, outcome) => {
    for (const headers of [undefined, { Date: 'today' }]) {
      const reply = { status, ok: status < 300, headers, text: async () => JSON.stringify(body) };
      expect(outcomeOf(await loginAt(baseUrl, given({ fetch: async () => reply }))).outcome).toBe(outcome);
    }
  });

  it('that throws instead of rejecting is a failure of the network', async () => {
    const fetch = () => {
      throw new Error('the password is alice-demo');
    };
    const failure = failureOf(await loginAt(baseUrl, { fetch }));
    expect(failure).toMatchObject({ code: 'network', detail: null });
  });

  it('that ignores its signal is given up in time', async () => {
    const failure = failureOf(await loginAt(baseUrl, { fetch: () => new Promise(() => {}), timeout: 50 }));
    expect(failure).toMatchObject({ code: 'timeout', detail: '50 ms' });
  });
});

it('a picture that was not chosen may be null, as in FormData', async () => {
  await using emulator = await startEmulator();
  const auth = authAt(emulator.baseUrl);
  await auth.login({ username: 'frank', password: 'frank-demo' });
  const choice: unknown = { imageName: new FormData().get('image'), personalPhrase: 'purple heron' };
  const state = await auth.submitCode('4711', choice as { imageName: string });
  expect(state).toMatchObject({ state: 'awaitingCode', challenge: { kind: 'pin', problem: null } });
});

it('a code may be submitted with null in place of a choice', async () => {
  await using emulator = await startEmulator();
  const auth = authAt(emulator.baseUrl);
  await auth.login(alice);
  const nothing: unknown = null;
  const state = await auth.submitCode(emulator.inbox('alice').at(-1)?.code ?? '', nothing as undefined);
  expect(state).toMatchObject({ state: 'authenticated' });
});
