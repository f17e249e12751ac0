import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A transition with a target, for display. */
export interface Way {
  /** `login`, `after sessionLifetime`, `at once`; `done` or `error` of a service. */
  readonly event: string;
  /** The event as XState names it. */
  readonly eventType: string;
  readonly service: string | null;
  /** `else` if others of the same event come first. */
  readonly guard: string | null;
  /** The key of the state that it leads to. */
  readonly target: string;
  readonly description: string | null;
}

/** The transitions of a state, or of a whole machine by its root, in the order in which they are tried. */
export function waysOf({ always = [], transitions }: AnyStateNode): Way[] {
  const lists: AnyTransitionDefinition[][] = [always, ...transitions.values()];
  return lists.flatMap((list) =>
    list.flatMap(({ eventType, guard, description = null, target = [] }, index) => {
      const name = typeof guard === 'object' && 'type' in guard ? guard.type : null;
      return target.map((state) => ({
        ...partsOf(eventType),
        eventType,
        guard: name ?? (index > 0 ? 'else' : null),
        target: state.key,
        description,
      }));
    }),
  );
}

/** All states of a machine. */
export const statesOf = ({ states }: AnyStateMachine): AnyStateNode[] => Object.values(states);

function partsOf(eventType: string): Pick<Way, 'event' | 'service'> {
  if (eventType === '') return { event: 'at once', service: null };
  const [, outcome, service = null] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(eventType) ?? [];
  if (outcome) return { event: outcome, service };
  const [, delay] = /^xstate\.after\.([^.]+)/.exec(eventType) ?? [];
  return { event: delay ? `after ${delay}` : eventType, service: null };
}

/** All transitions from one state to another, which are drawn as one arrow. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly ways: readonly Way[];
  readonly labels: readonly string[];
}

/** Stands for all states, for transitions that leave all of them. */
export const anyState = 'any state';

/** The arrows between states. */
export function arrowsOf(machine: AnyStateMachine): Arrow[] {
  const ways = [machine.root, ...statesOf(machine)].flatMap((node) =>
    waysOf(node).map((way) => ({ ...way, from: node.parent ? node.key : anyState })),
  );
  return [...Map.groupBy(ways, ({ from, target }) => `${from} ${target}`).values()].flatMap((group) =>
    group.slice(0, 1).map(({ from, target }) => ({ from, to: target, ways: group, labels: group.map(labelOf) })),
  );
}

const labelOf = ({ event, guard }: Way) => (guard === null ? event : `${event} [${guard}]`);

/** The states that a machine starts in. */
export const initialOf = ({ root }: AnyStateMachine): string[] => root.initial.target.map(({ key }) => key);
