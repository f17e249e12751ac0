import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answers, createEmulator, type ScriptedAnswer } from '../../src/testing/index.ts';
import { call, loginAs } from './client.ts';

const post = (answer: ScriptedAnswer, signal?: AbortSignal) => {
  const emulator = createEmulator();
  emulator.answerNext(answer);
  return emulator.fetch('https://etna.test/api/token', { method: 'POST', signal: signal ?? null });
};

describe('the script', () => {
  it('is played once, in order, and then the emulator replies as usual', async () => {
    const emulator = createEmulator();
    const bob = loginAs(emulator, 'bob');
    emulator.answerNext(answers.serverError, { asUsual: true });
    emulator.answerNext(answers.succeeded('c2NyaXB0ZWQ='));
    expect((await bob.begin()).status).toBe(500);
    expect((await bob.begin()).body.State).toBe('Succeeded');
    expect((await bob.begin()).body).toEqual({ State: 'Succeeded', Token: 'c2NyaXB0ZWQ=' });
    expect((await bob.begin()).token).toHaveLength(88);
  });

  it('applies only to POST /token', async () => {
    const emulator = createEmulator();
    emulator.answerNext(answers.serverError);
    expect((await call(emulator, '/token', {}, 'GET')).status).toBe(405);
    expect((await call(emulator, '/v1.0/users/@me/info', {}, 'GET')).status).toBe(401);
    expect((await loginAs(emulator, 'bob').begin()).status).toBe(500);
  });

  it('does not count as a login: no code is sent, and no token expires', async () => {
    const emulator = createEmulator({ loginsPerMinute: 1 });
    const alice = loginAs(emulator, 'alice');
    const { token } = await alice.begin();
    emulator.answerNext(answers.serverError);
    expect((await alice.begin()).status).toBe(500);
    expect(emulator.inbox('alice')).toHaveLength(1);
    expect((await alice.code(token, alice.newestCode())).status).toBe(200);
  });
});

describe('without a network', () => {
  it('a reset rejects as fetch does', async () => {
    await expect(post({ reset: true })).rejects.toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { code: 'ECONNRESET' },
    });
  });

  it.each<ScriptedAnswer>([{ silent: true }, { delay: 60_000 }])('%o ends when the client aborts', async (answer) => {
    await expect(post(answer, AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(post(answer, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('a stalled body ends when the client aborts', async () => {
    const client = new AbortController();
    const response = await post({ stallAfter: '{"State":' }, client.signal);
    expect(response.status).toBe(200);
    setTimeout(() => client.abort(), 20);
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('an endless body ends when the client aborts', async () => {
    const controller = new AbortController();
    const response = await post({ endless: true }, controller.signal);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(64 * 1024);
    controller.abort();
    await expect(reader?.closed).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('keeps a program running only while a client may wait', async () => {
  const program = `
    import { createAuth } from './src/index.ts';
    import { createEmulator } from './src/testing/portable.ts';
    const { fetch, appKey, answerNext } = createEmulator();
    for (const answer of [{ silent: true }, { stallAfter: '{' }, { endless: true }, { asUsual: true, delay: 5 }]) {
      answerNext(answer);
      const auth = createAuth({ baseUrl: 'https://etna.test/api', appKey, fetch, timeout: 100 });
      console.log((await auth.login({ username: 'bob', password: 'bob-demo' })).state);
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 15_000,
  });
  expect(stdout).toBe('failed\nfailed\nfailed\nauthenticated\n');
});

it('hears that the client gives up, also where garbage is collected meanwhile', async () => {
  const program = `
    import { createEmulator } from './src/testing/portable.ts';
    const { fetch, answerNext } = createEmulator();
    for (const answer of [{ silent: true }, { delay: 60_000 }, { stallAfter: '{' }]) {
      answerNext(answer);
      const client = new AbortController();
      const text = fetch('https://etna.test/api/token', { method: 'POST', signal: client.signal }).then((response) => response.text());
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (let times = 0; times < 5; times += 1) gc();
      client.abort();
      console.log(await text.catch(({ name }) => name));
    }`;
  const flags = ['--expose-gc', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 15_000 });
  expect(stdout).toBe('AbortError\n'.repeat(3));
});
