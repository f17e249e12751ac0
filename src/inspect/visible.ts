import * as v from 'valibot';
import type { AnyStateMachine, AnyStateNode, EventObject, Snapshot, StateValue } from 'xstate';
import { type FailureCode, failures } from '../../machines/failures.ts';
import { challengeHeader } from '../protocol/steps.ts';

/** Values of an unexpected type are omitted: a text in place of a number could be anything. */
const visible = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);
const oneOf = <const Word extends string>(...words: Word[]) => visible(v.picklist(words));

const step = visible(
  v.pipe(
    v.string(),
    // Unknown steps consist of the server's words.
    v.check((name) => challengeHeader(name) !== undefined),
  ),
);
const challenge = visible(
  v.object({
    kind: oneOf('code', 'pin', 'other', 'new-password', 'new-pin'),
    step,
    attempt: visible(v.number()),
    maxAttempts: visible(v.number()),
    problem: oneOf('invalid-code', 'invalid-input', 'network', 'timeout'),
  }),
);
const session = visible(v.object({ issuedAt: visible(v.number()), expiresAt: visible(v.number()) }));
const failure = visible(
  v.object({
    code: oneOf(...(Object.keys(failures) as FailureCode[])),
    step,
    retryable: visible(v.boolean()),
  }),
);

/** The only data that is shown: from the context, and from the output of services. */
const facts = visible(
  v.object({
    type: oneOf('succeeded', 'expecting', 'restarting', 'waiting'),
    challenge,
    expectation: challenge,
    session,
    failure,
  }),
);

const statuses = oneOf('active', 'done', 'error', 'stopped');

/** The only part of an error that is shown: the failure of an `AuthError`. */
const thrown = visible(v.object({ failure }));

/** An event without its data, except the visible part of a service's result. */
export function visibleEvent(event: EventObject): EventObject {
  return {
    type: event.type,
    ...('output' in event && { output: v.parse(facts, event.output) }),
    ...('error' in event && { error: v.parse(thrown, event.error) }),
  };
}

/** The visible part of a snapshot. `machine` is its machine, if it is not a service. */
export function visibleSnapshot(snapshot: object | undefined, machine: AnyStateMachine | null): Snapshot<unknown> {
  const { status, value, tags, context, output } = (snapshot ?? {}) as Record<string, unknown>;
  return {
    status: v.parse(statuses, status) ?? 'active',
    output: v.parse(facts, output),
    error: undefined,
    ...(machine && {
      value: visibleValue(value, machine.root),
      context: v.parse(facts, context) ?? {},
      tags: tags instanceof Set ? [...tags] : [],
    }),
  } as Snapshot<unknown>;
}

/** The names that are states of the machine. */
function visibleValue(value: unknown, { states }: AnyStateNode): StateValue | undefined {
  if (typeof value === 'string') return Object.hasOwn(states, value) ? value : undefined;
  const entries = Object.entries(value ?? {}).flatMap(([name, part]) => {
    const node = Object.hasOwn(states, name) && states[name];
    return node ? [[name, visibleValue(part, node)]] : [];
  });
  return Object.fromEntries(entries);
}
