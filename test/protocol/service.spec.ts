import { expect, it } from 'vitest';
import { secret } from '../../src/index.ts';
import { signIn } from '../../src/services.ts';
import { type RawAnswer, reply, startRawServer } from './raw-server.ts';

const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
const credentials = () => ({ username: 'alice', password: secret('alice-demo') });
const { signal } = new AbortController();

it.each<[string, RawAnswer]>([
  ['succeeded', succeeded],
  ['expecting', reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50' })],
  ['failed', reply(401, { State: 'Failed', Step: 'BaseAuthentication' })],
])('a reply is named: %s', async (type, answer) => {
  await using server = await startRawServer([answer]);
  const request = { credentials: credentials(), challenge: null, code: null };
  expect(await signIn({ baseUrl: server.url, appKey: 'key' }, request, signal)).toMatchObject({ type });
});

it('a code that answers no challenge is not sent', async () => {
  await using server = await startRawServer([succeeded]);
  const request = { credentials: credentials(), challenge: null, code: secret('734219') };
  expect(await signIn({ baseUrl: server.url, appKey: 'key' }, request, signal)).toMatchObject({ type: 'succeeded' });
  expect([...(server.requests[0]?.headers.values() ?? [])].join()).not.toContain('734219');
});
