import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock, type SnapshotFrom, waitFor } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import { secret } from '../machines/secret.ts';
import { createAuth } from '../src/auth.ts';
import { createAuthMachine } from '../src/auth-machine.ts';
import type { AuthState } from '../src/auth-state.ts';
import { answers, type RunningEmulator, startEmulator } from '../src/testing/index.ts';

let emulator: RunningEmulator;
let options: { baseUrl: string; appKey: string };
beforeEach(async () => {
  emulator = await startEmulator({ loginsPerMinute: false });
  options = { baseUrl: emulator.baseUrl, appKey: emulator.appKey };
});
afterEach(() => emulator.close());

const alice = { username: 'alice', password: 'alice-demo' };
const bob = { username: 'bob', password: 'bob-demo' };
const codeFor = async (username: string) => (await emulator.nextMessage(username)).code;

describe('a login', () => {
  it('takes one request without a second factor', async () => {
    const step = await createAuth(options).login(bob);
    expect(step).toMatchObject({ state: 'authenticated', session: { username: 'bob' } });
    expect(emulator.requests).toHaveLength(1);
  });

  it('shares its machine with others of the same options, and nothing else', async () => {
    expect(createAuthMachine(options)).toBe(createAuthMachine(options));
    expect(createAuthMachine({ ...options })).not.toBe(createAuthMachine(options));
    const [one, other] = [createAuth(options), createAuth(options)];
    await Promise.all([one.login(bob), other.login(alice)]);
    expect(one.getSnapshot()).toMatchObject({ state: 'authenticated', session: { username: 'bob' } });
    expect(other.getSnapshot()).toMatchObject({ state: 'awaitingCode', challenge: { kind: 'code' } });
    await one.logout();
    expect(await other.submitCode(await codeFor('alice'))).toMatchObject({ session: { username: 'alice' } });
  });

  it('takes another request for the code', async () => {
    const auth = createAuth(options);
    const challenged = await auth.login(alice);
    expect(challenged).toMatchObject({
      state: 'awaitingCode',
      challenge: { kind: 'code', step: 'VerificationCode', attempt: 1 },
    });
    const step = await auth.submitCode(await codeFor('alice'));
    expect(step).toMatchObject({ state: 'authenticated', session: { username: 'alice' } });
    expect(emulator.requests).toHaveLength(2);
  });

  it.each([
    ['carol', ['code', 'pin'], '2468'],
    ['dave', ['pin', 'code'], '1357'],
  ] as const)('asks %s for %j, in the order that the server wants', async (username, kinds, pin) => {
    const auth = createAuth(options);
    let step = await auth.login({ username, password: `${username}-demo` });
    const asked: string[] = [];
    while (step.state === 'awaitingCode') {
      asked.push(step.challenge.kind);
      step = await auth.submitCode(step.challenge.kind === 'pin' ? pin : await codeFor(username));
    }
    expect(step.state).toBe('authenticated');
    expect(asked).toEqual(kinds);
  });

  it('continues after a wrong code with the code that is still valid', async () => {
    const auth = createAuth(options);
    await auth.login(alice);
    const again = await auth.submitCode('wrong');
    expect(again).toMatchObject({
      state: 'awaitingCode',
      challenge: { attempt: 2, problem: 'invalid-code', reason: 'Invalid verification code' },
    });
    expect(await auth.submitCode(await codeFor('alice'))).toMatchObject({ state: 'authenticated' });
  });

  it('has another code sent on request, which invalidates the first one', async () => {
    const auth = createAuth(options);
    await auth.login(alice);
    const first = await codeFor('alice');
    expect(await auth.resendCode()).toMatchObject({ state: 'awaitingCode', challenge: { attempt: 1, problem: null } });
    const second = await codeFor('alice');
    expect(await auth.submitCode(first)).toMatchObject({
      state: 'awaitingCode',
      challenge: { problem: 'invalid-code' },
    });
    expect(await auth.submitCode(second)).toMatchObject({ state: 'authenticated' });
  });

  it('starts over with the same credentials after a retryable failure', async () => {
    const auth = createAuth(options);
    emulator.answerNext(answers.serverError);
    expect(await auth.login(bob)).toMatchObject({
      state: 'failed',
      failure: { code: 'server-error', retryable: true },
    });
    expect(await auth.retry()).toMatchObject({ state: 'authenticated' });
  });

  it('accepts a password that is already a secret', async () => {
    const step = await createAuth(options).login({ username: 'bob', password: secret('bob-demo') });
    expect(step.state).toBe('authenticated');
  });

  it('is possible after a dismissed failure', async () => {
    const auth = createAuth(options);
    emulator.answerNext(answers.serverError);
    await auth.login(bob);
    expect(await auth.reset()).toEqual({ state: 'idle' });
    expect(await auth.login(bob)).toMatchObject({ state: 'authenticated' });
  });

  it('is possible after a logout', async () => {
    const auth = createAuth(options);
    await auth.login(bob);
    expect(await auth.logout()).toEqual({ state: 'idle' });
    expect(await auth.login(bob)).toMatchObject({ state: 'authenticated' });
  });
});

describe('a method', () => {
  it('makes exactly one request, or none', async () => {
    const auth = createAuth(options);
    const costs: Record<string, number> = {};
    const cost = async (name: string, verb: () => Promise<unknown>) => {
      const before = emulator.requests.length;
      await verb();
      costs[name] = emulator.requests.length - before;
    };
    await cost('login', () => auth.login(alice));
    await cost('submitCode', () => auth.submitCode('wrong'));
    await cost('resendCode', () => auth.resendCode());
    emulator.answerNext(answers.failed('VerificationCode', 'Corrupted ticket'));
    await auth.submitCode('wrong');
    await cost('retry', () => auth.retry());
    await cost('cancel', () => auth.cancel());
    emulator.answerNext(answers.serverError);
    await auth.login(bob);
    await cost('reset', () => auth.reset());
    await auth.login(bob);
    await cost('logout', () => auth.logout());
    expect(costs).toEqual({ login: 1, submitCode: 1, resendCode: 1, retry: 1, cancel: 0, reset: 0, logout: 0 });
  });

  it('is refused in the wrong state, and changes nothing', async () => {
    const auth = createAuth(options);
    await expect(auth.submitCode('123456')).rejects.toMatchObject({ name: 'AuthError', code: 'wrong-state' });
    await expect(auth.retry()).rejects.toThrow('retry is not possible in idle');
    const login = auth.login(bob);
    await expect(auth.login(bob)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await login).toMatchObject({ state: 'authenticated' });
    await expect(auth.login(alice)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(emulator.requests).toHaveLength(1);
  });

  it('resolves with its own result when a listener calls it', async () => {
    const auth = createAuth(options);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    auth.subscribe(({ state }) => {
      if (state === 'awaitingCode') resolve(auth.submitCode(emulator.inbox('alice').at(-1)?.code ?? ''));
    });
    await auth.login(alice);
    expect(await promise).toMatchObject({ state: 'authenticated' });
  });

  it('rejects when the actor is stopped', async () => {
    const auth = createAuth(options);
    emulator.answerNext({ silent: true });
    const login = auth.login(bob);
    auth.actor.stop();
    await expect(login).rejects.toMatchObject({ code: 'interrupted' });
    await expect(auth.login(bob)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('cancel', () => {
  it('ends the login while the server checks the password', async () => {
    const auth = createAuth(options);
    emulator.answerNext({ silent: true });
    const login = auth.login(alice);
    expect(await auth.cancel()).toEqual({ state: 'idle' });
    expect(await login).toEqual({ state: 'idle' });
  });

  it('ends the login while a code is awaited', async () => {
    const auth = createAuth(options);
    await auth.login(alice);
    expect(await auth.cancel()).toEqual({ state: 'idle' });
  });

  it('ends the login while the server checks a code', async () => {
    const auth = createAuth(options);
    await auth.login(alice);
    emulator.answerNext({ silent: true });
    const answer = auth.submitCode('123456');
    expect(await auth.cancel()).toEqual({ state: 'idle' });
    expect(await answer).toEqual({ state: 'idle' });
  });
});

describe('the state', () => {
  it('is passed to subscribers until they unsubscribe', async () => {
    const auth = createAuth(options);
    const seen: AuthState['state'][] = [];
    const unsubscribe = auth.subscribe(({ state }) => seen.push(state));
    await auth.login(bob);
    unsubscribe();
    await auth.logout();
    expect(seen).toEqual(['requestingToken', 'authenticated']);
  });

  it('is the same object until something changes, as useSyncExternalStore requires', async () => {
    const auth = createAuth(options);
    const before = auth.getSnapshot();
    expect(auth.getSnapshot()).toBe(before);
    await auth.login(bob);
    expect(auth.getSnapshot()).not.toBe(before);
    expect(auth.getSnapshot()).toBe(auth.getSnapshot());
  });

  it('starts as authenticated with a live session, without a request', async () => {
    const first = await createAuth(options).login(bob);
    if (first.state !== 'authenticated') throw new Error('not signed in');
    const auth = createAuth({ ...options, session: first.session });
    expect(auth.getSnapshot()).toEqual(first);
    expect(emulator.requests).toHaveLength(1);
  });

  it('ends with the configured lifetime', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const clock = new SimulatedClock();
      const auth = createAuth({ ...options, clock, sessionLifetime: 60_000 });
      await auth.login(bob);
      vi.setSystemTime(Date.now() + 60_000);
      clock.increment(60_000);
      expect(auth.getSnapshot()).toMatchObject({ state: 'failed', failure: { code: 'session-expired' } });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the timer of a session', () => {
  const session = (lifetime: number) => ({
    username: 'bob',
    token: secret('token'),
    issuedAt: Date.now(),
    expiresAt: Date.now() + lifetime,
  });

  it('ends the session', async () => {
    const auth = createAuth({ ...options, session: session(50) });
    expect(auth.getSnapshot().state).toBe('authenticated');
    await expect
      .poll(() => auth.getSnapshot())
      .toMatchObject({ state: 'failed', failure: { code: 'session-expired' } });
  });

  it('does not keep a program running', () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const auth = createAuth({ ...options, session: session(60_000) });
    expect(timers()).toBe(before);
    auth.actor.stop();
  });

  it('may be a number, as in browsers', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(1 as never);
    try {
      const auth = createAuth({ ...options, session: session(60_000) });
      expect(setTimer).toHaveBeenCalledOnce();
      expect(auth.getSnapshot().state).toBe('authenticated');
    } finally {
      setTimer.mockRestore();
    }
  });

  it('does not outlast the session', async () => {
    vi.useFakeTimers();
    try {
      const fetch = async () => Response.json({});
      const auth = createAuth({ ...options, fetch, session: session(60_000) });
      expect(vi.getTimerCount()).toBe(1);
      await auth.logout();
      // The server is still being told.
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0));
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a restored snapshot', () => {
  type Persisted = SnapshotFrom<typeof authMachine>;
  const situations = {
    idle: async () => {},
    requestingToken: async (auth) => {
      emulator.answerNext({ silent: true });
      void auth.login(alice).catch(() => {});
    },
    awaitingCode: async (auth) => void (await auth.login(alice)),
    verifyingCode: async (auth) => {
      await auth.login(alice);
      emulator.answerNext({ silent: true });
      void auth.submitCode('123456').catch(() => {});
    },
    authenticated: async (auth) => void (await auth.login(bob)),
    failed: async (auth) => {
      emulator.answerNext(answers.serverError);
      await auth.login(bob);
    },
  } satisfies Record<string, (auth: ReturnType<typeof createAuth>) => Promise<void>>;

  const journeys: Record<string, (snapshot: unknown) => unknown> = {
    'kept in memory': (snapshot) => snapshot,
    'stored as JSON': (snapshot) => JSON.parse(JSON.stringify(snapshot)),
    'stored without what it holds of a user': (snapshot) =>
      JSON.parse(JSON.stringify(snapshot, (key, value) => (key === 'credentials' ? null : value))),
    cloned: (snapshot) => structuredClone(snapshot),
  };
  const cases = Object.keys(situations).flatMap((state) =>
    Object.keys(journeys).map((journey) => [state, journey] as const),
  );

  it.each(cases)('of %s, %s, sends nothing', async (state, journey) => {
    const auth = createAuth(options);
    await situations[state as keyof typeof situations](auth);
    await expect.poll(() => emulator.requests).toHaveLength({ idle: 0, verifyingCode: 2 }[state as string] ?? 1);
    const persisted = auth.actor.getPersistedSnapshot();
    auth.actor.stop();
    const before = emulator.requests.length;

    const snapshot = journeys[journey]?.(persisted) as Persisted;
    const revived = createActor(createAuthMachine(options), { snapshot }).start();
    const settled = await waitFor(revived, (current) => !current.hasTag('busy'));
    revived.stop();
    expect(emulator.requests).toHaveLength(before);
    const interrupted = state === 'requestingToken' || state === 'verifyingCode';
    expect(settled.value).toBe(interrupted ? 'failed' : state);
    if (interrupted) expect(settled.context.failure).toMatchObject({ code: 'interrupted', retryable: false });
  });

  it('of awaitingCode fails without a request, since its secrets are lost', async () => {
    const auth = createAuth(options);
    await auth.login(alice);
    const snapshot: Persisted = JSON.parse(JSON.stringify(auth.actor.getPersistedSnapshot()));
    const revived = createActor(createAuthMachine(options), { snapshot }).start();
    revived.send({ type: 'code.submit', code: secret(await codeFor('alice')) });
    const { context } = await waitFor(revived, (current) => current.matches('failed'));
    expect(context.failure?.code).toBe('interrupted');
    expect(emulator.requests).toHaveLength(1);
  });

  it('of authenticated is found to have expired by the first check', async () => {
    const auth = createAuth(options);
    await auth.login(bob);
    const snapshot: Persisted = JSON.parse(JSON.stringify(auth.actor.getPersistedSnapshot()));
    const revived = createActor(createAuthMachine(options), { snapshot }).start();
    revived.send({ type: 'session.check' });
    expect(revived.getSnapshot().context.failure?.code).toBe('session-expired');
  });
});
