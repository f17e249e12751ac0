import { describe, expect, it } from 'vitest';
import { reply, startRawServer } from './raw-server.ts';
import { failureOf, loginAt } from './sign-in.ts';

const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });

describe('the token endpoint is below the base URL', () => {
  it.each([
    ['', '/token'],
    ['/', '/token'],
    ['/api', '/api/token'],
    ['/api/', '/api/token'],
    ['/api///', '/api/token'],
    ['/white%20label/api', '/white%20label/api/token'],
    ['/api?', '/api/token'],
    ['/api#', '/api/token'],
    ['/api/?#', '/api/token'],
  ])('%j: %s', async (path, expected) => {
    await using server = await startRawServer([succeeded]);
    expect(await loginAt(server.url + path)).toMatchObject({ state: 'authenticated' });
    expect(server.requests.map(({ line }) => line)).toEqual([`POST ${expected} HTTP/1.1`]);
  });
});

describe('anything but an http(s) address is refused', () => {
  it.each([
    '',
    'etna',
    '/api',
    '//etna.example/api',
    'etna.example/api',
    'http://',
    'https://etna.example:99999',
    'ftp://etna.example/api',
    'xhttp://etna.example/api',
    'ws://127.0.0.1/api',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,token',
  ])('%j', async (baseUrl) => {
    const { code, detail, retryable } = failureOf(await loginAt(baseUrl));
    expect({ code, retryable }).toEqual({ code: 'invalid-input', retryable: false });
    expect(detail).toMatch(/^baseUrl: /);
  });
});

describe('a user, a password, a query or a fragment in the address is refused, and not quoted', () => {
  it.each([
    ['alice@', ''],
    ['alice:hunter2@', ''],
    [':hunter2@', ''],
    ['', '?key=hunter2'],
    ['', '#hunter2'],
  ])('http://%s…%s', async (userInfo, rest) => {
    await using server = await startRawServer([succeeded]);
    const failure = failureOf(await loginAt(`http://${userInfo}127.0.0.1:${server.port}/api${rest}`));
    expect(failure.code).toBe('invalid-input');
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(server.connections).toBe(0);
  });
});

it('https is allowed for any host', async () => {
  const asked: string[] = [];
  const fetch = async (request: RequestInfo | URL) => {
    asked.push(new Request(request).url);
    return Response.json({ State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
  };
  expect(await loginAt('https://etna.example/api', { fetch })).toMatchObject({ state: 'authenticated' });
  expect(asked).toEqual(['https://etna.example/api/token']);
});

describe('plain http', () => {
  it.each([
    ['http://etna.example/api', 'http://etna.example'],
    ['http://127.0.0.1.etna.example', 'http://127.0.0.1.etna.example'],
    ['http://localhost.etna.example', 'http://localhost.etna.example'],
    ['http://notlocalhost:8080/', 'http://notlocalhost:8080'],
    ['http://128.0.0.1', 'http://128.0.0.1'],
    ['http://192.168.1.20/api', 'http://192.168.1.20'],
    ['http://[::2]/api', 'http://[::2]'],
    ['HTTP://ETNA.example', 'http://etna.example'],
  ])('%s is refused', async (baseUrl, origin) => {
    expect(failureOf(await loginAt(baseUrl))).toMatchObject({
      code: 'insecure-url',
      detail: origin,
      retryable: false,
    });
  });

  it('sends nothing if it is refused, and is allowed by allowInsecure', async () => {
    await using server = await startRawServer([succeeded]);
    // Reaches this machine, but is no loopback address.
    const baseUrl = `http://0.0.0.0:${server.port}`;
    expect(failureOf(await loginAt(baseUrl)).code).toBe('insecure-url');
    expect(server.connections).toBe(0);
    expect(await loginAt(baseUrl, { allowInsecure: true })).toMatchObject({ state: 'authenticated' });
    expect(server.requests).toHaveLength(1);
  });

  it.for([
    ['127.0.0.1', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['LOCALHOST', '127.0.0.1'],
    ['127.1.2.3', '127.1.2.3'],
    ['127.0.10.200', '127.0.10.200'],
    ['[::1]', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
  ] as const)('to %s stays on this machine, and is let through', async ([host, address], { skip }) => {
    await using server = await startRawServer([succeeded], address).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL') return null;
      throw error;
    });
    if (server === null) return skip(`There is no ${address} here.`);
    expect(await loginAt(`http://${host}:${server.port}`)).toMatchObject({ state: 'authenticated' });
  });
});
