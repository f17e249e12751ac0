import { describe, expect, it } from 'vitest';
import { bearer } from '../../src/index.ts';
import { demoAppKey } from '../../src/testing/index.ts';
import { type RawRequest, reply, startRawServer } from './raw-server.ts';
import { alice, authAt, sessionOf } from './sign-in.ts';

/** Headers that the runtime adds to whatever it sends. */
const ofTheRuntime = ['host', 'connection', 'user-agent', 'accept-language', 'accept-encoding', 'sec-fetch-mode'];

const cookie = { 'Set-Cookie': 'sid=1; Path=/' };
const expectingCode = { State: 'Expecting', Step: 'VerificationCode', Reason: 'Code', Token: 'aW50/ZXJ+pbS0x==' };
const expectingPin = { State: 'Expecting', Step: 'SecutityPin', Reason: 'Invalid pin', Token: 'aW50ZXJpbS0y' };
const succeeded = { State: 'Succeeded', Token: 'c2Vzc2lvbg==' };

/** What a login with two challenges asks the server. */
async function requestsOfLogin(): Promise<readonly RawRequest[]> {
  await using server = await startRawServer([
    reply(202, expectingCode, cookie),
    reply(202, expectingPin, cookie),
    reply(200, succeeded, cookie),
  ]);
  const auth = authAt(`${server.url}/api`);
  await auth.login(alice);
  await auth.submitCode('123456');
  sessionOf(await auth.submitCode('2468'));
  return server.requests;
}

const everyStep = { accept: 'application/json', 'et-app-key': demoAppKey, username: 'alice', password: 'alice-demo' };

describe.each([
  { call: 'the first call', index: 0, more: {} },
  {
    call: 'the answer to a code',
    index: 1,
    more: { authorization: 'Bearer aW50/ZXJ+pbS0x==', verificationcode: '123456' },
  },
  { call: 'the answer to a PIN', index: 2, more: { authorization: 'Bearer aW50ZXJpbS0y', pincode: '2468' } },
])('$call', ({ index, more }) => {
  it('is a POST to {baseUrl}/token', async () => {
    const request = (await requestsOfLogin())[index];
    expect(request?.line).toBe('POST /api/token HTTP/1.1');
  });

  it('has an empty body, and says so', async () => {
    const request = (await requestsOfLogin())[index];
    expect(request?.headers.get('content-length')).toBe('0');
    expect(request?.headers.has('transfer-encoding')).toBe(false);
    expect(request?.body).toBe('');
  });

  it('carries these headers and no other: no cookie, no referrer, no origin', async () => {
    const headers = new Map((await requestsOfLogin())[index]?.headers);
    for (const name of [...ofTheRuntime, 'content-length', 'cache-control', 'pragma']) headers.delete(name);
    expect(Object.fromEntries(headers)).toEqual({ ...everyStep, ...more });
  });
});

it('a login takes one request a step', async () => {
  expect(await requestsOfLogin()).toHaveLength(3);
});

describe('the session', () => {
  it('authorises calls of the API', async () => {
    await using server = await startRawServer([reply(200, succeeded)]);
    expect(bearer(sessionOf(await authAt(server.url).login(alice)))).toBe('Bearer c2Vzc2lvbg==');
  });

  it('starts its lifetime before the request', async () => {
    await using server = await startRawServer([(socket) => setTimeout(() => socket.end(reply(200, succeeded)), 60)]);
    const before = Date.now();
    const session = sessionOf(await authAt(server.url, { sessionLifetime: 1000 }).login(alice));
    expect(session.issuedAt - before).toBeLessThan(50);
    expect(session.expiresAt).toBe(session.issuedAt + 1000);
  });

  it('lasts a day by default', async () => {
    await using server = await startRawServer([reply(200, succeeded)]);
    const { issuedAt, expiresAt } = sessionOf(await authAt(server.url).login(alice));
    expect(expiresAt - issuedAt).toBe(86_400_000);
  });
});
