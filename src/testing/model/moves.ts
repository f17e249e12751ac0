import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../../../machines/auth.machine.ts';
import { AuthError, type FailureCode, failures } from '../../../machines/failures.ts';
import { secret } from '../../../machines/secret.ts';
import type { Session, TokenReply } from '../../../machines/vocabulary.ts';
import type { ModelEvent, ModelOutcome, ModelPath } from './model-path.ts';

export type AuthSnapshot = SnapshotFrom<typeof authMachine>;

/** An event of the machine as plain data, and its meaning in a path. */
export interface Move {
  readonly type: string;
  readonly event?: ModelEvent;
  readonly outcome?: ModelOutcome;
  readonly [property: string]: unknown;
}

/** The failures that only the machine and the hosts cause. */
const hostFailures = [
  'session-expired',
  'session-rejected',
  'not-signed-in',
  'store-unavailable',
  'store-damaged',
  'cancelled',
  'wrong-state',
  'unexpected',
];

/** The failures of services. */
export const serviceFailures = (Object.keys(failures) as FailureCode[]).filter((code) => !hostFailures.includes(code));

/** The failures when a new password is set. */
const setUpFailures: readonly FailureCode[] = [
  'ticket-expired',
  'too-many-attempts',
  'malformed-reply',
  'server-error',
  'network',
  'timeout',
  'redirected',
  'interrupted',
  'insecure-url',
  'invalid-input',
];

// A session that is expired from the start stands for one that expires later, since no event of the machine carries the time.
export const sessions = {
  none: null,
  live: { username: 'trader', token: secret('token'), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY },
  over: { username: 'trader', token: secret('token'), issuedAt: 0, expiresAt: 0 },
} satisfies Record<ModelPath['session'], Session | null>;

/** A session from elsewhere: newer than any other, or expired. */
const shared = (over: boolean): Session => (over ? sessions.over : { ...sessions.live, issuedAt: 1 });

/** Everything that can happen in a state: the cases of each transition. */
export function movesFrom(machine: typeof authMachine, snapshot: AuthSnapshot, codes: readonly FailureCode[]): Move[] {
  const nodes = [machine.states[snapshot.value], machine.root];
  return nodes
    .flatMap((node) => [...(node?.transitions.keys() ?? [])])
    .flatMap((type) => {
      const cases = casesOf(type, snapshot, codes);
      if (cases.length === 0) throw new Error(`The model has no case for "${type}" in "${snapshot.value}".`);
      return cases.map((move) => ({ ...move, type }));
    });
}

function casesOf(type: string, { context }: AuthSnapshot, codes: readonly FailureCode[]): Omit<Move, 'type'>[] {
  const over = context.session?.expiresAt === 0;
  const isPasswordChosen = context.challenge?.kind === 'new-password';
  switch (type) {
    case 'login':
      return [{ event: { type }, credentials: { username: 'trader', password: secret('password') } }];
    case 'code.submit':
      return [{ event: { type }, code: secret('123456') }];
    case 'code.resend':
    case 'cancel':
    case 'retry':
    case 'reset':
    case 'logout':
    case 'session.ended':
    case 'session.rejected':
      return [{ event: { type } }];
    case 'session.shared':
      return [false, true].map((over) => ({ event: { type, over }, session: shared(over) }));
    case 'session.check':
      return [{ event: { type, over } }];
    case 'xstate.after.sessionLifetime.auth.authenticated':
      return [{ event: { type: 'session.timer', over } }];
    case 'xstate.done.actor.requestToken':
    case 'xstate.done.actor.verifyCode':
      // A new password is sent to another endpoint, which does not sign in.
      if (isPasswordChosen) return [restarts, expects('new-password', 'BaseAuthentication')];
      return [
        ...(type.endsWith('requestToken') ? [waits] : []),
        succeedsWith(sessions.live),
        succeedsWith(sessions.over),
        expects('code', 'VerificationCode'),
        expects('pin', 'SecutityPin'),
        expects('new-password', 'BaseAuthentication'),
      ];
    case 'xstate.error.actor.requestToken':
    case 'xstate.error.actor.verifyCode':
      return [
        // A code can be rejected only after one was sent.
        ...codes
          .filter((code) => code !== 'invalid-code' || context.challenge !== null)
          .filter((code) => !isPasswordChosen || setUpFailures.includes(code))
          .map((code) => ({ outcome: { type: 'failed', code } as const, error: new AuthError(code) })),
        { outcome: { type: 'thrown' }, error: new Error('a defect') },
      ];
    case 'xstate.done.actor.awaitTurn':
      return [{ event: { type: 'turn.granted' } }];
    case 'xstate.error.actor.awaitTurn':
      return [{ event: { type: 'turn.failed' }, error: new Error('a defect') }];
    default:
      return [];
  }
}

const output = (outcome: ModelOutcome, reply: TokenReply) => ({ outcome, output: reply });

const succeedsWith = (session: Session) => output({ type: 'succeeded' }, { type: 'succeeded', session });

const waits = output({ type: 'waiting' }, { type: 'waiting' });

const restarts = output(
  { type: 'restarting' },
  { type: 'restarting', credentials: { username: 'trader', password: secret('new password') } },
);

const expects = (kind: 'code' | 'pin' | 'new-password', step: string) =>
  output(
    { type: 'expecting', kind },
    {
      type: 'expecting',
      expectation: { step, kind, reason: step, interimToken: secret('interim'), personalPhrase: null, image: null },
    },
  );
