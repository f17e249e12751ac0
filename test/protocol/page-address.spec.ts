// @vitest-environment happy-dom
import { beforeAll, expect, it } from 'vitest';
import { secret } from '../../machines/secret.ts';
import { createAuth } from '../../src/auth.ts';
import { createBrowserAuth } from '../../src/browser/index.ts';
import { createApiClient } from '../../src/session/index.ts';

beforeAll(() => {
  const base = document.createElement('base');
  base.href = 'https://terminal.test/app/';
  document.head.append(base);
});

it.each([
  ['/etna', 'https://terminal.test/etna/'],
  ['etna/', 'https://terminal.test/app/etna/'],
  ['https://etna.test/api', 'https://etna.test/api/'],
])('in a page, %s is the address %s', async (baseUrl, address) => {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    asked.push(String(input));
    return Response.json({ State: 'Succeeded', Token: 'dG9rZW4=' });
  };
  const auth = createAuth({ baseUrl, appKey: 'key', fetch });
  await auth.login({ username: 'bob', password: secret('bob-demo') });
  await createApiClient(auth, { baseUrl, appKey: 'key', fetch }).get('v1.0/users/@me/info');
  expect(asked).toEqual([`${address}token`, `${address}v1.0/users/@me/info`]);
});

it('in a page, what is no address fails the login, and not the page', async () => {
  using auth = createBrowserAuth({ baseUrl: 'https://', appKey: 'key' });
  const step = await auth.login({ username: 'bob', password: secret('bob-demo') });
  expect(step).toMatchObject({
    state: 'failed',
    failure: { code: 'invalid-input', detail: expect.stringContaining('baseUrl') },
  });
});
