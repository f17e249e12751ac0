import EventEmitter from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bearer, type LoginOptions, login, readConfiguration, resend, secret } from '../../src/node/index.ts';
import { answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';

let emulator: RunningEmulator;
let alice: LoginOptions;
beforeEach(async () => {
  emulator = await startEmulator();
  alice = { baseUrl: emulator.baseUrl, appKey: emulator.appKey, username: 'alice', password: 'alice-demo' };
});
afterEach(() => emulator.close());

const code = async (username = 'alice') => (await emulator.nextMessage(username)).code;

describe('login', () => {
  it('resolves with a session that the API accepts', async () => {
    const session = await login({ ...alice, getCode: () => code() });
    const headers = { Authorization: bearer(session), 'Et-App-Key': emulator.appKey };
    const response = await fetch(`${emulator.baseUrl}/v1.0/users/@me/info`, { headers });
    expect(await response.json()).toMatchObject({ Login: 'alice' });
  });

  it('calls the provider for each challenge, and again with the problem after a wrong code', async () => {
    const asked: unknown[] = [];
    await login({
      ...alice,
      username: 'carol',
      password: 'carol-demo',
      getCode: ({ kind, attempt, problem, reason }) => {
        asked.push({ kind, attempt, problem, reason });
        if (attempt === 1 && kind === 'pin') return '0000';
        return kind === 'pin' ? '2468' : code('carol');
      },
    });
    expect(asked).toEqual([
      { kind: 'code', attempt: 1, problem: null, reason: 'Expecting confirmation code' },
      { kind: 'pin', attempt: 1, problem: null, reason: 'Invalid pin' },
      { kind: 'pin', attempt: 2, problem: 'invalid-code', reason: 'Invalid pin' },
    ]);
  });

  it('has another code sent when the provider returns resend', async () => {
    await login({
      ...alice,
      getCode: async () => {
        const sent = emulator.inbox('alice');
        return sent.length < 2 ? resend : (sent.at(-1)?.code ?? '');
      },
    });
    expect(emulator.inbox('alice')).toHaveLength(2);
  });

  it('rejects with the failure and a message', async () => {
    await expect(login({ ...alice, password: 'wrong' })).rejects.toMatchObject({
      name: 'AuthError',
      code: 'invalid-credentials',
      message: 'The user name or the password is wrong. (Invalid credentials) Check both and sign in again.',
    });
  });

  it('rejects if there is no provider for a challenge', async () => {
    await expect(login(alice)).rejects.toMatchObject({ code: 'invalid-input', failure: { step: 'VerificationCode' } });
  });

  it('rethrows the error of a provider', async () => {
    const mishap = new Error('the mailbox is down');
    await expect(login({ ...alice, getCode: () => Promise.reject(mishap) })).rejects.toBe(mishap);
  });

  it('does not loop forever if the provider returns nothing that can be sent', async () => {
    let asked = 0;
    const getCode = () => {
      asked += 1;
      return '';
    };
    await expect(login({ ...alice, getCode })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(asked).toBe(5);
    expect(emulator.requests).toHaveLength(1);
  });

  it('reports each state', async () => {
    const states: string[] = [];
    await login({ ...alice, getCode: () => code(), onState: ({ state }) => states.push(state) });
    expect(states).toEqual(['requestingToken', 'awaitingCode', 'verifyingCode', 'authenticated']);
  });
});

describe('an abort', () => {
  it('cancels before the first request', async () => {
    await expect(login({ ...alice, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(emulator.requests).toHaveLength(0);
  });

  it('cancels while the server is silent', async () => {
    const controller = new AbortController();
    emulator.answerNext({ silent: true });
    const onState = () => queueMicrotask(() => controller.abort());
    await expect(login({ ...alice, signal: controller.signal, onState })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('cancels even if a provider ignores its signal, and aborts one that does not', async () => {
    const controller = new AbortController();
    let told = false;
    const getCode: LoginOptions['getCode'] = (_, { signal }) => {
      signal.addEventListener('abort', () => {
        told = true;
      });
      setImmediate(() => controller.abort());
      return new Promise(() => {});
    };
    await expect(login({ ...alice, signal: controller.signal, getCode })).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toBe(true);
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    await login({ ...alice, signal: controller.signal, getCode: () => code() });
    expect(EventEmitter.getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a lying server', () => {
  it('cannot pass off an interim token as a session', async () => {
    emulator.answerNext(answers.expecting('VerificationCode', 'Expecting confirmation code', 'aW50ZXJpbQ=='));
    emulator.answerNext({ status: 200, body: { State: 'Expecting', Token: 'aW50ZXJpbQ==' } });
    await expect(login({ ...alice, getCode: () => '123456' })).rejects.toMatchObject({ code: 'malformed-reply' });
  });
});

describe('the configuration', () => {
  const environment = { ETNA_BASE_URL: 'https://e', ETNA_APP_KEY: 'k', ETNA_USERNAME: 'u', ETNA_PASSWORD: 'p' };

  it('comes from the environment if an option is missing', () => {
    expect(readConfiguration({ username: 'other' }, environment)).toEqual({
      baseUrl: 'https://e',
      appKey: 'k',
      username: 'other',
      password: 'p',
    });
  });

  it.each(Object.keys(environment))('names %s when it is missing or empty', (variable) => {
    expect(() => readConfiguration({}, { ...environment, [variable]: '' })).toThrow(`set ${variable}`);
  });
});

describe('a program that signs in repeatedly', () => {
  it('may reuse one secret for its password', async () => {
    const bob = { ...alice, username: 'bob', password: secret('bob-demo') };
    await login(bob);
    expect(await login(bob)).toMatchObject({ username: 'bob' });
  });

  it('gets an error, and does not crash, if its listener throws', async () => {
    const mishap = new Error('the listener broke');
    const onState = () => {
      throw mishap;
    };
    await expect(login({ ...alice, onState })).rejects.toBe(mishap);
  });

  it('is not asked for codes forever if its provider always requests another one', async () => {
    await expect(login({ ...alice, getCode: () => resend })).rejects.toMatchObject({
      code: expect.stringMatching('invalid-input|too-many-attempts'),
    });
    expect(emulator.inbox('alice').length).toBeLessThanOrEqual(6);
  });

  it('reports an abort between a code and its sending as a cancelled login', async () => {
    const controller = new AbortController();
    const getCode = () => {
      controller.abort();
      return '123456';
    };
    await expect(login({ ...alice, signal: controller.signal, getCode })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
