import { describe, expect, it } from 'vitest';
import { exchange } from '../../src/protocol/exchange.ts';
import { head, type RawAnswer, reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, sessionOf } from './sign-in.ts';

const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });
const succeeded = reply(200, { State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
// So long that a closed connection can have no other cause than the one tested.
const timeout = 600_000;

describe.each<[string, RawAnswer]>([
  ['before any answer', () => {}],
  ['within the body', (socket) => socket.write(`${head(200, { 'Content-Length': 100 })}{"State"`)],
])('%s', (_, unfinished) => {
  it('cancel in requestingToken aborts the request', async () => {
    await using server = await startRawServer([unfinished, succeeded]);
    const auth = authAt(server.url, { timeout });
    const login = auth.login(alice);
    const request = await server.request(0);
    expect(auth.getSnapshot()).toEqual({ state: 'requestingToken' });
    expect(await auth.cancel()).toEqual({ state: 'idle' });
    expect(await login).toEqual({ state: 'idle' });
    await request.closed;
    expect(server.requests).toHaveLength(1);
  });

  it('cancel in verifyingCode aborts the request', async () => {
    await using server = await startRawServer([expectingCode, unfinished, succeeded]);
    const auth = authAt(server.url, { timeout });
    challengeOf(await auth.login(alice));
    const submission = auth.submitCode('123456');
    const request = await server.request(1);
    expect(auth.getSnapshot()).toMatchObject({ state: 'verifyingCode' });
    expect(await auth.cancel()).toEqual({ state: 'idle' });
    expect(await submission).toEqual({ state: 'idle' });
    await request.closed;
    expect(server.requests).toHaveLength(2);
  });

  it('stopping the actor aborts the request', async () => {
    await using server = await startRawServer([unfinished, succeeded]);
    const auth = authAt(server.url, { timeout });
    const login = expect(auth.login(alice)).rejects.toMatchObject({ code: 'interrupted' });
    const request = await server.request(0);
    auth.actor.stop();
    await login;
    await request.closed;
    expect(server.requests).toHaveLength(1);
  });

  it('a login after a cancel starts from the beginning', async () => {
    await using server = await startRawServer([unfinished, succeeded]);
    const auth = authAt(server.url, { timeout });
    const login = auth.login(alice);
    await server.request(0);
    await auth.cancel();
    await login;
    sessionOf(await auth.login(alice));
    expect(server.requests).toHaveLength(2);
  });
});

it('cancel in awaitingCode sends nothing', async () => {
  await using server = await startRawServer([expectingCode, succeeded]);
  const auth = authAt(server.url, { timeout });
  challengeOf(await auth.login(alice));
  expect(await auth.cancel()).toEqual({ state: 'idle' });
  expect(server.requests).toHaveLength(1);
});

it('a request that is cancelled before it begins is not sent', async () => {
  await using server = await startRawServer([succeeded]);
  const request = { method: 'POST', headers: {} } as const;
  const options = { baseUrl: server.url, appKey: 'key' };
  await expect(exchange(options, 'token', request, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect(server.connections).toBe(0);
});
