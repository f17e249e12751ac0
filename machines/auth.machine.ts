import { assertEvent, assign, emit, fromPromise, setup } from 'xstate';
import {
  challengeAfter,
  choiceIn,
  closingReason,
  credentialsIn,
  failureAfter,
  isSetUp,
  outputOf,
  wrapped,
} from './outcome.ts';
import { wipe } from './secret.ts';
import { isLive } from './session.ts';
import type { AuthContext, AuthTypes, Session, TokenReply, TokenRequest } from './vocabulary.ts';

const longestTimer = 2 ** 31 - 1;

const unprovided = fromPromise<TokenReply, TokenRequest>(() => Promise.reject(new Error('not provided')));

/** Where a session opens or closes, there is one. */
const sessionIn = ({ session }: AuthContext) => session as Session;

/**
 * The login as a statechart. It knows nothing of the world: `createAuthMachine` provides the services `requestToken` and
 * `verifyCode`, and the action `endSession`, which tells the server of a logout. What happens once is emitted.
 */
export const authMachine = setup({
  types: {} as AuthTypes,
  actors: { requestToken: unprovided, verifyCode: unprovided },
  guards: {
    hasLiveSession: ({ context }) => isLive(context.session),
    hasDeadSession: ({ context }) => context.session !== null && !isLive(context.session),
    // Of the same user: somebody else's login elsewhere leaves this one alone.
    isNewerSession: ({ context: { credentials, session }, event }) =>
      'session' in event &&
      isLive(event.session) &&
      event.session.issuedAt > (session?.issuedAt ?? 0) &&
      event.session.username === (credentials ?? session ?? event.session).username,
    isSucceeded: ({ event }) => outputOf(event)?.type === 'succeeded',
    isRestarting: ({ event }) => outputOf(event)?.type === 'restarting',
    isChallenged: ({ context, event }) => challengeAfter(context, event) !== null,
    isSettingUp: ({ context: { challenge } }) => !!challenge && isSetUp(challenge.kind),
    canRetry: ({ context: { failure } }) => !!failure?.retryable,
    hasUselessCredentials: ({ context: { credentials, failure } }) => !!credentials && !failure?.retryable,
  },
  actions: {
    setCredentials: assign(({ event }) => ({ credentials: credentialsIn(event) })),
    setChallenge: assign(({ context, event }) => ({ challenge: challengeAfter(context, event) })),
    setSession: assign(({ event }) => {
      const output = outputOf(event);
      if (output?.type === 'succeeded') return { session: output.session };
      assertEvent(event, 'session.shared');
      return { session: event.session };
    }),
    setFailure: assign(({ event }) => ({ failure: failureAfter(event) })),
    clearLogin: assign({ credentials: null, challenge: null, failure: null }),
    clearCredentials: assign({ credentials: null }),
    clearSession: assign({ session: null }),
    clearChallenge: assign({ challenge: null }),
    clearFailure: assign({ failure: null }),
    wipePassword: ({ context: { credentials } }) => {
      if (credentials) wipe(credentials.password);
    },
    wipeReplacedPassword: ({ context: { credentials }, event }) => {
      if (credentials && credentials.password !== credentialsIn(event)?.password) wipe(credentials.password);
    },
    emitOpened: emit(({ context, event }) => ({
      type: 'session.opened',
      session: sessionIn(context),
      origin: event.type === 'session.shared' ? 'elsewhere' : 'login',
    })),
    emitClosed: emit(({ context, event }) => ({
      type: 'session.closed',
      session: sessionIn(context),
      reason: closingReason(event),
    })),
    endSession: () => {
      // Provided by createAuthMachine.
    },
  },
  delays: {
    // A longer timer would fire at once; an early one finds the session alive and is set again.
    sessionLifetime: ({ context }) =>
      Math.min(Math.max(Number(context.session?.expiresAt) - Date.now(), 0), longestTimer),
  },
}).createMachine({
  id: 'auth',
  description:
    'Signs a user in to ETNA Trader: one call of the token endpoint, and another for each challenge that the server sets.',
  context: ({ input }) => ({ credentials: null, challenge: null, session: input?.session ?? null, failure: null }),
  initial: 'idle',
  on: {
    'session.shared': {
      description: 'The user has signed in elsewhere, such as in another tab: that session is good here, too.',
      guard: { type: 'isNewerSession' },
      target: '.authenticated',
      actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
    },
  },
  states: {
    idle: {
      description: 'Signed out. Nothing is known and nothing is under way.',
      entry: [{ type: 'wipePassword' }, { type: 'clearLogin' }],
      always: [
        {
          description: 'The machine was started with a session that is still good.',
          guard: { type: 'hasLiveSession' },
          target: 'authenticated',
        },
        {
          description: 'The machine was started with a session that is over.',
          guard: { type: 'hasDeadSession' },
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
      ],
      on: {
        login: { description: 'The user signs in.', target: 'requestingToken', actions: [{ type: 'setCredentials' }] },
      },
    },
    requestingToken: {
      description: 'The user name and password are with the server. Where a code is needed, this call sends it.',
      tags: ['busy'],
      entry: [{ type: 'clearChallenge' }, { type: 'clearFailure' }],
      invoke: {
        id: 'requestToken',
        src: 'requestToken',
        input: ({ context }) => ({ credentials: context.credentials, challenge: null, code: null }),
        onDone: { target: 'deciding' },
        onError: { target: 'deciding' },
      },
      on: {
        cancel: { description: 'The user gives up; the call is aborted.', target: 'idle' },
      },
    },
    awaitingCode: {
      description: 'The server waits for the answer to its challenge, and so does the user for the SMS or e-mail.',
      on: {
        'code.submit': { description: 'The user answers the challenge.', target: 'verifyingCode' },
        'code.resend': {
          description: 'The user wants another code: only a new login sends one.',
          target: 'requestingToken',
        },
        cancel: { description: 'The user gives up.', target: 'idle' },
      },
    },
    verifyingCode: {
      description: 'The answer is with the server.',
      tags: ['busy'],
      invoke: {
        id: 'verifyCode',
        src: 'verifyCode',
        input: ({ context: { credentials, challenge }, event }) => {
          assertEvent(event, 'code.submit');
          return { credentials, challenge, code: wrapped(event.code), choice: choiceIn(event.choice) };
        },
        onDone: { target: 'deciding' },
        onError: { target: 'deciding' },
      },
      on: {
        cancel: [
          {
            description: 'The user gives up; the call is aborted, but what was chosen may already be in force.',
            guard: { type: 'isSettingUp' },
            target: 'deciding',
          },
          { description: 'The user gives up; the call is aborted.', target: 'idle' },
        ],
      },
    },
    deciding: {
      description: 'The call has ended, and its outcome decides at once where the login goes.',
      always: [
        {
          description: 'Signed in.',
          guard: { type: 'isSucceeded' },
          target: 'authenticated',
          actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
        },
        {
          description: 'The account has the new password or PIN that it lacked: the login starts over.',
          guard: { type: 'isRestarting' },
          target: 'requestingToken',
          actions: [{ type: 'wipeReplacedPassword' }, { type: 'setCredentials' }],
        },
        {
          description:
            'A code or PIN is needed, is asked for again, or may not have arrived: the user decides what to do.',
          guard: { type: 'isChallenged' },
          target: 'awaitingCode',
          actions: [{ type: 'setChallenge' }],
        },
        {
          description: 'The login was refused or given up, the answer was wrong once too often, or the request failed.',
          target: 'failed',
        },
      ],
    },
    authenticated: {
      description: 'Signed in, with a session that is good until its time is over or the server rejects it.',
      entry: [{ type: 'wipePassword' }, { type: 'clearLogin' }],
      after: {
        sessionLifetime: [
          {
            description: 'The time of the session is over.',
            guard: { type: 'hasDeadSession' },
            target: 'failed',
            actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
          },
          {
            description: 'The timer was early, or cannot reach so far: it is set again.',
            target: 'authenticated',
            reenter: true,
          },
        ],
      },
      on: {
        logout: {
          description: 'The user signs out; the server is told.',
          target: 'idle',
          actions: [{ type: 'endSession' }, { type: 'emitClosed' }, { type: 'clearSession' }],
        },
        'session.ended': {
          description: 'The user has signed out elsewhere, such as in another tab.',
          target: 'idle',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
        'session.check': {
          description: 'The host woke up, and timers may have slept: is the session over?',
          guard: { type: 'hasDeadSession' },
          target: 'failed',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
        'session.rejected': {
          description: 'The server no longer takes the token.',
          target: 'failed',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
      },
    },
    failed: {
      description: 'The login or the session ended, for the reason in `failure`.',
      entry: [{ type: 'setFailure' }, { type: 'clearChallenge' }],
      always: {
        description: 'Starting over cannot help, so the password is of no use.',
        guard: { type: 'hasUselessCredentials' },
        actions: [{ type: 'wipePassword' }, { type: 'clearCredentials' }],
      },
      on: {
        login: {
          description: 'The user signs in again.',
          target: 'requestingToken',
          actions: [{ type: 'wipeReplacedPassword' }, { type: 'setCredentials' }],
        },
        retry: {
          description: 'The user starts over with the same name and password.',
          guard: { type: 'canRetry' },
          target: 'requestingToken',
        },
        reset: { description: 'The user puts the failure away.', target: 'idle' },
      },
    },
  },
});
