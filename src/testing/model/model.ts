import type { ActorLogic } from 'xstate';
import { type AdjacencyValue, TestModel } from 'xstate/graph';
import { authMachine } from '../../../machines/auth.machine.ts';
import type { FailureCode } from '../../../machines/failures.ts';
import type { AuthInput } from '../../../machines/vocabulary.ts';
import { isUnsent, type ModelPath, type ModelState, type ModelTurn } from './model-path.ts';
import { type AuthSnapshot, type Move, movesFrom, serviceFailures, sessions } from './moves.ts';

/** Which paths to generate. */
export interface PathOptions {
  /**
   * `screen`: the paths that a person at a screen can walk. They start without a session, contain only events that have a button, and only
   * failures that a server or the network causes, except timeouts, which take long. No other tab signs in. Defaults to all paths.
   */
  readonly for?: 'screen';
}

/** Test paths through the login machine. */
export interface AuthTestModel {
  /** One path into each state by each transition that leads there: every failure and every attempt. */
  getShortestPaths(options?: PathOptions): ModelPath[];
  /** Longer paths, which visit no state twice. They contain only codes and lost connections. */
  getSimplePaths(): ModelPath[];
}

interface ModelStep {
  readonly event: Move;
  readonly state: AuthSnapshot;
}

// In long paths, one failure of each kind that the machine distinguishes is enough, and codes stand for PINs.
const typicalFailures: readonly FailureCode[] = ['network'];
const isTypical = ({ outcome }: Move) =>
  outcome?.type !== 'thrown' &&
  outcome?.type !== 'waiting' &&
  !(outcome?.type === 'expecting' && outcome.kind !== 'code');

/**
 * The login machine as a test model. It generates paths from the machine that ships, with everything that users, hosts, servers and time can
 * do; {@link runPath} runs them on a real login.
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
      withoutBeginnings(
        createModel(authMachine, 'none', typicalFailures).getSimplePaths({
          allowDuplicatePaths: true,
          serializeState: (...[state, , from]) => `${project(state)} from ${from?.value}`,
          // Its type has only the events of users, but it accepts those of services and timers.
          filterEvents: (snapshot, move) => isTypical(move) && !isShared(move) && snapshot.can(move as never),
        }),
      ).map((steps) => toModelPath('none', steps)),
  };
}

/** Whether a person at a screen, or the server, can cause it. */
const isOnScreen = ({ event, outcome }: Move) =>
  !event?.type.startsWith('session.') &&
  !isUnsent(outcome ?? null) &&
  !(outcome?.type === 'failed' && outcome.code === 'timeout');

/** A login that returns an expired session looks the same on a screen. */
const withoutRepetition = (paths: readonly ModelPath[]) => [
  ...new Map(paths.map((path) => [JSON.stringify(path), path])).values(),
];

// A session from elsewhere leads from every state to `authenticated`, so it would be part of most shortest paths, and the user's ways would
// be missing. It has separate paths, in which it comes last.
const isShared = ({ event }: Move) => event?.type === 'session.shared';
const endsShared = (steps: readonly ModelStep[]) =>
  steps.findIndex(({ event }) => isShared(event)) === steps.length - 1;

const shortestPaths = (session: ModelPath['session'], isWanted: (move: Move) => boolean): ModelStep[][] =>
  withoutBeginnings(
    createModel(authMachine, session, serviceFailures).getShortestPaths({
      allowDuplicatePaths: true,
      serializeState: (...step) => `${project(step[0])}${arrival(...step)}`,
      filterEvents: (_, move) => isWanted(move),
    }),
  );

interface Tree extends Map<string, Tree> {}

/** The paths that are not the beginning of another one. xstate/graph compares each with each, which takes seconds for thousands. */
function withoutBeginnings(paths: readonly { readonly steps: ModelStep[] }[]): ModelStep[][] {
  const ways: Tree = new Map();
  return paths
    .map(({ steps }) => steps)
    .sort((one, other) => other.length - one.length)
    .filter((steps) => {
      let end = ways;
      let isNew = false;
      for (const { event } of steps) {
        const name = JSON.stringify(event);
        const next = end.get(name);
        isNew ||= next === undefined;
        const following: Tree = next ?? new Map();
        end.set(name, following);
        end = following;
      }
      return isNew;
    });
}

/** All reachable states of a machine, with their transitions. */
export function exploreStates(machine: typeof authMachine): AdjacencyValue<AuthSnapshot, Move>[] {
  const found = (['none', 'live', 'over'] as const).map((session) =>
    createModel(machine, session, serviceFailures).getAdjacencyMap(),
  );
  return Object.values(Object.assign({}, ...found));
}

function createModel(machine: typeof authMachine, session: ModelPath['session'], codes: readonly FailureCode[]) {
  // The machine also accepts the events of services and timers, which are not in its type.
  const logic = machine as unknown as ActorLogic<AuthSnapshot, Move, AuthInput>;
  return new TestModel<AuthSnapshot, Move, AuthInput>(logic, {
    input: { session: sessions[session] },
    events: (snapshot) => movesFrom(machine, snapshot, codes),
    serializeState: project,
    // Only a machine with an unbounded counter has more.
    limit: 100_000,
  });
}

/** The identity of a state: its value and context, without texts. */
function project({ value, context: { credentials, challenge, session, failure } }: AuthSnapshot): string {
  return JSON.stringify([
    value,
    credentials !== null,
    challenge && [challenge.kind, challenge.attempt, challenge.problem],
    session && session.expiresAt === 0,
    failure?.code,
  ]);
}

/** How a state was reached. Without it, transitions back to a known state would be missing. */
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
  // `deciding` is left at once.
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
