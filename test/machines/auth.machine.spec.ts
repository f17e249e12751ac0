import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Actor, createActor, fromPromise, SimulatedClock, waitFor } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { AuthError, type FailureCode, failures } from '../../machines/failures.ts';
import { isAlive, secret } from '../../machines/secret.ts';
import type { AuthEvent, Session, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';

const hour = 60 * 60 * 1000;

/** What an actor says of sessions, in words. */
function heard(actor: Actor<typeof authMachine>): string[] {
  const told: string[] = [];
  actor.on('session.opened', ({ session, origin }) => told.push(`opened ${session.username} by ${origin}`));
  actor.on('session.closed', ({ session, reason }) => told.push(`closed ${session.username} by ${reason}`));
  return told;
}

/** An actor whose services answer what the test says, when it says so. */
function startActor({ session = null, maxAttempts = 3 }: { session?: Session | null; maxAttempts?: number } = {}) {
  const clock = new SimulatedClock();
  let pending = Promise.withResolvers<TokenReply>();
  const run = () => {
    pending = Promise.withResolvers();
    return pending.promise;
  };
  const actors = {
    requestToken: fromPromise<TokenReply, TokenRequest>(run),
    verifyCode: fromPromise<TokenReply, TokenRequest>(run),
  };
  const actor = createActor(authMachine.provide({ actors }), { input: { session }, clock }).start();
  const settled = () => waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));
  const answer = (reply: TokenReply) => {
    if (reply?.type !== 'expecting') pending.resolve(reply);
    else pending.resolve({ ...reply, expectation: { ...reply.expectation, maxAttempts } });
    return settled();
  };
  const fail = (error: unknown) => {
    pending.reject(error);
    return settled();
  };
  return { actor, clock, answer, fail, credentials: { username: 'trader', password: secret('p') } };
}

const expecting = (step = 'VerificationCode'): TokenReply => ({
  type: 'expecting',
  expectation: {
    step,
    kind: step === 'VerificationCode' ? 'code' : step.endsWith('Pin') ? 'pin' : 'other',
    reason: `about ${step}`,
    interimToken: secret('interim'),
    personalPhrase: null,
    image: null,
  },
});

const succeeded = (lifetime = 24 * hour): TokenReply => ({ type: 'succeeded', session: sessionFor(lifetime) });

const sessionFor = (lifetime: number): Session => ({
  username: 'trader',
  token: secret('token'),
  issuedAt: Date.now(),
  expiresAt: Date.now() + lifetime,
});

const submit = { type: 'code.submit', code: secret('123456') } as const;

describe('a rejected code', () => {
  it('is requested again with the new interim token, and counted', async () => {
    const { actor, answer, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await answer(expecting());
    const first = actor.getSnapshot().context.challenge;
    actor.send(submit);
    await answer(expecting());
    const second = actor.getSnapshot().context.challenge;
    expect(first).toMatchObject({ attempt: 1, problem: null });
    expect(second).toMatchObject({ attempt: 2, problem: 'invalid-code', reason: 'about VerificationCode' });
    expect(second?.interimToken).not.toBe(first?.interimToken);
  });

  it.each([1, 3, 5])('ends the login as invalid-code when it is number %i of as many', async (maxAttempts) => {
    const { actor, answer, credentials } = startActor({ maxAttempts });
    actor.send({ type: 'login', credentials });
    await answer(expecting());
    for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
      actor.send(submit);
      await answer(expecting());
      expect(actor.getSnapshot().value).toBe('awaitingCode');
    }
    actor.send(submit);
    await answer(expecting());
    expect(actor.getSnapshot()).toMatchObject({
      value: 'failed',
      context: { failure: { code: 'invalid-code', step: 'VerificationCode', reason: 'about VerificationCode' } },
    });
  });

  it('restarts the count for the next step', async () => {
    const { actor, answer, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    for (const step of ['VerificationCode', 'VerificationCode', 'SecutityPin', 'Device', 'Owner', 'Owner']) {
      await answer(expecting(step));
      if (step !== 'Owner') actor.send(submit);
    }
    actor.send(submit);
    await answer(expecting('Owner'));
    expect(actor.getSnapshot().context.challenge).toMatchObject({ step: 'Owner', attempt: 2, problem: 'invalid-code' });
  });

  it('continues the count if the server spells the PIN step differently', async () => {
    const { actor, answer, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await answer(expecting('SecutityPin'));
    actor.send(submit);
    await answer(expecting('SecurityPin'));
    expect(actor.getSnapshot().context.challenge).toMatchObject({ attempt: 2, problem: 'invalid-code' });
  });

  it('can be corrected twice by default', async () => {
    const service = fromPromise<TokenReply, TokenRequest>(async () => expecting());
    const actor = createActor(authMachine.provide({ actors: { requestToken: service, verifyCode: service } })).start();
    const settled = () => waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));
    actor.send({ type: 'login', credentials: { username: 'trader', password: secret('p') } });
    const seen: unknown[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      seen.push((await settled()).context.challenge?.attempt);
      actor.send(submit);
    }
    seen.push((await settled()).context.failure?.code);
    expect(seen).toEqual([1, 2, 3, 'invalid-code']);
  });

  it('differs from a correct one, which leads to the next step regardless of the attempts', async () => {
    const { actor, answer, credentials } = startActor({ maxAttempts: 0 });
    actor.send({ type: 'login', credentials });
    await answer(expecting('SecutityPin'));
    actor.send(submit);
    await answer(expecting('VerificationCode'));
    expect(actor.getSnapshot().context.challenge).toMatchObject({ kind: 'code', attempt: 1, problem: null });
  });

  it('uses no attempt if it was never sent', async () => {
    const { actor, fail, answer, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await answer(expecting());
    const { challenge } = actor.getSnapshot().context;
    for (let time = 0; time < 5; time += 1) {
      actor.send(submit);
      await fail(new AuthError('invalid-input'));
    }
    expect(actor.getSnapshot().context.challenge).toEqual({ ...challenge, problem: 'invalid-input' });
  });
});

describe('a failure', () => {
  it.each(Object.entries(failures))('%s can be retried only where the table says so', async (code, { retryable }) => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(new AuthError(code as FailureCode));
    expect(actor.getSnapshot().can({ type: 'retry' })).toBe(retryable);
    expect(isAlive(credentials.password)).toBe(retryable);
    expect(actor.getSnapshot().context.credentials === null).toBe(!retryable);
  });

  it('that is unexpected is reported by its name, not by its message', async () => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(new RangeError('the password is hunter2'));
    expect(actor.getSnapshot().context.failure).toEqual(new AuthError('unexpected', { detail: 'RangeError' }).failure);
  });

  it.each(['a text', undefined, null])('that is %j, not an error, has no name', async (thrown) => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(thrown);
    expect(actor.getSnapshot().context.failure).toEqual(new AuthError('unexpected').failure);
  });

  it('ends with the next login, and so does its challenge', async () => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(new AuthError('refused'));
    const next = { username: 'other', password: secret('q') };
    actor.send({ type: 'login', credentials: next });
    expect(actor.getSnapshot()).toMatchObject({
      value: 'requestingToken',
      context: { credentials: next, challenge: null, failure: null },
    });
  });
});

describe('a custom service', () => {
  it('with a nonsensical result fails the login, and does not crash the program', async () => {
    const { actor, answer, credentials } = startActor();
    for (const nonsense of [undefined, null, 'nonsense', {}]) {
      actor.send({ type: 'login', credentials });
      const { value, context } = await answer(nonsense as never);
      expect([value, context.failure?.code]).toEqual(['failed', 'unexpected']);

      actor.send({ type: 'login', credentials });
      await answer(expecting());
      actor.send(submit);
      const after = await answer(nonsense as never);
      expect([after.value, after.context.failure?.code]).toEqual(['failed', 'unexpected']);
    }
  });
});

describe('the password', () => {
  it.each([{}, { credentials: null }, { username: 'trader', password: 'p' }])(
    'that is missing in a login of plain JavaScript fails it, and the actor lives: %j',
    async (event) => {
      const { actor, fail, credentials } = startActor();
      actor.send({ type: 'login', credentials });
      await fail(new AuthError('network'));
      actor.send({ type: 'login', ...event } as never);
      expect(actor.getSnapshot().status).toBe('active');
      expect(isAlive(credentials.password)).toBe(false);
      await fail(new AuthError('interrupted'));
      actor.send({ type: 'reset' });
      expect(actor.getSnapshot()).toMatchObject({ status: 'active', value: 'idle' });
    },
  );

  it('comes with a user name that is trimmed', () => {
    const { actor, credentials } = startActor();
    actor.send({ type: 'login', credentials: { ...credentials, username: ' trader\u00a0' } });
    expect(actor.getSnapshot().context.credentials).toEqual(credentials);
  });

  it('is wiped when another one replaces it, but not when it is sent again', async () => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(new Error('a defect'));
    expect(isAlive(credentials.password)).toBe(false);

    const { actor: other, fail: failOther, credentials: first } = startActor();
    const second = { ...first, password: secret('q') };
    other.send({ type: 'login', credentials: first });
    await failOther(new AuthError('network'));
    other.send({ type: 'login', credentials: first });
    await failOther(new AuthError('network'));
    expect(isAlive(first.password)).toBe(true);
    other.send({ type: 'login', credentials: second });
    expect([isAlive(first.password), isAlive(second.password)]).toEqual([false, true]);
  });

  it('is wiped when the login ends, is cancelled or is dismissed', async () => {
    for (const finish of ['succeed', 'cancel', 'reset'] as const) {
      const { actor, fail, answer, credentials } = startActor();
      actor.send({ type: 'login', credentials });
      if (finish === 'succeed') await answer(succeeded());
      if (finish === 'cancel') actor.send({ type: 'cancel' });
      if (finish === 'reset') {
        await fail(new AuthError('network'));
        actor.send({ type: 'reset' });
      }
      expect(actor.getSnapshot().context.credentials, finish).toBe(null);
      expect(isAlive(credentials.password), finish).toBe(false);
    }
  });

  it('survives a retryable failure', async () => {
    const { actor, fail, credentials } = startActor();
    actor.send({ type: 'login', credentials });
    await fail(new AuthError('timeout'));
    actor.send({ type: 'retry' });
    expect(actor.getSnapshot()).toMatchObject({ value: 'requestingToken', context: { credentials, failure: null } });
  });
});

describe('the session', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  /** Lets the wall clock and the actor's timers run together. */
  const pass = (clock: SimulatedClock, milliseconds: number) => {
    vi.setSystemTime(Date.now() + milliseconds);
    clock.increment(milliseconds);
  };

  it('ends after 24 hours to the millisecond', () => {
    const { actor, clock } = startActor({ session: sessionFor(24 * hour) });
    pass(clock, 24 * hour - 1);
    expect(actor.getSnapshot().value).toBe('authenticated');
    pass(clock, 1);
    expect(actor.getSnapshot()).toMatchObject({
      value: 'failed',
      context: { session: null, failure: { code: 'session-expired' } },
    });
  });

  it('may last longer than any timer can', () => {
    const { actor, clock } = startActor({ session: sessionFor(60 * 24 * hour) });
    for (let day = 1; day < 60; day += 1) {
      pass(clock, 24 * hour);
      expect(actor.getSnapshot().value, `day ${day}`).toBe('authenticated');
    }
    pass(clock, 24 * hour);
    expect(actor.getSnapshot().value).toBe('failed');
  });

  it('is found to have expired by a check, after timers were suspended', () => {
    const { actor } = startActor({ session: sessionFor(hour) });
    actor.send({ type: 'session.check' });
    expect(actor.getSnapshot().value).toBe('authenticated');
    vi.setSystemTime(Date.now() + hour);
    actor.send({ type: 'session.check' });
    expect(actor.getSnapshot().context).toMatchObject({ session: null, failure: { code: 'session-expired' } });
  });

  it('survives an early timer after the clock was set back', () => {
    const { actor, clock } = startActor({ session: sessionFor(hour) });
    vi.setSystemTime(Date.now() - hour);
    clock.increment(hour);
    expect(actor.getSnapshot().value).toBe('authenticated');
    pass(clock, 2 * hour);
    expect(actor.getSnapshot().value).toBe('failed');
  });

  it('can be passed as input, and starts the machine signed in', () => {
    const session = sessionFor(hour);
    expect(startActor({ session }).actor.getSnapshot()).toMatchObject({ value: 'authenticated', context: { session } });
  });

  it.each<[string, (session: Session) => Session]>([
    ['is over', (session) => ({ ...session, expiresAt: Date.now() })],
    ['came back from storage without its token', (session) => JSON.parse(JSON.stringify(session))],
  ])('is dropped at the start when it %s', (_, spoil) => {
    const { actor } = startActor({ session: spoil(sessionFor(hour)) });
    expect(actor.getSnapshot()).toMatchObject({ value: 'idle', context: { session: null } });
  });

  it('ends as rejected when the host reports that the server ended it', () => {
    const { actor } = startActor({ session: sessionFor(hour) });
    actor.send({ type: 'session.rejected' });
    expect(actor.getSnapshot().context).toMatchObject({ session: null, failure: { code: 'session-rejected' } });
  });
});

describe('a session from elsewhere', () => {
  it.each(['idle', 'requestingToken', 'awaitingCode', 'verifyingCode', 'authenticated', 'failed'] as const)(
    'signs in from %s, and leaves no password behind',
    async (state) => {
      const { actor, fail, answer, credentials } = startActor();
      if (state !== 'idle') actor.send({ type: 'login', credentials });
      if (state === 'failed') await fail(new AuthError('network'));
      if (state === 'authenticated') await answer(succeeded());
      if (state === 'awaitingCode' || state === 'verifyingCode') await answer(expecting());
      if (state === 'verifyingCode') actor.send(submit);
      expect(actor.getSnapshot().value).toBe(state);

      const session = { ...sessionFor(hour), issuedAt: Date.now() + 1 };
      actor.send({ type: 'session.shared', session });
      expect(actor.getSnapshot().value).toBe('authenticated');
      expect(actor.getSnapshot().context).toEqual({ credentials: null, challenge: null, session, failure: null });
      expect(isAlive(credentials.password)).toBe(state === 'idle');
    },
  );

  it('lasts until its own expiry', () => {
    const { actor, clock } = startActor({ session: sessionFor(hour) });
    actor.send({ type: 'session.shared', session: { ...sessionFor(2 * hour), issuedAt: Date.now() + 1 } });
    vi.setSystemTime(Date.now() + hour);
    clock.increment(hour);
    expect(actor.getSnapshot().value).toBe('authenticated');
    vi.setSystemTime(Date.now() + hour);
    clock.increment(hour);
    expect(actor.getSnapshot().context.failure?.code).toBe('session-expired');
  });

  it('is ignored if it has expired, has lost its token, or is not newer than the present one', () => {
    const session = sessionFor(hour);
    const { actor } = startActor({ session });
    const newer = { ...session, issuedAt: Date.now() + 1 };
    for (const useless of [
      { ...session, token: secret('another') },
      { ...newer, expiresAt: Date.now() },
      JSON.parse(JSON.stringify(newer)),
    ]) {
      actor.send({ type: 'session.shared', session: useless });
      expect(actor.getSnapshot().context.session).toBe(session);
    }
  });
});

describe('the host', () => {
  it('is notified of each session that opens or closes, with the reason', async () => {
    const { actor, answer, credentials } = startActor();
    const told = heard(actor);
    actor.send({ type: 'login', credentials });
    await answer(succeeded());
    actor.send({ type: 'logout' });
    actor.send({ type: 'session.shared', session: { ...sessionFor(hour), username: 'somebody elsewhere' } });
    actor.send({ type: 'session.ended' });
    expect(told).toEqual([
      'opened trader by login',
      'closed trader by logout',
      'opened somebody elsewhere by elsewhere',
      'closed somebody elsewhere by elsewhere',
    ]);
  });

  it('is notified of a session that needed a code', async () => {
    const { actor, answer, credentials } = startActor();
    const told = heard(actor);
    actor.send({ type: 'login', credentials });
    await answer(expecting());
    actor.send(submit);
    await answer(succeeded());
    expect(told).toEqual(['opened trader by login']);
  });

  it.each<[string, number, (clock: SimulatedClock) => void, AuthEvent, string]>([
    ['ends by the timer', hour, (clock) => clock.increment(hour), { type: 'session.check' }, 'expired'],
    ['is found to be over', hour, () => {}, { type: 'session.check' }, 'expired'],
    ['was rejected', 2 * hour, () => {}, { type: 'session.rejected' }, 'rejected'],
  ])('is told once of a session that %s', (_, lifetime, wait, event, reason) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { actor, clock } = startActor({ session: sessionFor(lifetime) });
    const told = heard(actor);
    vi.setSystemTime(Date.now() + hour);
    wait(clock);
    actor.send(event);
    expect(told).toEqual([`closed trader by ${reason}`]);
    vi.useRealTimers();
  });

  it('is notified of a session that has expired at the start, if it listens before', () => {
    const actor = createActor(authMachine, { input: { session: sessionFor(0) } });
    const told = heard(actor);
    actor.start().stop();
    expect(told).toEqual(['closed trader by expired']);
  });

  it('ends the session at the server after a logout, and only then', async () => {
    const ended: unknown[] = [];
    const machine = authMachine.provide({
      actions: { endSession: ({ context }) => void ended.push(context.session?.username) },
    });
    for (const type of ['session.rejected', 'session.ended', 'logout'] as const) {
      createActor(machine, { input: { session: { ...sessionFor(hour), username: type } } })
        .start()
        .send({ type });
    }
    expect(ended).toEqual(['logout']);
  });

  it('never sets a timer beyond the maximum', () => {
    const asked: number[] = [];
    const clock = { setTimeout: (_: () => void, milliseconds: number) => asked.push(milliseconds), clearTimeout() {} };
    createActor(authMachine, { clock, input: { session: sessionFor(60 * 24 * hour) } })
      .start()
      .stop();
    expect(asked).toEqual([2_147_483_647]);
  });

  it('passes each service its input', async () => {
    const requests: TokenRequest[] = [];
    const service = fromPromise<TokenReply, TokenRequest>(async ({ input }) => {
      requests.push(input);
      return expecting();
    });
    const actor = createActor(authMachine.provide({ actors: { requestToken: service, verifyCode: service } })).start();
    const credentials = { username: 'trader', password: secret('p') };
    actor.send({ type: 'login', credentials });
    const { context } = await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
    actor.send(submit);
    expect(requests).toEqual([
      { credentials, challenge: null, code: null },
      { credentials, challenge: context.challenge, code: submit.code },
    ]);
    actor.stop();
  });

  it('gets a failure at once, not a hanging login, if the machine has no services', async () => {
    const actor = createActor(authMachine).start();
    actor.send({ type: 'login', credentials: { username: 'trader', password: secret('p') } });
    const { context } = await waitFor(actor, (snapshot) => snapshot.matches('failed'));
    expect(context.failure).toEqual(new AuthError('unexpected', { detail: 'Error' }).failure);
  });
});
