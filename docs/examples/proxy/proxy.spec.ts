import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuth } from '../../../src/auth.ts';
import { answers, type RunningEmulator, startEmulator } from '../../../src/testing/index.ts';
import { createProxy, type ProxyOptions } from './proxy.ts';

let emulator: RunningEmulator;
const servers: ReturnType<typeof createServer>[] = [];

/** Serves a proxy, and tells the base URL that pages are given. */
async function serveProxy(options: Partial<ProxyOptions> = {}): Promise<string> {
  const { fetch } = createProxy({ upstream: emulator.baseUrl, appKey: emulator.appKey, ...options });
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/etna`;
}

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await emulator.close();
});

describe('a proxy for pages', () => {
  it('signs in with an application key that the page does not know', async () => {
    const auth = createAuth({ baseUrl: await serveProxy(), appKey: 'none' });
    expect(await auth.login({ username: 'alice', password: 'alice-demo' })).toMatchObject({ state: 'awaitingCode' });
    const code = emulator.inbox('alice').at(-1)?.code ?? '';
    expect(await auth.submitCode(code)).toMatchObject({ state: 'authenticated' });
  });

  it('forwards only the headers that ETNA reads', async () => {
    const baseUrl = await serveProxy();
    await fetch(`${baseUrl}/v1.0/users/@me/info?x=1`, {
      headers: { Cookie: 'a=b', 'X-Other': 'c', Authorization: 'Bearer x' },
    });
    const { path, headers } = emulator.requests.at(-1) ?? {};
    expect(path).toBe('/api/v1.0/users/@me/info');
    expect(headers).toMatchObject({ authorization: '•••', 'et-app-key': '•••' });
    expect(Object.keys(headers ?? {})).not.toContain('cookie');
    expect(Object.keys(headers ?? {})).not.toContain('x-other');
  });

  it.each([
    { headers: ['DeviceCode'], passed: '•••' },
    { headers: [], passed: undefined },
  ])('forwards the configured headers of custom steps: $headers', async ({ headers, passed }) => {
    emulator.answerNext(answers.expecting('DeviceCheck', 'Which device is this?', 'dG9rZW4='), { asUsual: true });
    const challengeHeaders = { DeviceCheck: 'DeviceCode' };
    const auth = createAuth({ baseUrl: await serveProxy({ headers }), appKey: 'none', challengeHeaders });
    await auth.login({ username: 'alice', password: 'alice-demo' });
    await auth.submitCode('blue');
    expect(emulator.requests.at(-1)?.headers.devicecode).toBe(passed);
  });

  it.each(['/etna/%2e%2e/secret', '/etna/..%2fsecret', '/etna//elsewhere.test/', '/other'])(
    'sends nothing outside the broker’s API: %s',
    async (path) => {
      const base = new URL(await serveProxy());
      const before = emulator.requests.length;
      const response = await fetch(new URL(base.origin) + path.slice(1), { redirect: 'manual' });
      expect(response.status).toBe(404);
      // What goes on is decoded once more by some servers, so that nothing may go on.
      const sent = emulator.requests.slice(before).filter((request) => /\.\.|%2f|%5c|%2e/i.test(request.path));
      expect(sent).toEqual([]);
      for (const request of emulator.requests.slice(before)) expect(request.path).toMatch(/^\/api\//);
    },
  );

  it('serves only pages of its own origin', async () => {
    const response = await fetch(`${await serveProxy()}/token`, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(response.status).toBe(403);
  });

  it('follows no redirect, and reports errors of the broker', async () => {
    const baseUrl = await serveProxy();
    emulator.answerNext({ redirect: 'https://elsewhere.test/' });
    const auth = createAuth({ baseUrl, appKey: 'none' });
    const credentials = { username: 'alice', password: 'alice-demo' };
    expect(await auth.login(credentials)).toMatchObject({ failure: { code: 'redirected' } });
    const lost = createAuth({ baseUrl: await serveProxy({ upstream: 'http://127.0.0.1:9/api' }), appKey: 'none' });
    expect(await lost.login(credentials)).toMatchObject({ failure: { code: 'server-error' } });
  });
});
