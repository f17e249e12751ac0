import { expect, it } from 'vitest';
import { createActor } from 'xstate';
import type { AuthError } from '../../machines/failures.ts';
import { reveal, secret } from '../../machines/secret.ts';
import { createAuth } from '../../src/auth.ts';
import { createAuthMachine } from '../../src/auth-machine.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { type RawAnswer, reply, startRawServer } from './raw-server.ts';

/** A login at a server that answers the logout as told, and what is heard of it. */
function signedIn(baseUrl: string, options: { readonly timeout?: number } = {}) {
  const heard: AuthError[] = [];
  const session = { username: 'bob', token: secret('dG9rZW4='), issuedAt: Date.now(), expiresAt: Date.now() + 60_000 };
  const onLogoutError = (error: AuthError) => heard.push(error);
  return { heard, auth: createAuth({ baseUrl, appKey: 'key', session, onLogoutError, ...options }) };
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
  actor.send({ type: 'logout' });
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

it('a silent server does not delay a logout, and is reported in the end', async () => {
  await using emulator = await startEmulator();
  await using server = await startRawServer([]);
  const { auth, heard } = signedIn(server.url, { timeout: 100 });
  expect(await auth.logout()).toEqual({ state: 'idle' });
  expect(heard).toEqual([]);
  await expect.poll(() => heard.map(({ code }) => code)).toEqual(['timeout']);
  expect(emulator.requests).toEqual([]);
});

it.each<[string, RawAnswer]>([
  ['server-error', reply(500, { Message: 'broken' })],
  ['redirected', 'HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\nContent-Length: 0\r\n\r\n'],
])('a server that may not have done it is heard of as %s', async (code, answer) => {
  await using server = await startRawServer([answer]);
  const { auth, heard } = signedIn(server.url);
  await auth.logout();
  await expect.poll(() => heard.map((error) => error.code)).toEqual([code]);
  expect(JSON.stringify(heard.map(({ failure, message }) => [failure, message]))).not.toContain('dG9rZW4=');
});

it('a session that has already ended at the server is not a failure', async () => {
  await using server = await startRawServer([
    reply(401, { Message: 'Authorization has been denied for this request.' }),
  ]);
  const { auth, heard } = signedIn(server.url);
  await auth.logout();
  await expect.poll(() => server.requests.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toEqual([]);
});

it('an error without a listener is ignored', async () => {
  const session = { username: 'bob', token: secret('t'), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY };
  const auth = createAuth({ baseUrl: 'http://127.0.0.1:9', appKey: 'key', session });
  await auth.logout();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(auth.getSnapshot()).toEqual({ state: 'idle' });
});

it('an error while sending is reported without its message', async () => {
  await using server = await startRawServer([reply(200, {})]);
  const heard: unknown[] = [];
  const session = { username: 'bob', token: secret('se\ncret'), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY };
  const onLogoutError = (error: AuthError) => heard.push([error.name, error.code, error.message]);
  await createAuth({ baseUrl: server.url, appKey: 'key', session, onLogoutError }).logout();
  await expect.poll(() => heard).toEqual([['AuthError', 'interrupted', 'interrupted']]);
});
