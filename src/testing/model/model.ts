import type { ActorLogic } from 'xstate';
import { type AdjacencyValue, TestModel } from 'xstate/graph';
import { authMachine } from '../../../machines/auth.machine.ts';
import type { FailureCode } from '../../../machines/failures.ts';
import type { AuthInput } from '../../../machines/vocabulary.ts';
import { isUnsent, type ModelPath, type ModelState, type ModelTurn } from './model-path.ts';
import { type AuthSnapshot, type Move, movesFrom, serviceFailures, sessions } from './moves.ts';

/** Which paths are wanted. */
export interface PathOptions {
  /**
   * `screen`: those that a person at a screen can walk. They start without a session, have no events but those of buttons,
   * and fail by what a server or a network does, but for timeouts, which take long. Defaults to all.
   */
  readonly for?: 'screen';
}

/** Test paths through the login machine. */
export interface AuthTestModel {
  /** One path into each state by each way that leads there: every transition, every failure, every attempt. */
  getShortestPaths(options?: PathOptions): ModelPath[];
  /** Longer ways, each of which visits no state of the model twice. They know codes and lost connections only. */
  getSimplePaths(): ModelPath[];
}

interface ModelStep {
  readonly event: Move;
  readonly state: AuthSnapshot;
}

// For long paths, one failure of each kind that the machine tells apart is enough, and a PIN is as good as a code.
const typicalFailures: readonly FailureCode[] = ['network'];
const isTypical = ({ outcome }: Move) =>
  outcome?.type !== 'thrown' && !(outcome?.type === 'expecting' && outcome.kind !== 'code');

/**
 * The login machine as a model to test against. The paths come from the very machine that ships, walked with all that users,
 * hosts, servers and time can do to it; {@link runPath} walks them on a real login.
 */
export function createAuthTestModel(): AuthTestModel {
  return {
    getShortestPaths: ({ for: walker } = {}) =>
      walker === 'screen'
        ? withoutRepetition(shortestPaths('none', isOnScreen).map((steps) => toModelPath('none', steps)))
        : (['none', 'live', 'over'] as const).flatMap((session) =>
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

/** Whether a person at a screen, or the server, can do it. */
const isOnScreen = ({ event, outcome }: Move) =>
  !event?.type.startsWith('session.') &&
  !isUnsent(outcome ?? null) &&
  !(outcome?.type === 'failed' && outcome.code === 'timeout');

/** Sessions that are good and sessions that are over look alike on a screen. */
const withoutRepetition = (paths: readonly ModelPath[]) => [
  ...new Map(paths.map((path) => [JSON.stringify(path), path])).values(),
];

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
