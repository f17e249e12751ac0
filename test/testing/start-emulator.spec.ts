import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, type RunningEmulator, type ScriptedAnswer, startEmulator } from '../../src/testing/index.ts';

const untouched = { Request: globalThis.Request, Response: globalThis.Response };
let emulator: RunningEmulator;

beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await emulator.close();
});

const post = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${emulator.baseUrl}/token`, {
    method: 'POST',
    headers: { 'Et-App-Key': emulator.appKey, ...headers },
    redirect: 'manual',
    ...init,
  });

const scripted = (answer: ScriptedAnswer, init: RequestInit = {}) => {
  emulator.answerNext(answer);
  return post({}, init);
};

describe('a running emulator', () => {
  it('signs a user in', async () => {
    const credentials = { Username: 'alice', Password: 'alice-demo' };
    const { Token: interim }: { Token: string } = await (await post(credentials)).json();
    const { code } = await emulator.nextMessage('alice');
    const answered = await post({ ...credentials, Authorization: `Bearer ${interim}`, VerificationCode: code });
    expect(answered.status).toBe(200);
    const { Token: token }: { Token: string } = await answered.json();
    const headers = { 'Et-App-Key': emulator.appKey, Authorization: `Bearer ${token}` };
    const info = await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, { headers });
    expect(await info.json()).toMatchObject({ Login: 'alice' });
  });

  it('reads the bytes of a header as UTF-8', async () => {
    await using tolstoy = await startEmulator({ users: [{ username: 'лев', password: 'пароль' }] });
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    const headers = { 'Et-App-Key': tolstoy.appKey, Username: bytes('лев'), Password: bytes('пароль') };
    expect((await fetch(`${tolstoy.baseUrl}/token`, { method: 'POST', headers })).status).toBe(200);
  });

  it('listens on the loopback interface, at its url', () => {
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.baseUrl).toBe(`${emulator.url}/api`);
  });

  it.runIf(process.platform === 'linux')('cannot be reached on another interface', async () => {
    // All of 127.0.0.0/8 is this machine, and a server that listens everywhere would answer there.
    const { port } = new URL(emulator.url);
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed');
  });

  it('rejects a port that is in use', async () => {
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('does not replace Request and Response of the process', () => {
    expect(globalThis.Request).toBe(untouched.Request);
    expect(globalThis.Response).toBe(untouched.Response);
  });
});

describe('a scripted answer', () => {
  it('is a status, headers and JSON', async () => {
    const response = await scripted(answers.tooManyRequests(17, 429));
    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('17');
    expect(await response.json()).toMatchObject({ State: 'Failed', Reason: expect.stringContaining('Too many') });
  });

  it('is text, or a page', async () => {
    const response = await scripted(answers.htmlPage('Sign in to the hotel'));
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<h1>Sign in to the hotel</h1>');
  });

  it('is bytes, valid UTF-8 or not', async () => {
    const response = await scripted({ body: new Uint8Array([0xff, 0x00, 0xfe]) });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0xff, 0x00, 0xfe]));
  });

  it('is empty', async () => {
    const response = await scripted({ status: 202 });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
  });

  it('comes late', async () => {
    const start = performance.now();
    expect((await scripted({ ...answers.serverError, delay: 80 })).status).toBe(500);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });

  it('is a connection reset', async () => {
    await expect(scripted({ reset: true })).rejects.toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { code: 'ECONNRESET' },
    });
    expect((await post()).status).toBe(401);
  });

  it('is missing', async () => {
    await expect(scripted({ silent: true }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect.poll(() => emulator.requests[0]?.duration).toBeTypeOf('number');
  });

  it.each([302, 307, 308] as const)('is a redirect with status %i', async (status) => {
    const response = await scripted({ redirect: 'https://elsewhere.test/login', status });
    expect(response.status).toBe(status);
    expect(response.headers.get('Location')).toBe('https://elsewhere.test/login');
  });

  it('is an endless body, produced only as fast as it is read', async () => {
    const produced = vi.spyOn(ReadableStreamDefaultController.prototype, 'enqueue');
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
    emulator.answerNext({ endless: true });
    socket.write('POST /api/token HTTP/1.1\r\nHost: etna.test\r\nContent-Length: 0\r\n\r\n');
    await once(socket, 'readable');
    await wait(100);
    const unread = produced.mock.calls.length;
    await wait(100);
    expect(produced).toHaveBeenCalledTimes(unread);

    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > 16 * 1024 * 1024) socket.destroy();
    });
    await once(socket, 'close');
    expect(produced.mock.calls.length).toBeGreaterThan(unread);
  });

  it('is a body that stalls', async () => {
    const client = new AbortController();
    const response = await scripted({ stallAfter: '{"State":"Succ' }, { signal: client.signal });
    expect(response.status).toBe(200);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('{"State":"Succ');
    setTimeout(() => client.abort(), 50);
    await expect(reader?.read()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('closing', () => {
  it.each<ScriptedAnswer>([{ silent: true }, { endless: true }, { stallAfter: '{' }, { delay: 60_000 }])(
    'aborts %o at once, without console output',
    async (answer) => {
      const words = [vi.spyOn(console, 'error'), vi.spyOn(console, 'info')];
      const received = scripted(answer).then(async ({ body }) => {
        for await (const _ of body ?? []);
      });
      received.catch(() => {});
      await expect.poll(() => emulator.requests).toHaveLength(1);
      const start = performance.now();
      await emulator.close();
      await expect(received).rejects.toThrow();
      expect(performance.now() - start).toBeLessThan(5_000);
      await wait(20);
      for (const word of words) expect(word).not.toHaveBeenCalled();
    },
  );

  it('can be done twice', async () => {
    await emulator.close();
    await emulator.close();
    await expect(post()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
