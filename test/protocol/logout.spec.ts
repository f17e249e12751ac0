import { expect, it } from 'vitest';
import { createActor } from 'xstate';
import type { AuthFailure } from '../../machines/failures.ts';
import { reveal, secret } from '../../machines/secret.ts';
import { createAuth } from '../../src/auth.ts';
import { createAuthMachine } from '../../src/auth-machine.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { type RawAnswer, reply, startRawServer } from './raw-server.ts';

/** A login at a server that answers the logout as told, and how that went. */
function signedIn(baseUrl: string, { token = 'dG9rZW4=', ...options }: { timeout?: number; token?: string } = {}) {
  const revocations: Promise<AuthFailure | null>[] = [];
  const session = { username: 'bob', token: secret(token), issuedAt: Date.now(), expiresAt: Date.now() + 60_000 };
  const auth = createAuth({ baseUrl, appKey: 'key', session, ...options });
  auth.actor.on('session.closed', ({ revocation }) => revocation && revocations.push(revocation));
  return { revocations, auth };
}

it('a logout invalidates the token at the server', async () => {
  await using emulator = await startEmulator();
  const auth = createAuth({ baseUrl: emulator.baseUrl, appKey: emulator.appKey });
  const step = await auth.login({ username: 'bob', password: 'bob-demo' });
  const token = step.state === 'authenticated' ? reveal(step.session.token) : '';
  const headers = { 'Et-App-Key': emulator.appKey, Authorization: `Bearer ${token}` };
  const status = async () => (await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, { headers })).status;
  expect(await status()).toBe(200);
  expect(await auth.logout()).toEqual({ state: 'idle' });
  await expect.poll(status).toBe(401);
});

it('so does the event of the machine', async () => {
  await using server = await startRawServer([reply(200, {})]);
  const session = { username: 'bob', token: secret('dG9rZW4='), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY };
  const machine = createAuthMachine({ baseUrl: `${server.url}/api`, appKey: 'key' });
  const actor = createActor(machine, { input: { session } }).start();
  const reasons: string[] = [];
  actor.on('session.closed', ({ reason }) => reasons.push(reason));
  actor.send({ type: 'logout' });
  expect(reasons).toEqual(['logout']);
  await expect.poll(() => server.requests.length).toBe(1);
  const { line, headers } = await server.request(0);
  expect(line).toBe('POST /api/logout HTTP/1.1');
  expect(headers.get('authorization')).toBe('Bearer dG9rZW4=');
  expect(headers.get('et-app-key')).toBe('key');
  expect([headers.has('password'), headers.has('username')]).toEqual([false, false]);
});

it.each(['session.ended', 'session.rejected', 'session.check'] as const)(
  '%s tells the server nothing',
  async (type) => {
    await using server = await startRawServer([reply(200, {})]);
    const { auth } = signedIn(server.url);
    auth.actor.send({ type });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toEqual([]);
  },
);

it('a logout that the server has confirmed is told with its event', async () => {
  await using server = await startRawServer([reply(200, {})]);
  const { auth, revocations } = signedIn(server.url);
  await auth.logout();
  expect(await Promise.all(revocations)).toEqual([null]);
  expect(server.requests).toHaveLength(1);
});

it('a silent server does not delay a logout, and is reported in the end', async () => {
  await using server = await startRawServer([]);
  const { auth, revocations } = signedIn(server.url, { timeout: 100 });
  expect(await auth.logout()).toEqual({ state: 'idle' });
  expect(await Promise.race([...revocations, 'not yet'])).toBe('not yet');
  expect(await Promise.all(revocations)).toMatchObject([{ code: 'timeout' }]);
});

it('how it went is known even if the actor is stopped at once', async () => {
  await using server = await startRawServer([reply(200, {})]);
  const { auth, revocations } = signedIn(server.url);
  void auth.logout();
  auth.actor.stop();
  expect(await Promise.all(revocations)).toEqual([null]);
});

it.each<[string, RawAnswer]>([
  ['server-error', reply(500, { Message: 'broken' })],
  ['redirected', 'HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\nContent-Length: 0\r\n\r\n'],
])('a server that may not have done it is heard of as %s', async (code, answer) => {
  await using server = await startRawServer([answer]);
  const { auth, revocations } = signedIn(server.url);
  await auth.logout();
  const failures = await Promise.all(revocations);
  expect(failures).toMatchObject([{ code }]);
  expect(JSON.stringify(failures)).not.toContain('dG9rZW4=');
});

it('a session that has already ended at the server is not a failure', async () => {
  await using server = await startRawServer([
    reply(401, { Message: 'Authorization has been denied for this request.' }),
  ]);
  const { auth, revocations } = signedIn(server.url);
  await auth.logout();
  expect(await Promise.all(revocations)).toEqual([null]);
});

it('a failure without a listener is ignored', async () => {
  const session = { username: 'bob', token: secret('t'), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY };
  const auth = createAuth({ baseUrl: 'http://127.0.0.1:9', appKey: 'key', session });
  await auth.logout();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(auth.getSnapshot()).toEqual({ state: 'idle' });
});

it('a token that no header can carry is reported and not sent', async () => {
  await using server = await startRawServer([reply(200, {})]);
  const { auth, revocations } = signedIn(server.url, { token: 'se\ncret' });
  await auth.logout();
  expect(await Promise.all(revocations)).toMatchObject([
    { code: 'invalid-input', detail: 'token: unsendable character' },
  ]);
  expect(server.connections).toBe(0);
});

it('an unexpected error is reported without its message', async () => {
  const { auth, revocations } = signedIn(Symbol('url') as never);
  await auth.logout();
  expect(await Promise.all(revocations)).toMatchObject([{ code: 'interrupted', detail: null, reason: null }]);
});
