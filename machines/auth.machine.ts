import { assertEvent, assign, fromPromise, setup } from 'xstate';
import { AuthError, type AuthFailure } from './failures.ts';
import { wipe } from './secret.ts';
import { isLive } from './session.ts';
import type { AuthContext, AuthEvent, AuthInput, Expectation, TokenReply, TokenRequest } from './vocabulary.ts';

const longestTimer = 2 ** 31 - 1;
/** How often one challenge may be answered. */
export const defaultMaxAttempts = 3;

/**
 * What a service replied. Reading it here, not through `params` functions, keeps the chart readable by Stately, which drops
 * those.
 */
const replyOf = <Type extends TokenReply['type']>(event: object) =>
  (event as { output: Extract<TokenReply, { type: Type }> }).output;

/** The parts of a reply that there may be, of events that may have none. */
const partsOf = (event: object) =>
  (replyOf(event) ?? {}) as { type?: string; expectation?: Expectation; failure?: AuthFailure };

/** The number of the attempt that this reply asks for, 1 for a new challenge; `NaN` where it asks for none. */
const nextAttempt = ({ challenge }: AuthContext, event: object): number => {
  const { kind, step } = partsOf(event).expectation ?? {};
  if (!kind) return Number.NaN;
  return challenge?.kind === kind && (challenge.step === step || kind !== 'other') ? challenge.attempt + 1 : 1;
};

/** Why an answer got no reply, where the challenge may still be open: nothing can be said of the code itself. */
const problemOf = (event: object): 'invalid-input' | 'network' | 'timeout' | null => {
  const code = partsOf(event).failure?.code;
  return code === 'invalid-input' || code === 'network' || code === 'timeout' ? code : null;
};

const unprovided = () => Promise.reject(new Error());

/** Whether the server may be answered: a new challenge in any case, and one that is set again up to `maxAttempts` times. */
export const hasAttemptsLeft = (maxAttempts: number, { context, event }: { context: AuthContext; event: object }) =>
  nextAttempt(context, event) <= Math.max(maxAttempts, 1);

/**
 * The login as a statechart. It knows nothing of the world: `createAuthMachine` provides the services `requestToken` and
 * `verifyCode`, and hosts that keep sessions provide the actions `saveSession` and `forgetSession`, which do nothing here.
 */
export const authMachine = setup({
  types: {} as { context: AuthContext; events: AuthEvent; input: AuthInput | undefined; tags: 'busy' },
  actors: {
    requestToken: fromPromise<TokenReply, TokenRequest>(unprovided),
    verifyCode: fromPromise<TokenReply, TokenRequest>(unprovided),
  },
  guards: {
    hasLiveSession: ({ context }) => isLive(context.session),
    hasDeadSession: ({ context }) => context.session !== null && !isLive(context.session),
    // Of the same user: somebody else's login elsewhere leaves this one alone.
    isNewerSession: ({ context: { credentials, session }, event }) =>
      'session' in event &&
      isLive(event.session) &&
      event.session.issuedAt > (session?.issuedAt ?? 0) &&
      event.session.username === (credentials ?? session ?? event.session).username,
    isSucceeded: ({ event }) => partsOf(event).type === 'succeeded',
    isExpecting: ({ event }) => partsOf(event).type === 'expecting',
    hasAttemptsLeft: (situation) => hasAttemptsLeft(defaultMaxAttempts, situation),
    isUnanswered: ({ event }) => problemOf(event) !== null,
    canRetry: ({ context: { failure } }) => !!failure?.retryable,
    hasUselessCredentials: ({ context: { credentials, failure } }) => !!credentials && !failure?.retryable,
  },
  actions: {
    keepCredentials: assign(({ event }) => {
      assertEvent(event, 'login');
      // Plain JavaScript may leave out any of them.
      const { username, password } = event.credentials ?? {};
      if (!password) return { credentials: null };
      // Phone keyboards add a blank to what they complete.
      return { credentials: { username: `${username ?? ''}`.trim(), password } };
    }),
    keepChallenge: assign(({ context, event }) => {
      const { expectation } = replyOf<'expecting'>(event);
      const attempt = nextAttempt(context, event);
      return { challenge: { ...expectation, attempt, problem: attempt > 1 ? 'invalid-code' : null } };
    }),
    keepUnansweredChallenge: assign(({ context: { challenge }, event }) => ({
      challenge: challenge && { ...challenge, problem: problemOf(event) },
    })),
    keepSession: assign(({ event }) => ({
      session: 'session' in event ? event.session : replyOf<'succeeded'>(event).session,
    })),
    // The message of an unexpected error may quote its input, so only its kind is kept.
    keepFailure: assign(({ event }) => ({
      failure:
        partsOf(event).failure ??
        new AuthError('unexpected', { detail: (event as { error?: Partial<Error> }).error?.name ?? null }).failure,
    })),
    failRefusedCode: assign(({ event }) => {
      const { step, reason } = replyOf<'expecting'>(event).expectation;
      return { failure: new AuthError('invalid-code', { step, reason }).failure };
    }),
    failExpiredSession: assign({ session: null, failure: new AuthError('session-expired').failure }),
    failRejectedSession: assign({ session: null, failure: new AuthError('session-rejected').failure }),
    dropCredentials: assign({ credentials: null }),
    dropSession: assign({ session: null }),
    dropChallenge: assign({ challenge: null }),
    dropOutcome: assign({ challenge: null, failure: null }),
    wipeCredentials: ({ context }) => {
      if (context.credentials !== null) wipe(context.credentials.password);
    },
    wipeReplacedPassword: ({ context: { credentials }, event }) => {
      assertEvent(event, 'login');
      if (credentials && credentials.password !== event.credentials?.password) wipe(credentials.password);
    },
    saveSession: () => {
      // For hosts that keep sessions.
    },
    forgetSession: () => {
      // For hosts that keep sessions.
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
      actions: [{ type: 'keepSession' }, { type: 'saveSession' }],
    },
  },
  states: {
    idle: {
      description: 'Signed out. Nothing is known and nothing is under way.',
      entry: [{ type: 'wipeCredentials' }, { type: 'dropCredentials' }, { type: 'dropOutcome' }],
      always: [
        {
          description: 'The machine was started with a session that is still good.',
          guard: { type: 'hasLiveSession' },
          target: 'authenticated',
        },
        {
          description: 'The machine was started with a session that is over.',
          guard: { type: 'hasDeadSession' },
          actions: [{ type: 'forgetSession' }, { type: 'dropSession' }],
        },
      ],
      on: {
        login: {
          description: 'The user signs in with name and password.',
          target: 'requestingToken',
          actions: [{ type: 'keepCredentials' }],
        },
      },
    },
    requestingToken: {
      description: 'The user name and password are with the server. Where a code is needed, this call sends it.',
      tags: ['busy'],
      entry: [{ type: 'dropOutcome' }],
      invoke: {
        id: 'requestToken',
        src: 'requestToken',
        input: ({ context }) => ({ credentials: context.credentials, challenge: null, code: null }),
        onDone: [
          {
            description: 'No second factor is needed.',
            guard: { type: 'isSucceeded' },
            target: 'authenticated',
            actions: [{ type: 'keepSession' }, { type: 'saveSession' }],
          },
          {
            description: 'The server expects a code or a PIN.',
            guard: { type: 'isExpecting' },
            target: 'awaitingCode',
            actions: [{ type: 'keepChallenge' }],
          },
          {
            description: 'The login was refused, or the request failed.',
            target: 'failed',
            actions: [{ type: 'keepFailure' }],
          },
        ],
        onError: {
          description: 'The service threw an unexpected error.',
          target: 'failed',
          actions: [{ type: 'keepFailure' }],
        },
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
          description: 'The user wants another code: the login starts over, since no other call sends one.',
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
          return { credentials, challenge, code: event.code };
        },
        onDone: [
          {
            description: 'The answer was right, and the last one needed.',
            guard: { type: 'isSucceeded' },
            target: 'authenticated',
            actions: [{ type: 'keepSession' }, { type: 'saveSession' }],
          },
          {
            description: 'The server sets another challenge, or refuses the answer and leaves another attempt.',
            guard: { type: 'hasAttemptsLeft' },
            target: 'awaitingCode',
            actions: [{ type: 'keepChallenge' }],
          },
          {
            description: 'The answer was wrong once too often.',
            guard: { type: 'isExpecting' },
            target: 'failed',
            actions: [{ type: 'failRefusedCode' }],
          },
          {
            description:
              'The code was not sent, or no reply arrived: the challenge stands, and the user decides what to do.',
            guard: { type: 'isUnanswered' },
            target: 'awaitingCode',
            actions: [{ type: 'keepUnansweredChallenge' }],
          },
          {
            description: 'The login was refused, or the request failed.',
            target: 'failed',
            actions: [{ type: 'keepFailure' }],
          },
        ],
        onError: {
          description: 'The service threw an unexpected error.',
          target: 'failed',
          actions: [{ type: 'keepFailure' }],
        },
      },
      on: {
        cancel: { description: 'The user gives up; the call is aborted.', target: 'idle' },
      },
    },
    authenticated: {
      description: 'Signed in, with a session that is good until its time is over or the server rejects it.',
      entry: [{ type: 'wipeCredentials' }, { type: 'dropCredentials' }, { type: 'dropOutcome' }],
      after: {
        sessionLifetime: [
          {
            description: 'The time of the session is over.',
            guard: { type: 'hasDeadSession' },
            target: 'failed',
            actions: [{ type: 'forgetSession' }, { type: 'failExpiredSession' }],
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
          description: 'The user signs out.',
          target: 'idle',
          actions: [{ type: 'forgetSession' }, { type: 'dropSession' }],
        },
        'session.check': {
          description: 'The host woke up, and timers may have slept: is the session over?',
          guard: { type: 'hasDeadSession' },
          target: 'failed',
          actions: [{ type: 'forgetSession' }, { type: 'failExpiredSession' }],
        },
        'session.rejected': {
          description: 'The server no longer takes the token.',
          target: 'failed',
          actions: [{ type: 'forgetSession' }, { type: 'failRejectedSession' }],
        },
      },
    },
    failed: {
      description: 'The login or the session ended, for the reason in `failure`.',
      entry: [{ type: 'dropChallenge' }],
      always: {
        description: 'Starting over cannot help, so the password is of no use.',
        guard: { type: 'hasUselessCredentials' },
        actions: [{ type: 'wipeCredentials' }, { type: 'dropCredentials' }],
      },
      on: {
        login: {
          description: 'The user signs in again.',
          target: 'requestingToken',
          actions: [{ type: 'wipeReplacedPassword' }, { type: 'keepCredentials' }],
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
