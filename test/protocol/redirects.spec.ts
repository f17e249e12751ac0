import { describe, expect, it, vi } from 'vitest';
import { wasRedirected } from '../../src/protocol/redirects.ts';
import { reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, loginAt } from './sign-in.ts';

const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });

describe.each([301, 302, 303, 307, 308])('a %i', (status) => {
  it('to another origin is refused, and nothing is sent there', async () => {
    await using other = await startRawServer([succeeded]);
    await using server = await startRawServer([reply(status, '', { Location: `${other.url}/token` })]);
    expect(failureOf(await loginAt(server.url))).toMatchObject({
      code: 'redirected',
      step: null,
      reason: null,
      detail: other.url,
    });
    expect(other.connections).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  it('within the origin is also refused', async () => {
    await using server = await startRawServer([reply(status, '', { Location: '/login.html' }), succeeded]);
    expect(failureOf(await loginAt(server.url)).code).toBe('redirected');
    expect(server.requests).toHaveLength(1);
  });

  it('after a code is refused, and the interim token is not forwarded', async () => {
    await using other = await startRawServer([succeeded]);
    await using server = await startRawServer([expectingCode, reply(status, '', { Location: `${other.url}/token` })]);
    const auth = authAt(server.url);
    challengeOf(await auth.login(alice));
    expect(failureOf(await auth.submitCode('123456')).code).toBe('redirected');
    expect(other.connections).toBe(0);
    expect(server.requests).toHaveLength(2);
  });
});

describe('the target of a redirect', () => {
  const detailOf = async (headers: Record<string, string>) => {
    await using server = await startRawServer([reply(302, '<html>Moved</html>', headers)]);
    const { code, detail } = failureOf(await loginAt(server.url));
    expect(code).toBe('redirected');
    return detail;
  };

  it.each([
    ['https://wifi.example:8443/portal/alice-demo?password=alice-demo#alice-demo', 'https://wifi.example:8443'],
    ['https://alice:alice-demo@wifi.example/', 'https://wifi.example'],
    ['//wifi.example/portal', 'http://wifi.example'],
  ])('%s is told by its origin alone', async (location, origin) => {
    expect(await detailOf({ Location: location })).toBe(origin);
  });

  it.each<[string, Record<string, string>]>([
    ['has no location', {}],
    ['leads to no address', { Location: 'https://' }],
    ['leads to a script', { Location: 'javascript:alert(1)' }],
    ['leads to another program', { Location: 'xhttp://wifi.example/' }],
    ['leads to data', { Location: 'data:text/html,hello' }],
  ])('is not told when it %s', async (_, headers) => {
    expect(await detailOf(headers)).toBeNull();
  });
});

// Were its body not ended, the garbage collector would end it after some eight seconds.
it('a redirect whose body never ends is refused at once', { timeout: 5000 }, async () => {
  await using server = await startRawServer([
    (socket) => socket.write('HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 1000000\r\n\r\nmoved'),
  ]);
  // So patient that the closed connection can have no other cause.
  expect(failureOf(await loginAt(server.url, { timeout: 600_000 })).code).toBe('redirected');
  await server.requests[0]?.closed;
});

describe('a `fetch` that follows redirects although it must not', () => {
  const follow = { redirect: 'follow' } as const;
  const hosts: Record<string, typeof fetch> = {
    'by an option of its own': (input, init) => fetch(input, { ...init, ...follow }),
    'by a request of its own': (input, init) => fetch(new Request(input, { ...init, ...follow })),
    'and tells only the address': async (input, init) => {
      const response = await fetch(input, { ...init, ...follow });
      return Object.defineProperty(response, 'redirected', { value: false });
    },
  };
  const statuses = [301, 302, 303, 307, 308];

  it.each(Object.entries(hosts).flatMap(([name, host]) => statuses.map((status) => [name, status, host] as const)))(
    '%s brings no session after a %i',
    async (_, status, host) => {
      await using other = await startRawServer([succeeded]);
      await using server = await startRawServer([reply(status, '', { Location: `${other.url}/token` })]);
      expect(failureOf(await loginAt(server.url, { fetch: host })).code).toBe('redirected');
    },
  );

  it('such as React Native’s is not used', async () => {
    await using server = await startRawServer([succeeded]);
    vi.stubGlobal('navigator', { product: 'ReactNative' });
    try {
      const failure = failureOf(await loginAt(server.url));
      expect(failure).toMatchObject({ code: 'invalid-input', detail: expect.stringContaining('expo/fetch') });
      expect(server.requests).toHaveLength(0);
      expect((await loginAt(server.url, { fetch: (...call) => fetch(...call) })).state).toBe('authenticated');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('such as a polyfill’s is not used, although it is the global one', async () => {
    await using server = await startRawServer([succeeded]);
    vi.stubGlobal(
      'fetch',
      Object.assign((...call: Parameters<typeof fetch>) => fetch(...call), { polyfill: true }),
    );
    try {
      expect(failureOf(await loginAt(server.url))).toMatchObject({ code: 'invalid-input' });
      expect(server.requests).toHaveLength(0);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

it.each([
  ['is the same, written differently', 'https://ETNA.test:443/token', false],
  ['is the same, without what follows "#"', 'https://etna.test/token', false],
  ['is another one', 'https://etna.test/login', true],
  ['is not known', '', false],
])('a reply whose address %s', (_, url, isElsewhere) => {
  expect(wasRedirected({ redirected: false, url } as Response, 'https://etna.test/token#top')).toBe(isElsewhere);
});
