import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEmulator } from '../../src/testing/index.ts';
import { callWith, loginAs } from './client.ts';

const seconds = (count: number) => vi.setSystemTime(Date.now() + count * 1000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('throttling', () => {
  it('rejects the sixth login of a minute with a 401, even with the correct password', async () => {
    const emulator = createEmulator();
    for (const _ of Array(5)) expect((await loginAs(emulator, 'bob', 'wrong').begin()).status).toBe(401);
    seconds(10);
    const { status, headers, body } = await loginAs(emulator, 'bob').begin();
    expect(status).toBe(401);
    expect(headers.get('Retry-After')).toBe('50');
    expect(body).toEqual({
      State: 'Failed',
      Step: 'BaseAuthentication',
      Reason: 'Too many login requests. Please try again later.',
    });
  });

  it('allows the login after the time in the reply', async () => {
    const emulator = createEmulator({ loginsPerMinute: 1 });
    const bob = loginAs(emulator, 'bob');
    expect((await bob.begin()).status).toBe(200);
    seconds(59);
    expect((await bob.begin()).headers.get('Retry-After')).toBe('1');
    seconds(1);
    expect((await bob.begin()).status).toBe(200);
  });

  it('counts each user separately, and does not count codes', async () => {
    const emulator = createEmulator({ loginsPerMinute: 1, createCode: () => '123456' });
    const alice = loginAs(emulator, 'alice');
    let { token } = await alice.begin();
    for (const _ of Array(6)) ({ token } = await alice.code(token, '000000'));
    expect((await alice.code(token, '123456')).status).toBe(200);
    expect((await loginAs(emulator, 'bob').begin()).status).toBe(200);
  });

  it('can be switched off', async () => {
    const bob = loginAs(createEmulator({ loginsPerMinute: false }), 'bob');
    for (const _ of Array(20)) expect((await bob.begin()).status).toBe(200);
  });
});

describe('lifetimes', () => {
  it('end a session after a day, and not before', async () => {
    const emulator = createEmulator();
    const { token } = await loginAs(emulator, 'bob').begin();
    seconds(86_399);
    expect((await callWith(emulator, token, '/v1.0/users/@me/info')).status).toBe(200);
    seconds(1);
    expect((await callWith(emulator, token, '/v1.0/users/@me/info')).status).toBe(401);
  });

  it('end a code and its interim token after five minutes, and not before', async () => {
    const emulator = createEmulator();
    const alice = loginAs(emulator, 'alice');
    const { token: late } = await alice.begin();
    seconds(300);
    expect((await alice.code(late, alice.newestCode())).body.Reason).toBe('Corrupted ticket');
    const { token } = await alice.begin();
    seconds(299);
    expect((await alice.code(token, alice.newestCode())).status).toBe(200);
  });

  it('of a code are not prolonged by a wrong one', async () => {
    const alice = loginAs(createEmulator({ codeLifetime: 60, createCode: () => '123456' }), 'alice');
    const { token } = await alice.begin();
    seconds(59);
    const again = await alice.code(token, '000000');
    seconds(1);
    expect((await alice.code(again.token, '123456')).body.Reason).toBe('Corrupted ticket');
  });

  it('can be set, in seconds', async () => {
    const emulator = createEmulator({ tokenLifetime: 2 });
    const { token } = await loginAs(emulator, 'bob').begin();
    seconds(2);
    expect((await callWith(emulator, token, '/v1.0/users/@me/info')).status).toBe(401);
  });
});
