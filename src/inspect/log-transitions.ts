import type { ActorRefLike, InspectionEvent } from 'xstate';
import type { AuthContext } from '../../machines/vocabulary.ts';
import { type InspectedActor, redactedInspect } from './redacted-inspect.ts';

/** Options of {@link logTransitions}. */
export interface LogTransitionsOptions {
  /**
   * Writes one line, which has no line break.
   *
   * @default console.log
   */
  readonly write?: ((line: string) => void) | undefined;
}

interface VisibleSnapshot {
  readonly value: unknown;
  readonly context: Partial<AuthContext>;
  readonly tags: readonly string[];
}

/** The last known state of an actor. */
interface Moment {
  readonly state: string;
  /** In milliseconds, with an arbitrary origin. */
  readonly since: number;
}

/**
 * Logs a running login, with one line per transition, and the duration of the previous state:
 *
 * ```
 * idle -> requestingToken 2140 ms
 * requestingToken -> awaitingCode (VerificationCode) 182 ms
 * awaitingCode -> verifyingCode 9310 ms
 * verifyingCode -> failed (invalid-code) 90 ms
 * ```
 *
 * It shows no more than `redactedInspect` passes on. If the login is a child of another machine, lines start with its actor's id.
 *
 * @example
 * ```ts
 * import { createAuth } from 'etna-auth';
 * import { logTransitions } from 'etna-auth/inspect';
 *
 * const inspect = logTransitions({ write: (line) => console.debug('login:', line) });
 * const auth = createAuth({ baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key', inspect });
 * ```
 */
export function logTransitions({ write = console.log }: LogTransitionsOptions = {}): (event: InspectionEvent) => void {
  const last = new WeakMap<ActorRefLike, Moment>();
  return redactedInspect((event) => {
    if (event.type !== '@xstate.snapshot' || !('value' in event.snapshot)) return;
    const { actorRef, snapshot } = event;
    const { value, context, tags } = snapshot as unknown as VisibleSnapshot;
    const state = typeof value === 'string' ? value : JSON.stringify(value);
    const before = last.get(actorRef);
    if (before?.state === state) return;
    const since = performance.now();
    last.set(actorRef, { state, since });
    if (!before) return;
    const { id, _parent: parent }: InspectedActor = actorRef;
    const transition = `${before.state} -> ${state}${tags.includes('busy') ? '' : remarks(state, context)} ${Math.round(since - before.since)} ms`;
    write(parent ? `${id}: ${transition}` : transition);
  });
}

/** The step that the server requires, or the code of the failure. */
function remarks(state: string, { challenge, failure }: Partial<AuthContext>): string {
  const asked = state === 'awaitingCode' && challenge ? [challenge.step ?? challenge.kind, challenge.problem] : [];
  const told = [...asked, failure?.code].filter(Boolean);
  return told.length > 0 ? ` (${told.join(', ')})` : '';
}
