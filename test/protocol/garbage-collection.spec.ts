import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { head, type RawAnswer, startRawServer } from './raw-server.ts';
import { alice, authAt, failureOf, loginAt } from './sign-in.ts';

// Between the signal that ends a call and the body that is read lie objects that nobody but the garbage collector sees.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

beforeAll(() => {
  const timer = setInterval(collectGarbage, 40);
  return () => clearInterval(timer);
});

const part = head(200, { 'Content-Length': 100 });

describe.each<[string, RawAnswer]>([
  ['before the headers', () => {}],
  ['after the headers', (socket) => socket.write(part)],
  ['within the body', (socket) => socket.write(`${part}{"State":`)],
])('where garbage is collected %s', (_, unfinished) => {
  it('the timeout still ends the call', async () => {
    await using server = await startRawServer([unfinished]);
    expect(failureOf(await loginAt(server.url, { timeout: 250 }))).toMatchObject({ code: 'timeout', detail: '250 ms' });
    await server.requests[0]?.closed;
  });

  it('cancel still aborts the call', async () => {
    await using server = await startRawServer([unfinished]);
    const auth = authAt(server.url, { timeout: 600_000 });
    const login = auth.login(alice);
    const { closed } = await server.request(0);
    await pause(120);
    expect(await auth.cancel()).toEqual({ state: 'idle' });
    await login;
    await closed;
  });
});
