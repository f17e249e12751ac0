import { createAuth } from 'etna-auth';
import { createEmulator } from 'etna-auth/testing';
import { expect, it } from 'vitest';

it('signs in within a page, with an emulator as its fetch', async () => {
  const { fetch, appKey, nextMessage } = createEmulator();
  const auth = createAuth({ baseUrl: 'https://etna.test/api', appKey, fetch });
  expect(await auth.login({ username: 'alice', password: 'alice-demo' })).toMatchObject({ state: 'awaitingCode' });
  const { code } = await nextMessage('alice');
  expect(await auth.submitCode(code)).toMatchObject({ state: 'authenticated' });
});
