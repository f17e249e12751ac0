import { describe, expect, it } from 'vitest';
import { assign, createMachine } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { challengeAfter } from '../../machines/outcome.ts';
import { explore, properties, temporalProperties } from './properties.ts';

const all = { ...properties, ...temporalProperties };
type Property = keyof typeof all;
type Config = typeof authMachine.config;
type StateConfig = NonNullable<NonNullable<Config['states']>[string]>;

const world = explore(authMachine);

describe(`the ${world.states.length} states and ${world.steps.length} steps of the machine`, () => {
  it('include every state that is not left at once', () => {
    const resting = Object.keys(authMachine.states).filter((name) => name !== 'deciding');
    expect(new Set(world.states.map(({ value }) => value))).toEqual(new Set(resting));
  });

  it('never throw', () => {
    const fragile = authMachine.provide({
      guards: {
        canRetry: () => {
          throw new Error('broken');
        },
      },
    });
    expect(() => explore(authMachine)).not.toThrow();
    expect(() => explore(fragile)).toThrow('broken');
  });

  it.each(Object.entries(all))('%s', (_, findCounterexamples) => {
    expect(findCounterexamples(world)).toEqual([]);
  });
});

it('an event without a case in the model is reported', () => {
  const grown = rewrite('idle', (state) => ({ ...state, on: { ...state.on, 'unheard.of': { target: 'failed' } } }));
  expect(() => explore(grown)).toThrow('The model has no case for "unheard.of" in "idle".');
});

/** The machine with one state changed. */
function rewrite(name: string, edit: (state: StateConfig) => StateConfig): typeof authMachine {
  const { states = {} } = authMachine.config;
  const state = states[name];
  if (!state) throw new Error(`There is no state ${name}.`);
  const config = { ...authMachine.config, states: { ...states, [name]: edit(state) } };
  return createMachine(config as never).provide(authMachine.implementations as never) as never;
}

const without = (event: string) => (state: StateConfig) => ({
  ...state,
  on: Object.fromEntries(Object.entries(state.on ?? {}).filter(([type]) => type !== event)),
});

const nothing = () => {};

// A broken machine for each property, which shows that the property can fail.
const broken: Record<Property, typeof authMachine> = {
  'a session token exists in `authenticated`, and in no other state': authMachine.provide({
    actions: { clearSession: nothing },
  }),
  'credentials exist only while a request may need them': authMachine.provide({
    actions: { clearLogin: nothing },
  }),
  'credentials exist in `failed` only if a retry can help': authMachine.provide({
    guards: { hasUselessCredentials: () => false },
  }),
  'an interim token is never a session': authMachine.provide({
    guards: { isSucceeded: ({ context }) => context.challenge !== null },
    actions: {
      setSession: assign(({ context: { challenge } }) => ({
        session: challenge && {
          username: '',
          token: challenge.interimToken,
          issuedAt: 0,
          expiresAt: Number.POSITIVE_INFINITY,
        },
      })),
    },
  }),
  'a challenge exists only while it waits for the user or the server': rewrite('failed', (state) => ({
    ...state,
    entry: [{ type: 'setFailure' }],
  })),
  'a failure exists in `failed`, and in no other state': authMachine.provide({ actions: { setFailure: nothing } }),
  '`idle` can be reached from every state': rewrite('failed', ({ description = '' }) => ({
    description,
    on: { 'session.shared': {} },
  })),
  '`authenticated` can be reached from every state, so there is no dead end': authMachine.provide({
    guards: { isSucceeded: () => false, isNewerSession: () => false },
  }),
  'every busy state can be cancelled at once': rewrite('verifyingCode', without('cancel')),
  '`retry` is possible exactly for the failures that the table marks as retryable': authMachine.provide({
    guards: { canRetry: () => true },
  }),
  'an event starts at most one request, and the end of a request starts none, unless the login starts over': rewrite(
    'failed',
    (state) => ({
      ...state,
      always: { guard: 'canRetry', target: 'requestingToken' },
    }),
  ),
  'a login that awaits its turn makes no request until it has come': rewrite('awaitingTurn', (state) => ({
    ...state,
    on: { ...state.on, 'code.resend': { target: 'requestingToken' } },
  })),
  'the attempts at a challenge are counted up to three': authMachine.provide({
    actions: {
      setChallenge: assign(({ context, event }) => {
        const challenge = challengeAfter(context, event);
        return { challenge: challenge && { ...challenge, attempt: challenge.attempt + 3 * (challenge.attempt % 2) } };
      }),
    },
  }),
  'the end of a request ends the busy state, so nothing stays busy longer than another login': rewrite(
    'requestingToken',
    (state) => ({
      ...state,
      on: { ...state.on, 'code.resend': { target: 'requestingToken', reenter: true } },
    }),
  ),
  'a correct code leads to a session or to the next step': authMachine.provide({
    guards: { isChallenged: ({ context }) => context.challenge === null },
  }),
  'repeated wrong codes end the login, which can then be started over': authMachine.provide({
    actions: {
      // Does not count the attempts.
      setChallenge: assign(({ context, event }) => {
        const challenge = challengeAfter(context, event);
        return { challenge: challenge && { ...challenge, attempt: 1 } };
      }),
    },
  }),
};

describe('a broken machine violates:', () => {
  it.each(Object.keys(all) as Property[])('%s', (property) => {
    expect(all[property](explore(broken[property]))).not.toEqual([]);
  });
});
