import { assertEvent, assign, emit, fromPromise, setup } from 'xstate';
import { challengeAfter, choiceIn, credentialsIn, failureAfter, isSetUp, outputOf, wrapped } from './outcome.ts';
import { wipe } from './secret.ts';
import { isLive, isNewer } from './session.ts';
import { closed, opened, sessionIn } from './session-events.ts';
import type { AuthTypes, Credentials, TokenReply, TokenRequest } from './vocabulary.ts';

const longestTimer = 2 ** 31 - 1;

const unprovided = () => Promise.reject(new Error('not provided'));

/**
 * The login as a statechart. It performs no I/O: `createAuthMachine` provides the services `requestToken` and `verifyCode`, and the
 * action `endSession`, which also ends the session at the server. A host whose `requestToken` may reply `waiting` provides `awaitTurn`.
 */
export const authMachine = setup({
  types: {} as AuthTypes,
  actors: {
    requestToken: fromPromise<TokenReply, TokenRequest>(unprovided),
    awaitTurn: fromPromise<void, Credentials | null>(unprovided),
    verifyCode: fromPromise<TokenReply, TokenRequest>(unprovided),
  },
  guards: {
    hasLiveSession: ({ context }) => isLive(context.session),
    hasDeadSession: ({ context }) => context.session !== null && !isLive(context.session),
    // Only a session of the same user: a login of another user elsewhere does not affect this one.
    isNewerSession: ({ context: { credentials, session }, event }) =>
      'session' in event &&
      isNewer(event.session, session) &&
      event.session.username === (credentials ?? session ?? event.session).username,
    isWaiting: ({ event }) => outputOf(event)?.type === 'waiting',
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
    setSession: assign(({ event }) => ({ session: sessionIn(event) })),
    setFailure: assign(({ event }) => ({ failure: failureAfter(event) })),
    clearLogin: assign({ credentials: null, challenge: null, failure: null }),
    clearCredentials: assign({ credentials: null }),
    clearSession: assign({ session: null }),
    clearOutcome: assign({ challenge: null, failure: null }),
    wipePassword: ({ context: { credentials } }) => {
      if (credentials) wipe(credentials.password);
    },
    wipeReplacedPassword: ({ context: { credentials }, event }) => {
      if (credentials && credentials.password !== credentialsIn(event).password) wipe(credentials.password);
    },
    emitOpened: emit(({ context, event }) => opened(context, event)),
    emitClosed: emit(({ context, event }) => closed(context, event)),
    endSession: emit(({ context, event }) => closed(context, event)),
  },
  delays: {
    // A longer timer would fire at once. If it fires early, the session is still alive, and the timer is set again.
    sessionLifetime: ({ context }) =>
      Math.min(Math.max(Number(context.session?.expiresAt) - Date.now(), 0), longestTimer),
  },
}).createMachine({
  id: 'auth',
  description: 'Signs a user in to ETNA Trader: one request to the token endpoint, and another one for each challenge.',
  context: ({ input }) => ({ credentials: null, challenge: null, session: input?.session ?? null, failure: null }),
  initial: 'idle',
  on: {
    'session.shared': {
      description: 'The user has signed in elsewhere, such as in another tab. That session is used here too.',
      guard: { type: 'isNewerSession' },
      target: '.authenticated',
      actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
    },
  },
  states: {
    idle: {
      description: 'Signed out. No request is under way.',
      entry: [{ type: 'wipePassword' }, { type: 'clearLogin' }],
      always: [
        {
          description: 'The machine was started with a live session.',
          guard: { type: 'hasLiveSession' },
          target: 'authenticated',
        },
        {
          description: 'The machine was started with an expired session.',
          guard: { type: 'hasDeadSession' },
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
      ],
      on: {
        login: { description: 'The user signs in.', target: 'requestingToken', actions: [{ type: 'setCredentials' }] },
      },
    },
    requestingToken: {
      description: 'The server checks the user name and password. If a code is needed, it sends one now.',
      tags: ['busy'],
      entry: [{ type: 'clearOutcome' }],
      invoke: {
        id: 'requestToken',
        src: 'requestToken',
        input: ({ context }) => ({ credentials: context.credentials, challenge: null, code: null }),
        onDone: [
          { description: 'Another login is under way.', guard: { type: 'isWaiting' }, target: 'awaitingTurn' },
          { target: 'deciding' },
        ],
        onError: { target: 'deciding' },
      },
      on: { cancel: { description: 'The user cancels, and the request is aborted.', target: 'idle' } },
    },
    awaitingTurn: {
      description: 'Another login to the account is under way, such as in another tab. This one waits for it.',
      tags: ['busy'],
      invoke: {
        id: 'awaitTurn',
        src: 'awaitTurn',
        input: ({ context }) => context.credentials,
        onDone: { description: 'The other login ended without a session.', target: 'requestingToken' },
        onError: { target: 'deciding' },
      },
      on: { cancel: { description: 'The user cancels.', target: 'idle' } },
    },
    awaitingCode: {
      description: 'The server expects a code, a PIN or another response. An SMS or e-mail may be on its way.',
      on: {
        'code.submit': { description: 'The user submits the code.', target: 'verifyingCode' },
        'code.resend': { description: 'The user requests another code: a new login.', target: 'requestingToken' },
        cancel: { description: 'The user cancels.', target: 'idle' },
      },
    },
    verifyingCode: {
      description: 'The server checks the code.',
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
            description: 'The user cancels. The new password or PIN may already be in effect.',
            guard: { type: 'isSettingUp' },
            target: 'deciding',
          },
          { description: 'The user cancels, and the request is aborted.', target: 'idle' },
        ],
      },
    },
    deciding: {
      description: 'The request has ended. Its outcome decides at once what comes next.',
      always: [
        {
          description: 'Signed in.',
          guard: { type: 'isSucceeded' },
          target: 'authenticated',
          actions: [{ type: 'setSession' }, { type: 'emitOpened' }],
        },
        {
          description: 'The new password or PIN is set: the login starts over.',
          guard: { type: 'isRestarting' },
          target: 'requestingToken',
          actions: [{ type: 'wipeReplacedPassword' }, { type: 'setCredentials' }],
        },
        {
          description: 'A response is required, was rejected, or may not have reached the server.',
          guard: { type: 'isChallenged' },
          target: 'awaitingCode',
          actions: [{ type: 'setChallenge' }],
        },
        {
          description: 'The login was refused or cancelled, too many codes were wrong, or the request failed.',
          target: 'failed',
        },
      ],
    },
    authenticated: {
      description: 'Signed in, until the session expires or the server rejects it.',
      entry: [{ type: 'wipePassword' }, { type: 'clearLogin' }],
      after: {
        sessionLifetime: [
          {
            description: 'The session has expired.',
            guard: { type: 'hasDeadSession' },
            target: 'failed',
            actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
          },
          { description: 'The timer fired early: it is set again.', target: 'authenticated', reenter: true },
        ],
      },
      on: {
        logout: {
          description: 'The user signs out, and the session is ended at the server.',
          target: 'idle',
          actions: [{ type: 'endSession' }, { type: 'clearSession' }],
        },
        'session.ended': {
          description: 'The user has signed out elsewhere, such as in another tab.',
          target: 'idle',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
        'session.check': {
          description: 'The host woke up, and timers may have been suspended: checks whether the session has expired.',
          guard: { type: 'hasDeadSession' },
          target: 'failed',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
        'session.rejected': {
          description: 'The server no longer accepts the token.',
          target: 'failed',
          actions: [{ type: 'emitClosed' }, { type: 'clearSession' }],
        },
      },
    },
    failed: {
      description: 'The login or the session ended, for the reason in `failure`.',
      entry: [{ type: 'clearOutcome' }, { type: 'setFailure' }],
      always: {
        description: 'Starting over cannot help, so the password is no longer needed.',
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
        reset: { description: 'The user dismisses the failure.', target: 'idle' },
      },
    },
  },
});
