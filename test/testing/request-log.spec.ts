import { describe, expect, it } from 'vitest';
import { answers, createEmulator, type LoggedRequest } from '../../src/testing/index.ts';
import { call, callWith, loginAs } from './client.ts';

describe('the request log', () => {
  it('has requests and replies', async () => {
    const emulator = createEmulator();
    await loginAs(emulator, 'alice').send({ Accept: 'application/json' });
    expect(emulator.requests).toEqual([
      {
        method: 'POST',
        path: '/api/token',
        headers: { accept: 'application/json', 'et-app-key': '•••', username: 'alice', password: '•••' },
        authorization: 'none',
        time: expect.any(Number),
        status: 202,
        state: 'Expecting',
        step: 'VerificationCode',
        reason: 'Expecting confirmation code',
        duration: expect.any(Number),
      },
    ]);
  });

  it('contains no secret of a whole login', async () => {
    const heard: LoggedRequest[] = [];
    const emulator = createEmulator({ onRequest: (entry) => heard.push(entry) });
    const carol = loginAs(emulator, 'carol');
    const first = await carol.begin();
    const second = await carol.code(first.token, carol.newestCode());
    const { token } = await carol.pin(second.token, '2468');
    await callWith(emulator, token, '/v1.0/users/@me/info');
    await call(emulator, '/token', { Username: 'carol', Password: 'guess', Cookie: 'a=cookie' });

    expect(heard).toEqual(emulator.requests);
    expect(heard).toHaveLength(5);
    const secrets = ['carol-demo', carol.newestCode(), first.token, second.token, '2468', token, emulator.appKey];
    const seen = JSON.stringify(heard);
    for (const secret of [...secrets, 'guess', 'cookie=']) expect(seen).not.toContain(secret);
  });

  it('distinguishes interim tokens, session tokens and others, valid or not', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const { token: interim } = await alice.begin();
    const { token: session } = await alice.code(interim, alice.newestCode());
    emulator.expireSessions();
    for (const token of [interim, session, 'bm9wZQ==']) await callWith(emulator, token, '/v1.0/users/@me/info');
    expect(emulator.requests.map(({ authorization }) => authorization)).toEqual([
      'none',
      'interim token',
      'interim token',
      'session token',
      'unknown',
    ]);
  });

  it('contains a request before its reply, and one without a reply', async () => {
    const heard: LoggedRequest[] = [];
    const emulator = createEmulator({ onRequest: (entry) => heard.push(entry) });
    const controller = new AbortController();
    emulator.answerNext({ silent: true });
    const pending = emulator.fetch('https://etna.test/api/token', { method: 'POST', signal: controller.signal });
    await expect.poll(() => emulator.requests).toMatchObject([{ status: null, duration: null }]);
    expect(heard).toEqual([]);
    controller.abort();
    await expect(pending).rejects.toThrow();
    expect(heard).toMatchObject([{ status: null, duration: expect.any(Number) }]);
  });

  it('decodes user names like the emulator, for scripted replies as well', async () => {
    const emulator = createEmulator();
    emulator.answerNext(answers.failed('SecurityQuestion', 'No such pet'), { body: 'Reason' });
    const bytes = String.fromCharCode(...new TextEncoder().encode('юлия'));
    await call(emulator, '/token', { Username: bytes });
    await emulator.fetch('https://etna.test/api/token', { method: 'POST' });
    expect(emulator.requests).toMatchObject([
      { headers: { username: 'юлия' }, status: 401, step: 'SecurityQuestion', reason: 'No such pet' },
      { status: 200, state: null, step: null, reason: null },
    ]);
  });
});
