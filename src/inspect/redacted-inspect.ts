import { type ActorOptions, type ActorRefLike, type AnyActorLogic, type InspectionEvent, StateMachine } from 'xstate';
import { visibleEvent, visibleSnapshot } from './visible.ts';
import { visibleConfig } from './visible-config.ts';

/** The values that XState accepts as `inspect`: a function, or an observer such as the `inspect` of `@statelyai/inspect`. */
export type Inspect = NonNullable<ActorOptions<AnyActorLogic>['inspect']>;

/** What inspectors read from an actor, beyond XState's documented interface. */
export interface InspectedActor extends ActorRefLike {
  readonly id?: string;
  readonly logic?: unknown;
  readonly _parent?: ActorRefLike;
}

/**
 * Shows a running login to an inspector, through an allow-list: the names of states, events, actions and guards, the kind and attempt of a
 * challenge, the code of a failure, the times of a session. Nothing else is passed on, secret or not: no user name, none of the server's
 * words, no input, output or error of a service, no context of your own machines.
 *
 * Instead of the actors, the inspector receives placeholders, to which it cannot send events.
 *
 * @example
 * ```ts
 * import { createBrowserInspector } from '@statelyai/inspect';
 * import { createAuth } from 'etna-auth';
 * import { redactedInspect } from 'etna-auth/inspect';
 *
 * const auth = createAuth({
 *   baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
 *   appKey: 'key',
 *   inspect: redactedInspect(createBrowserInspector().inspect),
 * });
 * ```
 */
export function redactedInspect(inspect: Inspect): (event: InspectionEvent) => void {
  // One per actor, since inspectors compare them by identity.
  const standIns = new WeakMap<ActorRefLike, ActorRefLike>();

  function standInFor(actor: InspectedActor): ActorRefLike {
    const known = standIns.get(actor);
    if (known) return known;
    const machine = machineOf(actor);
    const standIn = {
      id: actor.id,
      sessionId: actor.sessionId,
      _parent: actor._parent && standInFor(actor._parent),
      logic: { config: machine && visibleConfig(machine.config) },
      getSnapshot: () => visibleSnapshot(actor.getSnapshot(), machine),
      send: () => {},
    };
    standIns.set(actor, standIn);
    return standIn;
  }

  return (event) => {
    const visible = {
      type: event.type,
      rootId: event.rootId,
      actorRef: standInFor(event.actorRef),
      ...('sourceRef' in event && { sourceRef: event.sourceRef && standInFor(event.sourceRef) }),
      ...('event' in event && { event: visibleEvent(event.event) }),
      ...('snapshot' in event && { snapshot: visibleSnapshot(event.snapshot, machineOf(event.actorRef)) }),
      ...('action' in event && { action: { type: event.action.type } }),
      ...('_transitions' in event && { _transitions: [] }),
    } as InspectionEvent;
    if (typeof inspect === 'function') inspect(visible);
    else inspect.next?.(visible);
  };
}

const machineOf = ({ logic }: InspectedActor) => (logic instanceof StateMachine ? logic : null);
