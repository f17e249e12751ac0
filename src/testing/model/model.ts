import type { ActorLogic, SnapshotFrom } from 'xstate';
import { type AdjacencyValue, TestModel } from 'xstate/graph';
import { authMachine } from '../../../machines/auth.machine.ts';
import { AuthError, type FailureCode, failures } from '../../../machines/failures.ts';
import { secret } from '../../../machines/secret.ts';
import type { AuthInput, Session, TokenReply } from '../../../machines/vocabulary.ts';
import type { ModelEvent, ModelOutcome, ModelPath, ModelState, ModelTurn } from './model-path.ts';

/** Test paths through the login machine. */
export interface AuthTestModel {
  /** One path into each state by each way that leads there: every transition, every failure, every attempt. */
  getShortestPaths(): ModelPath[];
  /** Every way through the machine that takes no step twice. */
  getSimplePaths(): ModelPath[];
}

type AuthSnapshot = SnapshotFrom<typeof authMachine>;

/** An event of the machine, as plain data, and what it stands for in a path. */
interface Move {
  readonly type: string;
  readonly event?: ModelEvent;
  readonly outcome?: ModelOutcome;
  readonly [property: string]: unknown;
}

interface ModelStep {
  readonly event: Move;
  readonly state: AuthSnapshot;
}

/** The codes that only the machine and the hosts give. */
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

/** The codes that a service can fail with. */
const serviceFailures = (Object.keys(failures) as FailureCode[]).filter((code) => !hostFailures.includes(code));

/** Those that can come of setting a new password. */
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

// For long paths, one failure of each kind that the machine tells apart is enough, and a PIN is as good as a code.
const typicalFailures: readonly FailureCode[] = ['network'];
const isTypical = ({ outcome }: Move) =>
  outcome?.type !== 'thrown' && !(outcome?.type === 'expecting' && outcome.kind !== 'code');

// A session that is over from the start stands for one whose time has passed, since no event of the machine tells the time.
const sessions = {
  none: null,
  live: { username: 'trader', token: secret('token'), issuedAt: 0, expiresAt: Number.POSITIVE_INFINITY },
  over: { username: 'trader', token: secret('token'), issuedAt: 0, expiresAt: 0 },
} satisfies Record<ModelPath['session'], Session | null>;

/** A session from elsewhere: newer than any other, or over. */
const shared = (over: boolean): Session => (over ? sessions.over : { ...sessions.live, issuedAt: 1 });

/**
 * The login machine as a model to test against. The paths come from the very machine that ships, walked with all that users,
 * hosts, servers and time can do to it; {@link runPath} walks them on a real login.
 */
export function createAuthTestModel(): AuthTestModel {
  return {
    getShortestPaths: () =>
      (['none', 'live', 'over'] as const).flatMap((session) =>
        [shortestPaths(session, (move) => !isShared(move)), shortestPaths(session, () => true).filter(endsShared)]
          .flat()
          .map((steps) => toModelPath(session, steps)),
      ),
    getSimplePaths: () =>
      createModel(authMachine, 'none', typicalFailures)
        .getSimplePaths({
          serializeState: (...[state, , from]) => `${project(state)} from ${from?.value}`,
          // Its type names the events of users alone, but it knows those of services and timers.
          filterEvents: (snapshot, move) => isTypical(move) && !isShared(move) && snapshot.can(move as never),
        })
        .map(({ steps }) => toModelPath('none', steps)),
  };
}

// A session from elsewhere leads into `authenticated` from anywhere, so that it would be a part of most paths, and those that
// a user can go would be missing. It comes last, in paths of its own.
const isShared = ({ event }: Move) => event?.type === 'session.shared';
const endsShared = (steps: readonly ModelStep[]) =>
  steps.findIndex(({ event }) => isShared(event)) === steps.length - 1;

const shortestPaths = (session: ModelPath['session'], isWanted: (move: Move) => boolean): ModelStep[][] =>
  createModel(authMachine, session, serviceFailures)
    .getShortestPaths({
      serializeState: (...step) => `${project(step[0])}${arrival(...step)}`,
      filterEvents: (_, move) => isWanted(move),
    })
    .map(({ steps }) => steps);

/** All states that a machine can reach, each with what can happen there and where it leads. */
export function exploreStates(machine: typeof authMachine): AdjacencyValue<AuthSnapshot, Move>[] {
  const found = (['none', 'live', 'over'] as const).map((session) =>
    createModel(machine, session, serviceFailures).getAdjacencyMap(),
  );
  return Object.values(Object.assign({}, ...found));
}

function createModel(machine: typeof authMachine, session: ModelPath['session'], codes: readonly FailureCode[]) {
  // The machine also takes the events of its services and timers, which its type does not name.
  const logic = machine as unknown as ActorLogic<AuthSnapshot, Move, AuthInput>;
  return new TestModel<AuthSnapshot, Move, AuthInput>(logic, {
    input: { session: sessions[session] },
    events: (snapshot) => movesFrom(machine, snapshot, codes),
    serializeState: project,
    // Only a machine that counts without end has more.
    limit: 100_000,
  });
}

/** All that can happen in a state: a case for each of its transitions. */
function movesFrom(machine: typeof authMachine, snapshot: AuthSnapshot, codes: readonly FailureCode[]): Move[] {
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
      // A new password is judged by another endpoint, which signs nobody in.
      if (isPasswordChosen) return [restarts, expects('new-password', 'BaseAuthentication')];
      return [
        succeedsWith(sessions.live),
        succeedsWith(sessions.over),
        expects('code', 'VerificationCode'),
        expects('pin', 'SecutityPin'),
        expects('new-password', 'BaseAuthentication'),
      ];
    case 'xstate.error.actor.requestToken':
    case 'xstate.error.actor.verifyCode':
      return [
        // Before anything was answered, no answer can be refused.
        ...codes
          .filter((code) => code !== 'invalid-code' || context.challenge !== null)
          .filter((code) => !isPasswordChosen || setUpFailures.includes(code))
          .map((code) => ({ outcome: { type: 'failed', code } as const, error: new AuthError(code) })),
        { outcome: { type: 'thrown' }, error: new Error('a defect') },
      ];
    default:
      return [];
  }
}

const output = (outcome: ModelOutcome, reply: TokenReply) => ({ outcome, output: reply });

const succeedsWith = (session: Session) => output({ type: 'succeeded' }, { type: 'succeeded', session });

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

/** What tells one state from another: all of the context but the texts. */
function project({ value, context: { credentials, challenge, session, failure } }: AuthSnapshot): string {
  return JSON.stringify([
    value,
    credentials !== null,
    challenge && [challenge.kind, challenge.attempt, challenge.problem],
    session && session.expiresAt === 0,
    failure?.code,
  ]);
}

/** How a state was come by. Without it, ways back into a state that is known already would not be walked. */
function arrival(_: AuthSnapshot, move: Move | undefined, from?: AuthSnapshot): string {
  return move && from ? ` by ${move.type} ${JSON.stringify(move.outcome)} from ${from.value}` : '';
}

function toModelPath(session: ModelPath['session'], steps: readonly ModelStep[]): ModelPath {
  const turns: ModelTurn[] = [];
  let start: ModelState = { state: 'idle' };
  for (const { event: move, state } of steps) {
    const { event, outcome } = move;
    const before = turns.at(-1);
    if (event) turns.push({ event, busy: null, outcome: null, state: visible(state) });
    else if (outcome && before?.outcome?.type === 'restarting') {
      turns.push({ event: { type: 'restart' }, busy: before.state, outcome, state: visible(state) });
    } else if (outcome && before)
      turns.splice(-1, 1, { ...before, busy: before.state, outcome, state: visible(state) });
    else start = visible(state);
  }
  const description = turns.map(describe).join('; ');
  return {
    session,
    start,
    turns,
    description: session === 'none' ? description : `${session} session; ${description}`,
  };
}

function visible({ value, context: { challenge, failure } }: AuthSnapshot): ModelState {
  // Nothing rests in `deciding`.
  const state = value as Exclude<typeof value, 'deciding'>;
  if (state === 'failed' && failure) return { state, code: failure.code };
  if (state !== 'awaitingCode' || !challenge) return { state };
  const { kind, attempt, problem } = challenge;
  return { state, kind, attempt, problem };
}

function describe({ event, outcome, state }: ModelTurn): string {
  const results = outcome ? Object.values(outcome).join(' ') : state.state;
  return `${event.type}${'over' in event && event.over ? ' too late' : ''} (${results})`;
}
