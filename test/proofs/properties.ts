import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../../machines/auth.machine.ts';
import { failures } from '../../machines/failures.ts';
import { exploreStates } from '../../src/testing/model/model.ts';
import type { ModelOutcome } from '../../src/testing/model/model-path.ts';

type Machine = typeof authMachine;
type State = SnapshotFrom<Machine>;

/** A step of the machine: a state, an event, and the next state. */
interface Step {
  readonly from: State;
  readonly event: string;
  /** The outcome of a request, if the event is the end of one. */
  readonly outcome: ModelOutcome | undefined;
  readonly to: State;
}

/** All states and steps of a machine. */
interface World {
  readonly states: readonly State[];
  readonly steps: readonly Step[];
}

/** The counterexamples to a property. */
export type Counterexamples = readonly string[];

/** Explores all reachable states of a machine. */
export function explore(machine: Machine): World {
  const found = exploreStates(machine);
  const steps = found.flatMap(({ state: from, transitions }) =>
    Object.values(transitions).map(({ event, state: to }) => ({
      from,
      event: event.type,
      outcome: event.outcome,
      to,
    })),
  );
  return { states: found.map(({ state }) => state), steps };
}

const isBusy = (state: State) => state.hasTag('busy');
const isIn = (state: State, ...values: State['value'][]) => values.includes(state.value);
const show = ({ value, context }: State) => `${value} ${JSON.stringify(context)}`;
/** The requests that a step starts. */
const begunBy = (from: State, to: State) =>
  Object.keys(to.children).filter((id) => id !== 'awaitTurn' && to.children[id] !== from.children[id]);
const against = (states: readonly State[]): Counterexamples => states.map(show);
const againstSteps = (steps: readonly Step[]): Counterexamples =>
  steps.map(({ from, event, to }) => `${show(from)} -- ${event} --> ${show(to)}`);

/** The states from which no wanted state can be reached. */
function unableToReach({ states, steps }: World, isWanted: (state: State) => boolean): readonly State[] {
  const able = new Set(states.filter(isWanted).map(show));
  for (let before = -1; before !== able.size; ) {
    before = able.size;
    for (const { from, to } of steps) if (able.has(show(to))) able.add(show(from));
  }
  return states.filter((state) => !able.has(show(state)));
}

/** Properties of every reachable state. Each one lists its counterexamples. */
export const properties = {
  'a session token exists in `authenticated`, and in no other state': ({ states }: World) =>
    against(states.filter((state) => (state.context.session !== null) !== isIn(state, 'authenticated'))),

  'credentials exist only while a request may need them': ({ states }: World) =>
    against(
      states.filter(
        ({ context, value }) => context.credentials !== null && (value === 'idle' || value === 'authenticated'),
      ),
    ),

  'credentials exist in `failed` only if a retry can help': ({ states }: World) =>
    against(
      states.filter(
        (state) => isIn(state, 'failed') && (state.context.credentials !== null) !== state.context.failure?.retryable,
      ),
    ),

  'an interim token is never a session': ({ steps }: World) =>
    againstSteps(
      steps.filter(({ from, to }) => {
        const interim = from.context.challenge?.interimToken ?? to.context.challenge?.interimToken;
        return interim !== undefined && to.context.session?.token === interim;
      }),
    ),

  'a challenge exists only while it waits for the user or the server': ({ states }: World) =>
    against(
      states.filter((state) => (state.context.challenge !== null) !== isIn(state, 'awaitingCode', 'verifyingCode')),
    ),

  'a failure exists in `failed`, and in no other state': ({ states }: World) =>
    against(states.filter((state) => (state.context.failure !== null) !== isIn(state, 'failed'))),

  '`idle` can be reached from every state': (world: World) =>
    against(unableToReach(world, (state) => isIn(state, 'idle'))),

  '`authenticated` can be reached from every state, so there is no dead end': (world: World) =>
    against(unableToReach(world, (state) => isIn(state, 'authenticated'))),

  'every busy state can be cancelled at once': ({ states, steps }: World) =>
    against(
      states.filter(isBusy).filter(
        (state) =>
          !steps.some(({ from, event, to }) => {
            const isToldOf =
              to.context.failure?.code === 'cancelled' && state.context.challenge?.kind === 'new-password';
            return from === state && event === 'cancel' && (isIn(to, 'idle') || isToldOf);
          }),
      ),
    ),

  '`retry` is possible exactly for the failures that the table marks as retryable': ({ states, steps }: World) =>
    against(
      states.filter((state) => {
        const { failure } = state.context;
        const helps = isIn(state, 'failed') && failure !== null && failures[failure.code].retryable;
        const isTaken = steps.some(({ from, event, to }) => from === state && event === 'retry' && isBusy(to));
        return helps !== isTaken;
      }),
    ),

  'an event starts at most one request, and the end of a request starts none, unless the login starts over': ({
    steps,
  }: World) =>
    againstSteps(
      steps.filter(({ from, outcome, to }) => {
        return begunBy(from, to).length > (outcome && outcome.type !== 'restarting' ? 0 : 1);
      }),
    ),

  'a login that awaits its turn makes no request until it has come': ({ states, steps }: World) => [
    ...against(
      states.filter((state) => isIn(state, 'awaitingTurn') && Object.keys(state.children).join() !== 'awaitTurn'),
    ),
    ...againstSteps(
      steps.filter(
        ({ from, event, to }) =>
          isIn(from, 'awaitingTurn') && begunBy(from, to).length > 0 !== (event === 'xstate.done.actor.awaitTurn'),
      ),
    ),
  ],

  'the attempts at a challenge are counted up to three': ({ states }: World) =>
    against(
      states.filter(({ context }) => context.challenge !== null && ![1, 2, 3].includes(context.challenge.attempt)),
    ),
} satisfies Record<string, (world: World) => Counterexamples>;

/**
 * Properties of sequences. The machine has a few dozen states, so a search of its graph replaces a model checker.
 */
export const temporalProperties = {
  'the end of a request ends the busy state, so nothing stays busy longer than another login': ({ steps }: World) =>
    againstSteps(
      steps.filter(
        ({ from, outcome, to }) =>
          isBusy(from) &&
          !isIn(from, 'awaitingTurn') &&
          isBusy(to) &&
          begunBy(from, to).length > 0 &&
          outcome?.type !== 'restarting',
      ),
    ),

  'a correct code leads to a session or to the next step': ({ states, steps }: World) =>
    against(
      states.filter((state) => {
        if (!isIn(state, 'awaitingCode')) return false;
        const verifying = steps.find(({ from, event }) => from === state && event === 'code.submit')?.to;
        const next = steps.filter(({ from }) => verifying && show(from) === show(verifying));
        // A new password is not a code that can be correct: the login starts over.
        const restarts = next.filter(({ outcome }) => outcome?.type === 'restarting');
        if (restarts.length > 0) return !restarts.every(({ to }) => isIn(to, 'requestingToken'));
        const succeeds = next.filter(({ outcome }) => outcome?.type === 'succeeded');
        const goesOn = next.filter(
          ({ outcome }) => outcome?.type === 'expecting' && outcome.kind !== state.context.challenge?.kind,
        );
        return !(
          succeeds.length > 0 &&
          goesOn.length > 0 &&
          succeeds.every(({ to }) => isIn(to, 'authenticated')) &&
          goesOn.every(({ to }) => isIn(to, 'awaitingCode') && to.context.challenge?.attempt === 1)
        );
      }),
    ),

  'repeated wrong codes end the login, which can then be started over': ({ states, steps }: World) => {
    const wrong = steps.filter(
      ({ from, event, outcome, to }) =>
        (isIn(from, 'awaitingCode') && event === 'code.submit') ||
        (outcome?.type === 'expecting' && outcome.kind === from.context.challenge?.kind && !isIn(to, 'failed')),
    );
    // The states that remain after removing all that lead to an end form an endless loop.
    let circling = [...states];
    for (let before = -1; before !== circling.length; ) {
      before = circling.length;
      const keys = new Set(circling.map(show));
      circling = circling.filter((state) => wrong.some(({ from, to }) => from === state && keys.has(show(to))));
    }
    return against(circling);
  },
} satisfies Record<string, (world: World) => Counterexamples>;
