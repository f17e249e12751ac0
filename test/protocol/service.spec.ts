import { expect, it } from 'vitest';
import { secret } from '../../src/index.ts';
import { requestToken } from '../../src/token-service.ts';
import { type RawAnswer, reply, startRawServer } from './raw-server.ts';

const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
const credentials = () => ({ username: 'alice', password: secret('alice-demo') });
const { signal } = new AbortController();

it.each<[string, RawAnswer]>([
  ['succeeded', succeeded],
  ['expecting', reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50' })],
])('a reply is named: %s', async (type, answer) => {
  await using server = await startRawServer([answer]);
  const request = { credentials: credentials(), challenge: null, code: null };
  expect(await requestToken({ baseUrl: server.url, appKey: 'key' }, request, signal)).toMatchObject({ type });
});

it('a code without a challenge is not sent', async () => {
  await using server = await startRawServer([succeeded]);
  const request = { credentials: credentials(), challenge: null, code: secret('734219') };
  expect(await requestToken({ baseUrl: server.url, appKey: 'key' }, request, signal)).toMatchObject({
    type: 'succeeded',
  });
  expect([...(server.requests[0]?.headers.values() ?? [])].join()).not.toContain('734219');
});

it('a refusal is thrown', async () => {
  await using server = await startRawServer([reply(401, { State: 'Failed', Step: 'BaseAuthentication' })]);
  const request = { credentials: credentials(), challenge: null, code: null };
  await expect(requestToken({ baseUrl: server.url, appKey: 'key' }, request, signal)).rejects.toMatchObject({
    code: 'invalid-credentials',
  });
});
