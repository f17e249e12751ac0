import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/messages.ts';
import { answers, startEmulator } from '../../src/testing/index.ts';
import { head, type RawAnswer, reply, startRawServer } from './raw-server.ts';
import { alice, authAt, challengeOf, failureOf, loginAt, sessionOf } from './sign-in.ts';

const success = JSON.stringify({ State: 'Succeeded', Token: 'c2Vzc2lvbg==' });
const succeeded = reply(200, success);
const expectingCode = reply(202, { State: 'Expecting', Step: 'VerificationCode', Token: 'aW50ZXJpbQ==' });

describe('a timeout', () => {
  it.each([5000.5, 2 ** 31, 1e12, Number.POSITIVE_INFINITY, undefined])(
    'of %s ms lets a quick server answer',
    async (patience) => {
      await using server = await startRawServer([succeeded]);
      expect(await loginAt(server.url, { timeout: patience })).toMatchObject({ state: 'authenticated' });
    },
  );
});

describe('a lost connection leads to `network`', () => {
  it.each<[string, RawAnswer]>([
    ['reset before the answer', (socket) => socket.resetAndDestroy()],
    ['closed before the answer', (socket) => socket.end()],
    ['closed within the headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['closed before the end of the body', head(200, { 'Content-Length': 1000 }) + success],
    ['closed within a chunk', `${head(200, { 'Transfer-Encoding': 'chunked' })}400\r\n${success}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a body that is not compressed as it claims', reply(200, success, { 'Content-Encoding': 'gzip' })],
    ['a proxy that wants a password', reply(407, '', { 'Proxy-Authenticate': 'Basic' })],
  ])('%s', async (_, answer) => {
    await using server = await startRawServer([answer]);
    const failure = failureOf(await loginAt(server.url));
    expect(failure).toMatchObject({ code: 'network', step: null, reason: null, retryable: true });
    // A bare code at most: what the runtime says beside it may quote the request.
    expect(failure.detail ?? 'UNKNOWN').toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(server.requests).toHaveLength(1);
  });

  it('after a code', async () => {
    await using emulator = await startEmulator();
    emulator.answerNext(answers.expectingCode('aW50ZXJpbQ=='), { reset: true });
    const auth = authAt(emulator.baseUrl);
    const asked = challengeOf(await auth.login(alice));
    expect(challengeOf(await auth.submitCode('123456'))).toEqual({ ...asked, problem: 'network' });
    expect(emulator.requests).toHaveLength(2);
  });

  it('a port without a listener', async () => {
    const server = await startRawServer([succeeded]);
    await server[Symbol.asyncDispose]();
    expect(failureOf(await loginAt(server.url))).toMatchObject({ code: 'network', detail: 'ECONNREFUSED' });
  });

  it('https to an http server', async () => {
    await using emulator = await startEmulator();
    expect(failureOf(await loginAt(emulator.url.replace('http:', 'https:'))).code).toBe('network');
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('a body', () => {
  const padded = (size: number) => success + ' '.repeat(size - success.length);
  const tooLong = { code: 'malformed-reply', detail: 'over 64 KiB' };

  it('of 64 KiB is read', async () => {
    await using server = await startRawServer([reply(200, padded(65_536))]);
    sessionOf(await loginAt(server.url));
  });

  it.each([200, 401, 429, 500])('of one byte more is refused, with a %i as well', async (status) => {
    await using server = await startRawServer([reply(status, padded(65_537))]);
    expect(failureOf(await loginAt(server.url))).toMatchObject(tooLong);
  });

  it('is measured in bytes, not in characters', async () => {
    const body = JSON.stringify({ State: 'Failed', Step: 'BaseAuthentication', Reason: 'я'.repeat(33_000) });
    await using server = await startRawServer([reply(401, body)]);
    expect(body.length).toBeLessThan(65_536);
    expect(failureOf(await loginAt(server.url))).toMatchObject(tooLong);
  });

  it('is measured after decompression', async () => {
    const packed = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '));
    const top = Buffer.from(head(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length }));
    await using server = await startRawServer([Buffer.concat([top, packed])]);
    expect(packed.length).toBeLessThan(65_536);
    expect(failureOf(await loginAt(server.url))).toMatchObject(tooLong);
  });

  const gigabyte = 2 ** 30;
  it.each([
    ['of a gigabyte', head(200, { 'Content-Length': gigabyte })],
    ['of no told length', head(200)],
  ])('%s is not read on', async (_, top) => {
    const blanks = Buffer.alloc(64 * 1024, ' ');
    let sent = 0;
    const pour = (socket: Socket) => {
      while (!socket.destroyed && sent < gigabyte && socket.write(blanks)) sent += blanks.length;
    };
    await using server = await startRawServer([
      (socket) => {
        socket.write(top);
        socket.on('drain', () => pour(socket));
        pour(socket);
      },
    ]);
    const memory = process.memoryUsage.rss();
    expect(failureOf(await loginAt(server.url))).toMatchObject(tooLong);
    await server.requests[0]?.closed;
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    expect(process.memoryUsage.rss() - memory).toBeLessThan(64 * 1024 * 1024);
    expect(server.requests).toHaveLength(1);
  });
});

describe('no request is repeated', () => {
  it.each([401, 408, 409, 413, 425, 429, 500, 502, 503, 504])('after a %i', async (status) => {
    await using server = await startRawServer([reply(status, '', { 'Retry-After': '0' }), succeeded]);
    failureOf(await loginAt(server.url));
    expect(server.requests).toHaveLength(1);
  });

  it('after a 401 with an HTTP authentication challenge', async () => {
    await using server = await startRawServer([reply(401, '', { 'WWW-Authenticate': 'Basic realm="x"' }), succeeded]);
    expect(failureOf(await loginAt(server.url)).code).toBe('malformed-reply');
    expect(server.requests).toHaveLength(1);
  });

  it('except after a 421, which fetch itself repeats once, since the server did not process the request', async () => {
    await using server = await startRawServer([reply(421, ''), reply(421, ''), succeeded]);
    expect(failureOf(await loginAt(server.url)).code).toBe('malformed-reply');
    expect(server.requests).toHaveLength(2);
  });

  it('over a reused connection that is lost', async () => {
    await using server = await startRawServer([
      (socket) => {
        socket.write(expectingCode.replace('Connection: close', 'Connection: keep-alive'));
        socket.on('data', () => socket.resetAndDestroy());
      },
      succeeded,
    ]);
    const auth = authAt(server.url);
    challengeOf(await auth.login(alice));
    // The connection is kept for the next call only once the first one is all over.
    await pause(50);
    expect(challengeOf(await auth.submitCode('123456')).problem).toBe('network');
    expect(server.connections).toBe(1);
  });

  it('and the user can send the same code again', async () => {
    await using emulator = await startEmulator();
    const auth = authAt(emulator.baseUrl);
    const asked = challengeOf(await auth.login(alice));
    const { code } = await emulator.nextMessage('alice');
    emulator.answerNext({ reset: true });
    expect(challengeOf(await auth.submitCode(code))).toEqual({ ...asked, problem: 'network' });
    expect((await auth.submitCode(code)).state).toBe('authenticated');
    expect(emulator.inbox('alice')).toHaveLength(1);
  });
});

describe('a cause that users can fix is explained', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'clock'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS handshake'],
    ['ENOTFOUND', 'host name'],
    ['Z_DATA_ERROR', 'compressed'],
  ])('%s', async (code, words) => {
    const attempts = new AggregateError([Object.assign(new Error('alice-demo'), { code })]);
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: attempts }));
    const failure = failureOf(await loginAt('https://etna.example', { fetch }));
    expect(failure).toMatchObject({ code: 'network', detail: code });
    expect(explain(failure)).toContain(words);
  });
});
