import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../../machines/auth.machine.ts';
import { failures } from '../../machines/failures.ts';
import { exploreStates } from '../../src/testing/model/model.ts';
import type { ModelOutcome } from '../../src/testing/model/model-path.ts';

type Machine = typeof authMachine;
type State = SnapshotFrom<Machine>;

/** A step of the machine: a state, what happens there, and the state that follows. */
interface Step {
  readonly from: State;
  readonly event: string;
  /** What came of a request, where that is what happens; all else is done by somebody. */
  readonly outcome: ModelOutcome | undefined;
  readonly to: State;
}

/** All that a machine can do. */
interface World {
  readonly states: readonly State[];
  readonly steps: readonly Step[];
}

/** What was found against a property: a description of each counterexample. */
export type Counterexamples = readonly string[];

/** Walks everything that a machine can reach. */
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
/** The requests that a step begins. */
const begunBy = (from: State, to: State) =>
  Object.keys(to.children).filter((id) => to.children[id] !== from.children[id]);
const against = (states: readonly State[]): Counterexamples => states.map(show);
const againstSteps = (steps: readonly Step[]): Counterexamples =>
  steps.map(({ from, event, to }) => `${show(from)} -- ${event} --> ${show(to)}`);

/** The states from which none of the wanted ones can be reached. */
function unableToReach({ states, steps }: World, isWanted: (state: State) => boolean): readonly State[] {
  const able = new Set(states.filter(isWanted).map(show));
  for (let before = -1; before !== able.size; ) {
    before = able.size;
    for (const { from, to } of steps) if (able.has(show(to))) able.add(show(from));
  }
  return states.filter((state) => !able.has(show(state)));
}

/** What holds in every state that the machine can reach. Each property lists the counterexamples that it finds. */
export const properties = {
  'there is a session token in `authenticated`, and nowhere else': ({ states }: World) =>
    against(states.filter((state) => (state.context.session !== null) !== isIn(state, 'authenticated'))),

  'there are credentials only where a call may need them': ({ states }: World) =>
    against(
      states.filter(
        ({ context, value }) => context.credentials !== null && (value === 'idle' || value === 'authenticated'),
      ),
    ),

  'there are credentials in `failed` only where a retry can help': ({ states }: World) =>
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

  'there is a challenge only while one is to be answered': ({ states }: World) =>
    against(
      states.filter((state) => (state.context.challenge !== null) !== isIn(state, 'awaitingCode', 'verifyingCode')),
    ),

  'there is a failure in `failed`, and nowhere else': ({ states }: World) =>
    against(states.filter((state) => (state.context.failure !== null) !== isIn(state, 'failed'))),

  'every state can get to `idle`': (world: World) => against(unableToReach(world, (state) => isIn(state, 'idle'))),

  'every state can get to `authenticated`: there is no dead end': (world: World) =>
    against(unableToReach(world, (state) => isIn(state, 'authenticated'))),

  'every busy state can be cancelled, at once': ({ states, steps }: World) =>
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

  '`retry` is taken exactly where the table says that it can help': ({ states, steps }: World) =>
    against(
      states.filter((state) => {
        const { failure } = state.context;
        const helps = isIn(state, 'failed') && failure !== null && failures[failure.code].retryable;
        const isTaken = steps.some(({ from, event, to }) => from === state && event === 'retry' && isBusy(to));
        return helps !== isTaken;
      }),
    ),

  'what one does begins one request at the most, and its end begins none but where the login starts over': ({
    steps,
  }: World) =>
    againstSteps(
      steps.filter(({ from, outcome, to }) => {
        return begunBy(from, to).length > (outcome && outcome.type !== 'restarting' ? 0 : 1);
      }),
    ),

  'answers to one challenge are counted, up to three': ({ states }: World) =>
    against(
      states.filter(({ context }) => context.challenge !== null && ![1, 2, 3].includes(context.challenge.attempt)),
    ),
} satisfies Record<string, (world: World) => Counterexamples>;

/**
 * What holds in the long run. The machine has a few dozen states, so that walking its graph settles what a model checker would
 * be asked, with nothing to install and nothing to translate.
 */
export const temporalProperties = {
  'a request that ends leaves the machine at rest, so that no way stays busy for ever': ({ steps }: World) =>
    againstSteps(
      steps.filter(
        ({ from, outcome, to }) =>
          isBusy(from) && isBusy(to) && begunBy(from, to).length > 0 && outcome?.type !== 'restarting',
      ),
    ),

  'whoever answers right is signed in, or asked for the next step': ({ states, steps }: World) =>
    against(
      states.filter((state) => {
        if (!isIn(state, 'awaitingCode')) return false;
        const verifying = steps.find(({ from, event }) => from === state && event === 'code.submit')?.to;
        const next = steps.filter(({ from }) => verifying && show(from) === show(verifying));
        // Who chooses a password has no code to answer right: the login starts over.
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

  'whoever keeps answering wrong is stopped, and can start over': ({ states, steps }: World) => {
    const wrong = steps.filter(
      ({ from, event, outcome, to }) =>
        (isIn(from, 'awaitingCode') && event === 'code.submit') ||
        (outcome?.type === 'expecting' && outcome.kind === from.context.challenge?.kind && !isIn(to, 'failed')),
    );
    // What is left when all that leads to an end is taken away goes round for ever.
    let circling = [...states];
    for (let before = -1; before !== circling.length; ) {
      before = circling.length;
      const keys = new Set(circling.map(show));
      circling = circling.filter((state) => wrong.some(({ from, to }) => from === state && keys.has(show(to))));
    }
    return against(circling);
  },
} satisfies Record<string, (world: World) => Counterexamples>;
