import type { AnyTransitionDefinition, InspectionEvent } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';

const nodes = [...Object.values(authMachine.states), authMachine.root];

const candidatesIn = (state: unknown, eventType: string): readonly AnyTransitionDefinition[] => {
  const node = nodes.find(({ key }) => key === state);
  if (eventType === '') return node?.always ?? [];
  return [node, authMachine.root].flatMap((source) => source?.transitions.get(eventType) ?? []);
};

const nameOf = ({ source, eventType }: AnyTransitionDefinition, index: number) =>
  `${source.key}: ${eventType || 'always'} #${index}`;

/** Everything there is to cover. */
const definitions = nodes.flatMap(({ always = [], transitions }) => [always, ...transitions.values()]);
const allTransitions = definitions.flatMap((candidates) => candidates.map(nameOf));
const allBranches = definitions.flatMap((candidates) =>
  candidates.flatMap((candidate, index) =>
    candidate.guard ? [`${nameOf(candidate, index)} holds`, `${nameOf(candidate, index)} does not hold`] : [],
  ),
);

/** Which transitions of the machine were taken, and which of its guards held and did not, as an inspector sees them. */
export class Coverage {
  readonly #seen = new Set<string>();
  readonly #states = new WeakMap<object, unknown>();

  /** Goes into the `inspect` option of an actor. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.actorRef.sessionId !== event.rootId) return;
    const state = this.#states.get(event.actorRef) ?? 'idle';
    if (event.type === '@xstate.microstep') {
      const [taken] = event._transitions;
      const eventType = taken ? taken.eventType : event.event.type;
      const sources = taken ? candidatesIn(taken.source.key, eventType) : candidatesIn(state, eventType);
      const siblings = (eventType === '' ? taken?.source.always : taken?.source.transitions.get(eventType)) ?? [];
      this.#choose(sources, taken ? siblings.indexOf(taken) : -1);
    }
    if (!('snapshot' in event)) return;
    const value: unknown = Reflect.get(event.snapshot, 'value');
    this.#states.set(event.actorRef, value);
    if (event.type === '@xstate.snapshot') this.#choose(candidatesIn(value, ''), -1);
  };

  /** What was never seen. */
  get missing(): string[] {
    return [...allTransitions, ...allBranches].filter((name) => !this.#seen.has(name));
  }

  get summary(): string {
    const count = (names: string[]) => `${names.filter((name) => this.#seen.has(name)).length} of ${names.length}`;
    return `${count(allTransitions)} transitions, ${count(allBranches)} guard branches`;
  }

  /** Guards are tried in order, up to the one that holds. */
  #choose(candidates: readonly AnyTransitionDefinition[], chosen: number): void {
    for (const [index, candidate] of candidates.entries()) {
      const name = nameOf(candidate, index);
      if (index === chosen) this.#seen.add(name);
      if (candidate.guard) this.#seen.add(`${name} ${index === chosen ? 'holds' : 'does not hold'}`);
      if (index === chosen) return;
    }
  }
}
