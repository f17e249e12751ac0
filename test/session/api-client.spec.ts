import { createServer, type IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';
import { HTTPError, NetworkError, TimeoutError } from 'ky';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reveal, secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { type Auth, createAuth } from '../../src/auth.ts';
import { createApiClient, type SessionSource } from '../../src/session/index.ts';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

let emulator: RunningEmulator;
let options: { baseUrl: string; appKey: string };
let auth: Auth;
beforeEach(async () => {
  emulator = await startEmulator({ loginsPerMinute: false });
  options = { baseUrl: emulator.baseUrl, appKey: emulator.appKey };
  auth = createAuth(options);
  await auth.login(bob);
});
afterEach(() => emulator.close());

const bob = { username: 'bob', password: 'bob-demo' };
const mine = 'v1.0/users/@me/accounts';
const somebodyElses = 'v1.0/users/1001/info';
const callsOf = (path: string) => emulator.requests.filter((request) => request.path === `/api/${path}`).length;
const probes = () => callsOf('v1.0/users/@me/info');
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

function tokenInUse(): string {
  const state = auth.getSnapshot();
  if (state.state !== 'authenticated') throw new Error('not signed in');
  return reveal(state.session.token);
}

/** A server that answers as it is told, and notes what it is sent. */
async function serve(status: number, headers: Record<string, string>, body = '') {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { baseUrl, received, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('a call', () => {
  it('carries the token, the application key and an Accept header for JSON', async () => {
    await using server = await serve(200, {}, '[]');
    const api = createApiClient(auth, { ...options, baseUrl: `${server.baseUrl}/api/` });
    expect(await api.get(mine).json()).toEqual([]);
    expect(server.received).toMatchObject([
      { authorization: `Bearer ${tokenInUse()}`, 'et-app-key': options.appKey, accept: 'application/json' },
    ]);
  });

  it('may request another format than JSON', async () => {
    await using server = await serve(200, {});
    const api = createApiClient(auth, { ...options, baseUrl: server.baseUrl });
    await api.get('report', { headers: { Accept: 'text/csv' } });
    await api.get('report');
    expect(server.received.map(({ accept }) => accept)).toEqual(['text/csv', 'application/json']);
  });

  it.each([
    ['another host', 'https://elsewhere.test/api/v1.0/users'],
    ['another port', 'http://127.0.0.1:1/api/v1.0/users'],
    ['a path that only begins alike', '../api-internal/v1.0/users'],
    ['a way out of the path', '../admin'],
    ['a way out that is in disguise', '%2e%2E/admin'],
    ['a way out in encoded slashes', 'v1.0/..%2f..%2Fadmin'],
    ['a way out in encoded backslashes', 'v1.0/..%5c..%5Cadmin'],
    ['a way out that is encoded twice', 'v1.0/%252e%252e%252fadmin'],
    ['a host in disguise', '//elsewhere.test/api/v1.0/users'],
    ['what is not http', 'data:application/json,[]'],
  ])('to %s is refused before anything is sent', async (_, address) => {
    const fetch = vi.fn<typeof globalThis.fetch>();
    const api = createApiClient(auth, { ...options, fetch });
    await expect(api.get(address)).rejects.toMatchObject({ name: 'AuthError', code: 'invalid-input' });
    await expect(api.get(`${address}?token=hidden`)).rejects.not.toThrow('hidden');
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each(['get', 'post', 'put', 'patch', 'head', 'delete', 'query'] as const)(
    'by %s takes a path with a slash',
    async (method) => {
      const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response('{}'));
      const api = createApiClient(auth, { ...options, fetch });
      await api[method](`/${mine}`);
      await api(`/${mine}`, { method });
      await api.extend({ headers: { a: 'b' } })(`/${mine}`, { method });
      expect(fetch.mock.calls.map(([address]) => address)).toEqual(Array(3).fill(`${emulator.baseUrl}/${mine}`));
    },
  );

  it('may have a part after "#", which is not sent', async () => {
    const api = createApiClient(auth, options);
    expect(await api.get(`${mine}#first`).json()).toHaveLength(1);
  });

  it('accepts a full URL', async () => {
    const api = createApiClient(auth, options);
    expect(await api.get(new URL(`${emulator.baseUrl}/${mine}`)).json()).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('refuses a %i redirect, regardless of the caller’s options', async (status) => {
    await using elsewhere = await serve(200, {});
    await using server = await serve(status, { Location: elsewhere.baseUrl });
    const api = createApiClient(auth, { ...options, baseUrl: server.baseUrl });
    await expect(api.get(mine, { redirect: 'follow' })).rejects.toMatchObject({
      code: 'redirected',
      failure: { detail: `GET /${mine}` },
    });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('returns that nothing has changed, which is no redirect', async () => {
    const fetch = async () => new Response(null, { status: 304 });
    const error = await errorOf(createApiClient(auth, { ...options, fetch }).get(mine));
    expect(error).toMatchObject({ name: 'HTTPError', response: { status: 304 } });
  });

  it.each([
    ['a redirect', 302],
    ['a 401 of a session that has ended', 401],
  ])('frees its connection after %s, whose body nobody reads', async (_, status) => {
    const cancel = vi.fn();
    const fetch = async (input: string | URL | Request) =>
      new Response(String(input).endsWith('@me/info') ? null : new ReadableStream({ cancel }), { status });
    await errorOf(createApiClient(auth, { ...options, fetch }).post(mine));
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('sends no cookies and no referrer, regardless of the caller’s options', async () => {
    const sent: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (_, init = {}) => {
      const { credentials, referrerPolicy, redirect } = init;
      sent.push({ credentials, referrerPolicy, redirect });
      return new Response('{}');
    };
    await createApiClient(auth, { ...options, fetch }).get(mine, { credentials: 'include' });
    expect(sent).toEqual([{ credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'manual' }]);
  });

  it('is made by the `fetch` that the platform has at the time', async () => {
    const api = createApiClient(auth, options);
    vi.stubGlobal('fetch', async () => new Response('[7]'));
    try {
      expect(await api.get(mine).json()).toEqual([7]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('is not repeated automatically if the server fails', async () => {
    await using server = await serve(503, {});
    const api = createApiClient(auth, { ...options, baseUrl: server.baseUrl });
    await expect(api.get(mine)).rejects.toBeInstanceOf(HTTPError);
    expect(server.received).toHaveLength(1);
  });

  it('is repeated on request', async () => {
    await using server = await serve(503, {});
    const api = createApiClient(auth, { ...options, baseUrl: server.baseUrl });
    await expect(api.extend({ retry: { limit: 1, delay: () => 0 } }).get(mine)).rejects.toBeInstanceOf(HTTPError);
    expect(server.received).toHaveLength(2);
  });
});

describe('a client', () => {
  it.each([
    ['an address that is not encrypted', { baseUrl: 'http://etna.test' }, 'insecure-url'],
    ['an address that is none', { baseUrl: 'etna' }, 'invalid-input'],
    ['an application key that cannot be sent', { appKey: 'a key\n' }, 'invalid-input'],
  ])('is refused for %s', (_, wrong, code) => {
    expect(() => createApiClient(auth, { ...options, ...wrong })).toThrow(expect.objectContaining({ code }));
  });
});

describe('without a session', () => {
  it('nothing is sent before the login', async () => {
    const api = createApiClient(createAuth(options), options);
    const before = emulator.requests.length;
    await expect(api.get(mine)).rejects.toMatchObject({ name: 'AuthError', code: 'not-signed-in' });
    expect(emulator.requests).toHaveLength(before);
  });

  it('nothing is sent after a failed login', async () => {
    const failed = createAuth(options);
    await failed.login({ username: 'bob', password: 'wrong' });
    await expect(createApiClient(failed, options).get(mine)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('nothing is sent with an expired session, even if no timer has fired', async () => {
    const api = createApiClient(auth, options);
    const before = emulator.requests.length;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 60 * 60_000 });
    try {
      await expect(api.get(mine)).rejects.toMatchObject({ code: 'session-expired' });
    } finally {
      vi.useRealTimers();
    }
    expect(auth.getSnapshot()).toMatchObject({ state: 'failed', failure: { code: 'session-expired' } });
    expect(emulator.requests).toHaveLength(before);
  });

  it('nothing is sent after the login was stopped', async () => {
    auth.actor.stop();
    await expect(createApiClient(auth, options).get(mine)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a 401', () => {
  it('keeps the session if only this call is denied', async () => {
    const api = createApiClient(auth, options);
    const error = await errorOf(api.get(somebodyElses));
    expect(error).toBeInstanceOf(HTTPError);
    expect(error).toMatchObject({
      response: { status: 401 },
      data: { Message: 'Authorization has been denied for this request.' },
    });
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
    expect(await api.get(mine).json()).toHaveLength(1);
    expect(probes()).toBe(1);
  });

  it('ends a session that has ended, and reports it', async () => {
    emulator.expireSessions();
    await expect(createApiClient(auth, options).get(mine)).rejects.toMatchObject({
      name: 'AuthError',
      code: 'session-rejected',
    });
    expect(auth.getSnapshot()).toMatchObject({ state: 'failed', failure: { code: 'session-rejected' } });
  });

  it('ends a session that has ended, even without a message of the server', async () => {
    const fetch = async () => new Response(null, { status: 401 });
    expect(await errorOf(createApiClient(auth, { ...options, fetch }).get(mine))).toMatchObject({
      code: 'session-rejected',
    });
    expect(auth.getSnapshot()).toMatchObject({ state: 'failed', failure: { code: 'session-rejected' } });
  });

  it('is verified again if the session was valid the last time', async () => {
    const api = createApiClient(auth, options);
    await errorOf(api.get(somebodyElses));
    emulator.expireSessions();
    await expect(api.get(mine)).rejects.toMatchObject({ code: 'session-rejected' });
    expect(probes()).toBe(2);
  });

  it('is verified once for all callers', async () => {
    const api = createApiClient(auth, options);
    emulator.expireSessions();
    const calls = await Promise.allSettled(Array.from({ length: 200 }, () => api.get(mine)));
    expect(new Set(calls.map((call) => call.status === 'rejected' && call.reason.code))).toEqual(
      new Set(['session-rejected']),
    );
    expect(probes()).toBe(1);
  });

  it.each([
    ['is down', async () => Response.error()],
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['has a problem', async () => new Response(null, { status: 500 })],
    ['points elsewhere', async () => new Response(null, { status: 302, headers: { Location: '/' } })],
  ])('proves nothing if the server %s', async (_, answer) => {
    const fetch: typeof globalThis.fetch = (input, init) =>
      new Request(input).url.endsWith('@me/info') ? answer() : globalThis.fetch(input, init);
    emulator.expireSessions();
    const error = await errorOf(createApiClient(auth, { ...options, fetch }).get(mine));
    expect(error).toBeInstanceOf(HTTPError);
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
  });

  it('proves nothing if the server never replies', async () => {
    const fetch: typeof globalThis.fetch = (input, init) =>
      new Request(input).url.endsWith('@me/info') ? new Promise(() => {}) : globalThis.fetch(input, init);
    emulator.expireSessions();
    const api = createApiClient(auth, { ...options, fetch, timeout: 50 }).extend({ timeout: 5_000 });
    expect(await errorOf(api.get(mine))).toBeInstanceOf(HTTPError);
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
  });

  it('for an unknown application key does not end the session', async () => {
    const error = await errorOf(createApiClient(auth, { ...options, appKey: 'wrong' }).get(mine));
    expect(error).toMatchObject({
      response: { status: 401 },
      data: { error: 'Application key is not defined or does not exist' },
    });
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
  });

  it('that arrives late does not end a newer session', async () => {
    const isSent = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const fetch: typeof globalThis.fetch = async (input, init) => {
      isSent.resolve();
      await gate.promise;
      return globalThis.fetch(input, init);
    };
    const call = createApiClient(auth, { ...options, fetch })
      .get(mine)
      .json();
    await isSent.promise;
    emulator.expireSessions();
    await auth.logout();
    await auth.login(bob);
    gate.resolve();
    expect(await call).toHaveLength(1);
    expect(auth.getSnapshot()).toMatchObject({ state: 'authenticated' });
  });

  it('does not repeat a call that is not idempotent', async () => {
    const api = createApiClient(auth, options);
    emulator.expireSessions();
    await expect(api.post('logout')).rejects.toMatchObject({ code: 'session-rejected' });
    expect(callsOf('logout')).toBe(1);
  });
});

describe('sessions from elsewhere', () => {
  it('are used, and notified when they have ended; no call is made a third time', async () => {
    await using server = await serve(401, {}, '{}');
    const rejected: Session[] = [];
    const source: SessionSource = {
      getSession: async () => ({ username: 'bob', token: secret('token'), issuedAt: 0, expiresAt: 9e15 }),
      rejectSession: (session) => void rejected.push(session),
    };
    const api = createApiClient(source, { ...options, baseUrl: server.baseUrl });
    await expect(api.get(mine)).rejects.toMatchObject({ code: 'session-rejected' });
    expect(rejected).toHaveLength(2);
    // Each with a question after it.
    expect(server.received).toHaveLength(4);
  });
});

describe('a call whose session is replaced meanwhile', () => {
  /** A client whose first session the server has ended. */
  const openClient = () => {
    const sent: string[] = [];
    let token = 'first';
    const source: SessionSource = {
      getSession: async () => ({ username: 'bob', token: secret(token), issuedAt: 0, expiresAt: 8e15 }),
      rejectSession: () => {
        token = 'second';
      },
    };
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { url, method, headers } = new Request(input, init);
      const given = headers.get('Authorization');
      if (!url.endsWith('@me/info')) sent.push(`${method} ${given}`);
      return new Response(null, { status: given === 'Bearer first' ? 401 : 200 });
    };
    return { sent, api: createApiClient(source, { ...options, fetch }) };
  };

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('is repeated by %s', async (method) => {
    const { sent, api } = openClient();
    expect((await api(mine, { method })).status).toBe(200);
    expect(sent).toEqual([`${method} Bearer first`, `${method} Bearer second`]);
  });

  it.each(['POST', 'PATCH'])('is not repeated by %s, since the server may have made it', async (method) => {
    const { sent, api } = openClient();
    await expect(api(mine, { method })).rejects.toMatchObject({
      code: 'session-rejected',
      failure: { detail: `${method} /api/${mine} was not repeated` },
    });
    expect(sent).toEqual([`${method} Bearer first`]);
  });
});

describe('what a caller sees', () => {
  const api = (more: Partial<Parameters<typeof createApiClient>[1]> = {}) =>
    createApiClient(auth, { ...options, ...more });
  const errors: Record<string, [new (...rest: never[]) => Error, () => Promise<unknown>]> = {
    'the error of a status': [HTTPError, () => api().get(somebodyElses)],
    'the error of a network': [NetworkError, () => api({ baseUrl: 'http://127.0.0.1:1' }).get(mine)],
    'the error of a time-out': [TimeoutError, () => api({ timeout: 10, fetch: () => new Promise(() => {}) }).get(mine)],
  };

  it.each(Object.entries(errors))('of %s contains no token and no application key', async (_, [kind, call]) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(kind);
    const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(shown).toContain('v1.0/users');
    expect(shown).not.toContain(tokenInUse());
    expect(shown).not.toContain(options.appKey);
    expect((error as HTTPError).request.headers.has('Authorization')).toBe(false);
  });

  it('of a hook contains neither', async () => {
    const seen: string[] = [];
    const hooked = api().extend({
      hooks: {
        beforeRequest: [({ request }) => void seen.push(inspect([...request.headers]))],
        afterResponse: [({ request, response }) => void seen.push(inspect([[...request.headers], response]))],
      },
    });
    await hooked.get(mine);
    expect(seen).toHaveLength(2);
    expect(seen.join()).not.toContain(tokenInUse());
    expect(seen.join()).not.toContain(options.appKey);
  });
});
