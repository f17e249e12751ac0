import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CodeProvider, firstCode, login } from '../../src/node/index.ts';
import { startEmulator } from '../../src/testing/index.ts';

/** Looks for a code until it is told to stop. */
const waiting =
  (stopped: string[], name: string): CodeProvider =>
  async (_, { signal }) => {
    await delay(10_000, undefined, { signal }).catch(() => stopped.push(name));
    throw new Error(`${name} found nothing`);
  };
const failing: CodeProvider = async () => {
  throw new Error('The mailbox is away.');
};

describe('several code providers', () => {
  it('return the first code, and abort the others', async () => {
    await using emulator = await startEmulator();
    const stopped: string[] = [];
    const mailbox: CodeProvider = async (_, { signal }) => (await emulator.nextMessage('alice', { signal })).code;
    const session = await login({
      baseUrl: emulator.baseUrl,
      appKey: emulator.appKey,
      username: 'alice',
      password: 'alice-demo',
      getCode: firstCode(waiting(stopped, 'prompt'), failing, () => '', mailbox),
    });
    expect(session.username).toBe('alice');
    expect(stopped).toEqual(['prompt']);
  });

  it('are all aborted when the login is cancelled', async () => {
    await using emulator = await startEmulator();
    const stopped: string[] = [];
    const cancelling = new AbortController();
    const outcome = login({
      baseUrl: emulator.baseUrl,
      appKey: emulator.appKey,
      username: 'alice',
      password: 'alice-demo',
      signal: cancelling.signal,
      getCode: firstCode(waiting(stopped, 'prompt'), waiting(stopped, 'mailbox')),
    });
    await emulator.nextMessage('alice');
    await delay(10);
    cancelling.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    await delay(1);
    expect(stopped).toEqual(['prompt', 'mailbox']);
  });

  it('fail if none of them has a code', async () => {
    const challenge = {} as Parameters<CodeProvider>[0];
    const { signal } = new AbortController();
    await expect(firstCode(failing, failing)(challenge, { signal })).rejects.toThrow('The mailbox is away.');
    await expect(firstCode()(challenge, { signal })).rejects.toThrow('There is no provider');
  });
});
