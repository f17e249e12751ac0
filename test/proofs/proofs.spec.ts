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

describe(`of the ${world.states.length} states and ${world.steps.length} steps of the machine`, () => {
  it('there are some of each kind', () => {
    const resting = Object.keys(authMachine.states).filter((name) => name !== 'deciding');
    expect(new Set(world.states.map(({ value }) => value))).toEqual(new Set(resting));
  });

  it('no event makes it throw', () => {
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

it('an event that the model does not know is told of, and not left out', () => {
  const grown = rewrite('idle', (state) => ({ ...state, on: { ...state.on, 'unheard.of': { target: 'failed' } } }));
  expect(() => explore(grown)).toThrow('The model has no case for "unheard.of" in "idle".');
});

/** The machine with one state written another way. */
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

// A machine broken for each property, which shows that the property can fail.
const broken: Record<Property, typeof authMachine> = {
  'there is a session token in `authenticated`, and nowhere else': authMachine.provide({
    actions: { clearSession: nothing },
  }),
  'there are credentials only where a call may need them': authMachine.provide({
    actions: { clearLogin: nothing },
  }),
  'there are credentials in `failed` only where a retry can help': authMachine.provide({
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
  'there is a challenge only while one is to be answered': authMachine.provide({
    actions: { clearChallenge: nothing },
  }),
  'there is a failure in `failed`, and nowhere else': authMachine.provide({ actions: { setFailure: nothing } }),
  'every state can get to `idle`': rewrite('failed', ({ description = '' }) => ({
    description,
    on: { 'session.shared': {} },
  })),
  'every state can get to `authenticated`: there is no dead end': authMachine.provide({
    guards: { isSucceeded: () => false, isNewerSession: () => false },
  }),
  'every busy state can be cancelled, at once': rewrite('verifyingCode', without('cancel')),
  '`retry` is taken exactly where the table says that it can help': authMachine.provide({
    guards: { canRetry: () => true },
  }),
  'what one does begins one request at the most, and its end begins none but where the login starts over': rewrite(
    'failed',
    (state) => ({
      ...state,
      always: { guard: 'canRetry', target: 'requestingToken' },
    }),
  ),
  'answers to one challenge are counted, up to three': authMachine.provide({
    actions: {
      setChallenge: assign(({ context, event }) => {
        const challenge = challengeAfter(context, event);
        return { challenge: challenge && { ...challenge, attempt: challenge.attempt + 3 * (challenge.attempt % 2) } };
      }),
    },
  }),
  'a request that ends leaves the machine at rest, so that no way stays busy for ever': rewrite(
    'requestingToken',
    (state) => ({
      ...state,
      on: { ...state.on, 'code.resend': { target: 'requestingToken', reenter: true } },
    }),
  ),
  'whoever answers right is signed in, or asked for the next step': authMachine.provide({
    guards: { isChallenged: ({ context }) => context.challenge === null },
  }),
  'whoever keeps answering wrong is stopped, and can start over': authMachine.provide({
    actions: {
      // Forgets how often it was asked.
      setChallenge: assign(({ context, event }) => {
        const challenge = challengeAfter(context, event);
        return { challenge: challenge && { ...challenge, attempt: 1 } };
      }),
    },
  }),
};

describe('a broken machine is found out, where', () => {
  it.each(Object.keys(all) as Property[])('%s', (property) => {
    expect(all[property](explore(broken[property]))).not.toEqual([]);
  });
});
