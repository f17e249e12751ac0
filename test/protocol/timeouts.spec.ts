import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { answers, startEmulator } from '../../src/testing/index.ts';
import { head, type RawAnswer, reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, loginAt, sessionOf } from './sign-in.ts';

const timeout = 600;
const success = JSON.stringify({ State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
const succeeded = reply(200, success);
const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });

const say =
  (...parts: readonly string[]): RawAnswer =>
  (socket) => {
    for (const part of parts) socket.write(part);
  };

const trickle: RawAnswer = (socket) => {
  socket.write(head(200, { 'Content-Type': 'application/json' }));
  const drip = setInterval(() => socket.write(' '), 10);
  socket.on('close', () => clearInterval(drip));
};

const stuck = {
  'says nothing': () => {},
  'stops within the status line': say('HTTP/1.1 2'),
  'stops within the headers': say('HTTP/1.1 200 OK\r\nContent-Type: appl'),
  'stops after the headers': say(head(200, { 'Content-Length': 100 })),
  'stops within the body': say(head(200, { 'Content-Length': 100 }), '{"State":'),
  'says all but that it is done': say(head(200), success),
  'trickles a body that never ends': trickle,
} satisfies Record<string, RawAnswer>;

// The first call of a process takes much longer than the others, and time is short below.
beforeAll(async () => {
  await using server = await startRawServer([succeeded]);
  sessionOf(await loginAt(server.url));
});

describe.concurrent('a server that', { timeout: 30_000 }, () => {
  it.each(Object.entries(stuck))('%s is given up in time', async (_, answer) => {
    await using server = await startRawServer([answer]);
    const start = performance.now();
    const failure = failureOf(await loginAt(server.url, { timeout }));
    const elapsed = performance.now() - start;
    expect(failure).toMatchObject({ code: 'timeout', detail: '600 ms', retryable: true });
    expect(elapsed).toBeGreaterThan(timeout - 5);
    expect(elapsed).toBeLessThan(10_000);
    await server.requests[0]?.closed;
    expect(server.requests).toHaveLength(1);
  });

  it.each(['says nothing', 'stops within the headers', 'stops within the body'] as const)(
    '%s after a code leads to a timeout',
    async (how) => {
      await using server = await startRawServer([expectingCode, stuck[how]]);
      const auth = authAt(server.url, { timeout: 1500 });
      const asked = challengeOf(await auth.login(alice));
      expect(challengeOf(await auth.submitCode('123456'))).toEqual({ ...asked, problem: 'timeout' });
      expect(server.requests).toHaveLength(2);
    },
  );

  it('never accepts the connection leads to a timeout', async () => {
    const paused: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => paused.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect(failureOf(await loginAt(`http://127.0.0.1:${port}`, { timeout })).code).toBe('timeout');
    expect(paused).toHaveLength(1);
    for (const socket of paused) socket.destroy();
    server.close();
  });

  it('is slow, but in time, is accepted', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext({ ...answers.succeeded('YWJj'), delay: 100 });
    sessionOf(await loginAt(emulator.baseUrl, { timeout: 20_000 }));
  });
});
