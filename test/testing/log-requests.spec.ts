import { expect, it } from 'vitest';
import { createAuth } from '../../src/auth.ts';
import { createEmulator, logRequests } from '../../src/testing/index.ts';

it('logs requests and replies, with secrets masked', async () => {
  const emulator = createEmulator();
  const { fetch, requests } = logRequests((input, init) => emulator.fetch(input, init));
  const auth = createAuth({ baseUrl: 'https://etna.test/api', appKey: emulator.appKey, fetch });
  await auth.login({ username: 'bob', password: 'bob-demo' });
  expect(auth.getSnapshot().state).toBe('authenticated');
  expect(requests).toEqual([
    expect.objectContaining({
      method: 'POST',
      path: '/api/token',
      status: 200,
      state: null,
      duration: expect.any(Number),
    }),
  ]);
  expect(requests[0]?.headers).toMatchObject({ username: 'bob', password: '•••', 'et-app-key': '•••' });
});

it('logs a request without a reply, and rejects like fetch', async () => {
  const { fetch, requests } = logRequests(async () => {
    throw new TypeError('fetch failed');
  });
  await expect(fetch('https://etna.test/api/token')).rejects.toThrow('fetch failed');
  expect(requests).toMatchObject([{ path: '/api/token', status: null }]);
});
