import { vi } from 'vitest';
import { fromPromise, type InspectionEvent, SimulatedClock, waitFor } from 'xstate';
import type { AuthError } from '../../machines/failures.ts';
import { secret, wipe } from '../../machines/secret.ts';
import type { Challenge, Credentials, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { createAuth } from '../../src/auth.ts';
import { createAuthMachine, loadTokenService } from '../../src/auth-machine.ts';
import {
  type AuthTestExecutor,
  answerFor,
  type ModelEvent,
  type ModelPath,
  type RunningEmulator,
  type ScriptedAnswer,
} from '../../src/testing/index.ts';
import { lifetime, sharedSession, startingSession } from './sessions.ts';
import { stateShown } from './state-shown.ts';

/** Walks paths on `createAuth`, over real HTTP: what comes of a request is what the emulator is told to answer. */
export function openAuth(
  path: ModelPath,
  emulator: RunningEmulator,
  inspect: (event: InspectionEvent) => void,
): AuthTestExecutor & Disposable {
  const clock = new SimulatedClock();
  // The services read their options at each call, so that a call can be given some of its own.
  const options = { baseUrl: emulator.baseUrl, appKey: emulator.appKey, timeout: 10_000, sessionLifetime: lifetime };
  const session = startingSession(path.session);
  /** Whether another login to the account is under way, for which `createAuth` does not look. */
  let isTaken = false;
  let turn = Promise.withResolvers<void>();
  const requestToken = fromPromise<TokenReply, TokenRequest>(async ({ input, signal }) => {
    if (isTaken) return { type: 'waiting' };
    return (await loadTokenService()).requestToken(options, input, signal);
  });
  const awaitTurn = fromPromise<void, Credentials | null>(() => {
    turn = Promise.withResolvers();
    return turn.promise;
  });
  const machine = createAuthMachine(options).provide({ actors: { requestToken, awaitTurn } });
  const auth = createAuth(Object.assign(options, { machine, session, clock, inspect }));
  let held = Promise.withResolvers<ScriptedAnswer>();
  /** Has the next request wait for its answer. Resolves once it is there. */
  function holdNext(): Promise<void> {
    held = Promise.withResolvers();
    const { promise } = held;
    const arrived = Promise.withResolvers<void>();
    emulator.answerNext({
      // Looked up when the request comes.
      get later() {
        arrived.resolve();
        return promise;
      },
    });
    return arrived.promise;
  }
  let asked: Challenge['kind'] | null = null;

  const verbs: Record<
    Exclude<ModelEvent['type'], 'session.shared' | 'restart'>,
    (text: string) => Promise<unknown> | undefined
  > = {
    login: (text) => auth.login({ username: 'alice', password: secretOf(text) }),
    'code.submit': (text) => auth.submitCode(secretOf(text)),
    'code.resend': () => auth.resendCode(),
    cancel: () => auth.cancel(),
    retry: () => {
      // The method refuses what the machine would ignore, so the event is sent to the machine as well.
      if (!auth.actor.getSnapshot().can({ type: 'retry' })) auth.actor.send({ type: 'retry' });
      return auth.retry();
    },
    reset: () => auth.reset(),
    logout: () => auth.logout(),
    'session.check': () => void auth.actor.send({ type: 'session.check' }),
    'session.ended': () => void auth.actor.send({ type: 'session.ended' }),
    'session.rejected': () => void auth.actor.send({ type: 'session.rejected' }),
    'session.timer': () => void clock.increment(lifetime),
    'turn.granted': () => void turn.resolve(),
    'turn.failed': () => void turn.reject(new Error('a defect')),
  };

  return {
    async perform(event, outcome) {
      if (event.type === 'restart') return;
      if (event.type === 'session.shared')
        return auth.actor.send({ type: event.type, session: sharedSession(event.over) });
      if ('over' in event && event.over) vi.setSystemTime(Date.now() + lifetime);
      const code = outcome?.type === 'failed' ? outcome.code : null;
      options.baseUrl = code === 'insecure-url' ? 'http://etna.test' : emulator.baseUrl;
      // What no code of ours passes on, as a stand-in for a defect.
      if (outcome?.type === 'thrown') options.baseUrl = Symbol('a defect') as never;
      isTaken = outcome?.type === 'waiting';
      const isSent =
        !['insecure-url', 'invalid-input', 'interrupted'].includes(code ?? '') &&
        outcome?.type !== 'thrown' &&
        !isTaken;
      asked = event.type === 'code.submit' ? (auth.actor.getSnapshot().context.challenge?.kind ?? null) : null;
      const settled = verbs[event.type](code ?? 'some text');
      void settled?.catch((error: AuthError) => {
        if (error.code !== 'wrong-state' && error.code !== 'interrupted') throw error;
      });
      if (event.type.startsWith('turn.')) await waitFor(auth.actor, ({ value }) => value !== 'awaitingTurn');
      const { state } = auth.getSnapshot();
      if (!isSent || (state !== 'requestingToken' && state !== 'verifyingCode')) return;
      await holdNext();
    },
    async settle(outcome) {
      const { resolve } = held;
      if (outcome.type !== 'restarting') {
        resolve(answerFor(outcome, asked));
        if (outcome.type === 'failed' && outcome.code === 'timeout') vi.advanceTimersByTime(options.timeout);
        await waitFor(auth.actor, (snapshot) => !snapshot.hasTag('busy') || snapshot.value === 'awaitingTurn');
        return;
      }
      // The login starts over at once.
      const arrived = holdNext();
      resolve(answerFor(outcome, asked));
      asked = null;
      await waitFor(auth.actor, (snapshot) => snapshot.value === 'requestingToken');
      await arrived;
    },
    getState: () => stateShown(auth.getSnapshot()),
    [Symbol.dispose]: () => void auth.actor.stop(),
  };
}

/** A text that makes a call fail in the way wanted, before it is sent. */
function secretOf(text: string) {
  const wrapped = secret(text === 'invalid-input' ? '' : text);
  if (text === 'interrupted') wipe(wrapped);
  return wrapped;
}
