import nodeFetch from 'node-fetch';
import * as undici from 'undici';
import * as undici6 from 'undici-6';
import { describe, expect, it, vi } from 'vitest';
import { createApiClient } from '../../src/session/index.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { alice, authAt, failureOf, loginAt } from './sign-in.ts';

const baseUrl = 'https://etna.example/api';

/** A runtime that answers as told, and what it was asked. */
function runtime(answer: () => Response | Promise<Response>) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.push(input instanceof Request ? input : new Request(input, init));
    return answer();
  };
  return { asked, fetch };
}

const succeeded = () => Response.json({ State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

it('a request uses no cookies, no cache, no referrer and no redirects', async () => {
  const { asked, fetch } = runtime(succeeded);
  await loginAt(baseUrl, { fetch });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
  });
});

it('a redirect that a browser hides is refused, without its target', async () => {
  const hidden = () => Object.defineProperty(Response.json({}), 'type', { value: 'opaqueredirect' });
  const failure = failureOf(await loginAt(baseUrl, { fetch: runtime(hidden).fetch }));
  expect(failure).toMatchObject({ code: 'redirected', detail: null });
});

it.each([300, 304, 399])('a %i is a redirect', async (status) => {
  const { fetch } = runtime(() => new Response(null, { status }));
  expect(failureOf(await loginAt(baseUrl, { fetch })).code).toBe('redirected');
});

describe('an error of the runtime is reported by its code', () => {
  it.each<[string, unknown, string | null]>([
    [
      'below its own error',
      new TypeError('fetch failed', { cause: Object.assign(new Error('alice-demo'), { code: 'ENOTFOUND' }) }),
      'ENOTFOUND',
    ],
    ['which is none where it is a number', new DOMException('alice-demo', 'NetworkError'), null],
    ['which is none where there is none', new TypeError('alice-demo'), null],
    ['which is none where it is no error', 'alice-demo', null],
    ['which is none where it is nothing', null, null],
  ])('%s', async (_, thrown, detail) => {
    const { fetch } = runtime(() => Promise.reject(thrown));
    expect(failureOf(await loginAt(baseUrl, { fetch }))).toMatchObject({ code: 'network', detail });
  });
});

// Their types of `Request` and `Response` are not the global ones.
const packages: Record<string, unknown> = {
  'undici 8': undici.fetch,
  'undici 6': undici6.fetch,
  'node-fetch 3': nodeFetch,
  "undici's dispatcher": (url: string, init: object) =>
    undici.fetch(url, { ...init, dispatcher: new undici.Agent({ connections: 1 }) }),
};

describe.each(Object.entries(packages))('%s as the `fetch`', (_, given) => {
  const fetch = given as typeof globalThis.fetch;

  it('signs in and calls the API', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl, { fetch });
    await auth.login(alice);
    expect((await auth.submitCode(emulator.inbox('alice').at(-1)?.code ?? '')).state).toBe('authenticated');
    const api = createApiClient(auth, { baseUrl: emulator.baseUrl, appKey: emulator.appKey, fetch });
    expect(await api.get('v1.0/users/@me/info').json()).toMatchObject({ Login: 'alice' });
  });

  it('follows no redirect, times out, and reports the cause of errors', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ redirect: 'https://elsewhere.test/' }, { silent: true }, { reset: true });
    const outcome = async () => failureOf(await loginAt(emulator.baseUrl, { fetch }));
    expect(await outcome()).toMatchObject({ code: 'redirected', detail: 'https://elsewhere.test' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const late = outcome();
    await vi.waitFor(() => expect(emulator.requests).toHaveLength(2));
    vi.advanceTimersByTime(10_000);
    expect(await late).toMatchObject({ code: 'timeout', detail: '10000 ms' });
    vi.useRealTimers();
    expect(await outcome()).toMatchObject({
      code: 'network',
      detail: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    });
  });
});

describe('a limited platform', () => {
  it('has a `fetch` that knows plain addresses and options alone', async () => {
    const calls: unknown[][] = [];
    const fetch = async (...call: unknown[]) => {
      calls.push(call);
      return succeeded();
    };
    expect((await loginAt(baseUrl, { fetch })).state).toBe('authenticated');
    const [[url, init] = []] = calls;
    expect(url).toBe(`${baseUrl}/token`);
    expect(Object.getPrototypeOf(Object(init).headers)).toBe(Object.prototype);
  });

  it.each([
    ['no stream', undefined],
    ['a stream of another kind', { pipe: () => {} }],
  ])('has replies with %s', async (_, body) => {
    const fetch = async () => Object.defineProperty(succeeded(), 'body', { value: body });
    expect((await loginAt(baseUrl, { fetch })).state).toBe('authenticated');
  });

  it('has replies without a stream, and one that is too long', async () => {
    const fetch = async () => Object.defineProperty(new Response(' '.repeat(65_537)), 'body', { value: null });
    expect(failureOf(await loginAt(baseUrl, { fetch }))).toMatchObject({
      code: 'malformed-reply',
      detail: 'over 64 KiB',
    });
  });

  it('has signals that cannot be combined', async () => {
    const { any, timeout } = AbortSignal;
    Object.assign(AbortSignal, { any: undefined, timeout: undefined });
    try {
      expect((await loginAt(baseUrl, { fetch: runtime(succeeded).fetch })).state).toBe('authenticated');
    } finally {
      Object.assign(AbortSignal, { any, timeout });
    }
  });

  it('has no `fetch` at all', async () => {
    vi.stubGlobal('fetch', undefined);
    try {
      const failure = failureOf(await loginAt(baseUrl));
      expect(failure).toMatchObject({ code: 'invalid-input', detail: expect.stringContaining('fetch') });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

it('an exchange leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  for (let count = 0; count < 20; count += 1) await loginAt(baseUrl, { fetch: runtime(succeeded).fetch });
  // The sessions' own timers keep no program alive, and are not counted.
  expect(timers()).toBeLessThanOrEqual(before);
});
