import { assign, emit, fromPromise, setup } from 'xstate';
import type { AuthFailure } from './failures.ts';
import {
  afterFailure,
  hour,
  isFinal,
  isRejectionOf,
  isRenewed,
  type KeeperContext,
  type KeeperEmitted,
  type KeeperEvent,
  minute,
  type Renewal,
  renewalIn,
  renewalTime,
} from './renewal.ts';
import { isLive } from './session.ts';
import type { Session } from './vocabulary.ts';

const unprovided = fromPromise<Renewal>(() => Promise.reject(new Error('not provided')));

/**
 * A program that stays signed in, as a statechart. It performs no I/O: `keepSession` provides the service `renew`, which looks into the
 * store and signs in. Timers stop while a computer sleeps, drift, and have a limit, so the clock is checked every minute.
 */
export const keeperMachine = setup({
  types: {} as {
    context: KeeperContext;
    events: KeeperEvent;
    emitted: KeeperEmitted;
    input: { readonly session: Session | null; readonly renewBefore: number };
    tags: 'busy';
  },
  actors: { renew: unprovided },
  guards: {
    hasDeadSession: ({ context: { session } }) => session !== null && !isLive(session),
    hasSession: ({ context: { session } }) => session !== null,
    isDue: ({ context: { dueAt } }) => Date.now() >= dueAt,
    // A clock that was set back must not prolong the wait.
    isWaitOver: ({ context: { dueAt, failedAt } }) => Date.now() >= dueAt || Date.now() < failedAt,
    isRenewed: ({ context, event }) => isRenewed(context, event),
    isFinal: ({ event }) => isFinal(event),
    isRejected: ({ context: { session }, event }) => isRejectionOf(session, event),
    // A server that accepts none of our tokens must not get a login for each.
    isRejectedAgain: ({ context: { session, rejectedAt }, event }) =>
      isRejectionOf(session, event) && Date.now() - rejectedAt < hour,
  },
  actions: {
    setSession: assign(({ context: { renewBefore }, event }) => {
      const { session } = renewalIn(event);
      return { session, last: session, dueAt: renewalTime(session, renewBefore), failure: null };
    }),
    setFailure: assign(({ context, event }) => afterFailure(context, event)),
    setRejection: assign(() => ({ rejectedAt: Date.now() })),
    clearSession: assign({ session: null }),
    emitOpened: emit(({ event }) => ({ type: 'session.opened', ...renewalIn(event) })),
    emitClosed: emit(({ context, event }) => ({
      type: 'session.closed',
      session: context.session as Session,
      reason: event.type === 'session.rejected' ? 'rejected' : 'expired',
    })),
    emitFailed: emit(({ context }) => ({ type: 'login.failed', failure: context.failure as AuthFailure })),
  },
  delays: {
    untilDue: ({ context: { dueAt } }) => Math.min(Math.max(dueAt - Date.now(), 0), minute),
  },
}).createMachine({
  id: 'keeper',
  description: 'Keeps a program signed in: one login per session, shortly before the current one expires.',
  context: ({ input: { session, renewBefore } }) => ({
    session,
    last: session,
    renewBefore,
    dueAt: session ? renewalTime(session, renewBefore) : 0,
    failure: null,
    failures: 0,
    failedAt: Number.NEGATIVE_INFINITY,
    rejectedAt: Number.NEGATIVE_INFINITY,
  }),
  initial: 'absent',
  on: {
    'session.wanted': {
      description: 'The program needs a session, and the old one has expired.',
      guard: { type: 'hasDeadSession' },
      actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
    },
    'session.rejected': {
      description: 'The server no longer accepts the old token.',
      guard: { type: 'isRejected' },
      actions: [{ type: 'emitClosed' }, { type: 'clearSession' }, { type: 'setRejection' }],
    },
  },
  states: {
    absent: {
      description: 'There is no session, and the program has not asked for one.',
      always: [
        {
          description: 'The stored session has expired.',
          guard: { type: 'hasDeadSession' },
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
        { description: 'The keeper was started with a session.', guard: { type: 'hasSession' }, target: 'live' },
      ],
      on: {
        'session.wanted': { description: 'The program needs a session.', target: 'signingIn' },
      },
    },
    signingIn: {
      description:
        'A newer session is looked up in the store; if there is none, a login is under way. The old session is used while it is live.',
      tags: ['busy'],
      invoke: {
        id: 'renew',
        src: 'renew',
        onDone: [
          {
            description: 'There is a new session.',
            guard: { type: 'isRenewed' },
            target: 'live',
            actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
          },
          {
            description: 'The login brought the old session, or an expired one.',
            target: 'backingOff',
            actions: [{ type: 'setFailure' }, { type: 'emitFailed' }],
          },
        ],
        onError: [
          {
            description: 'The login was refused for a permanent reason.',
            guard: { type: 'isFinal' },
            target: 'refused',
            actions: [{ type: 'setFailure' }, { type: 'emitFailed' }],
          },
          {
            description: 'The login failed, but may succeed later.',
            target: 'backingOff',
            actions: [{ type: 'setFailure' }, { type: 'emitFailed' }],
          },
        ],
      },
    },
    live: {
      description: 'There is a session, and it is not yet time to renew it.',
      after: {
        untilDue: [
          { description: 'It is time to renew the session.', guard: { type: 'isDue' }, target: 'signingIn' },
          { description: 'The timer was early: it is set again.', target: 'live', reenter: true },
        ],
      },
      on: {
        'session.wanted': {
          description: 'The program needs a session, and this one has expired: timers may have slept.',
          guard: { type: 'hasDeadSession' },
          target: 'signingIn',
        },
        'session.rejected': [
          {
            description: 'The server has rejected a second session within an hour.',
            guard: { type: 'isRejectedAgain' },
            target: 'backingOff',
            actions: [
              { type: 'emitClosed' },
              { type: 'clearSession' },
              { type: 'setRejection' },
              { type: 'setFailure' },
            ],
          },
          {
            description: 'The server no longer accepts the token.',
            guard: { type: 'isRejected' },
            target: 'absent',
            actions: [{ type: 'emitClosed' }, { type: 'clearSession' }, { type: 'setRejection' }],
          },
        ],
      },
    },
    backingOff: {
      description:
        'The last login failed, and it is not yet time to try again. The old session is used while it is live.',
      after: {
        untilDue: [
          { description: 'It is time to try again.', guard: { type: 'isDue' }, target: 'signingIn' },
          { description: 'The timer was early: it is set again.', target: 'backingOff', reenter: true },
        ],
      },
      on: {
        'session.wanted': {
          description: 'The program needs a session, and the wait is over: the timer may have slept.',
          guard: { type: 'isWaitOver' },
          target: 'signingIn',
        },
        'session.found': {
          description: 'Another program has signed in, and stored its session.',
          guard: { type: 'isRenewed' },
          target: 'live',
          actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
        },
      },
    },
    refused: {
      description: 'No login can succeed. The old session is used while it is live.',
    },
  },
});
