import { vi } from 'vitest';
import { createActor, fromPromise, type InspectionEvent, SimulatedClock, waitFor } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { AuthError } from '../../machines/failures.ts';
import { secret } from '../../machines/secret.ts';
import type { AuthEvent, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { stateOf } from '../../src/auth-state.ts';
import type { AuthTestExecutor, ModelOutcome, ModelPath } from '../../src/testing/index.ts';
import { createSession, lifetime, sharedSession, startingSession } from './sessions.ts';
import { stateShown } from './state-shown.ts';

/** Walks paths on the bare machine: services that answer when told, on a simulated clock. */
export function openActor(path: ModelPath, inspect: (event: InspectionEvent) => void): AuthTestExecutor {
  const clock = new SimulatedClock();
  let pending = Promise.withResolvers<TokenReply>();
  const service = fromPromise<TokenReply, TokenRequest>(() => {
    pending = Promise.withResolvers();
    return pending.promise;
  });
  const machine = authMachine.provide({ actors: { requestToken: service, verifyCode: service } });
  const actor = createActor(machine, { clock, inspect, input: { session: startingSession(path.session) } }).start();

  return {
    perform(event) {
      if (event.type === 'restart') return;
      if (event.type === 'session.shared') return actor.send({ type: event.type, session: sharedSession(event.over) });
      if ('over' in event && event.over) vi.setSystemTime(Date.now() + lifetime);
      if (event.type === 'session.timer') clock.increment(lifetime);
      else actor.send(eventsOf[event.type]());
    },
    async settle(outcome) {
      if (outcome.type === 'thrown') pending.reject(new Error('a defect'));
      else if (outcome.type === 'failed') pending.reject(new AuthError(outcome.code));
      else pending.resolve(replyTo(outcome));
      // A login that starts over is busy again.
      if (outcome.type === 'restarting') await waitFor(actor, (snapshot) => snapshot.value === 'requestingToken');
      else await waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));
    },
    getState: () => stateShown(stateOf(actor.getSnapshot())),
  };
}

const eventsOf: { [Type in Exclude<AuthEvent['type'], 'session.shared'>]: () => AuthEvent } = {
  login: () => ({ type: 'login', credentials: { username: 'alice', password: secret('password') } }),
  'code.submit': () => ({ type: 'code.submit', code: secret('123456') }),
  'code.resend': () => ({ type: 'code.resend' }),
  cancel: () => ({ type: 'cancel' }),
  retry: () => ({ type: 'retry' }),
  reset: () => ({ type: 'reset' }),
  logout: () => ({ type: 'logout' }),
  'session.check': () => ({ type: 'session.check' }),
  'session.ended': () => ({ type: 'session.ended' }),
  'session.rejected': () => ({ type: 'session.rejected' }),
};

const steps = { code: 'VerificationCode', pin: 'SecutityPin', 'new-password': 'BaseAuthentication' } as const;

function replyTo(outcome: Exclude<ModelOutcome, { type: 'thrown' | 'failed' }>): TokenReply {
  switch (outcome.type) {
    case 'succeeded':
      return { type: 'succeeded', session: createSession() };
    case 'restarting':
      return { type: 'restarting', credentials: { username: 'alice', password: secret('new password') } };
    case 'expecting': {
      const step = steps[outcome.kind];
      const texts = { reason: null, personalPhrase: null, image: null };
      return {
        type: 'expecting',
        expectation: { step, kind: outcome.kind, interimToken: secret('interim'), ...texts },
      };
    }
  }
}
