import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assign, createActor, createMachine, fromPromise, SimulatedClock } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { AuthError, type FailureCode } from '../../machines/failures.ts';
import { challengeAfter, outputOf } from '../../machines/outcome.ts';
import { isAlive, secret } from '../../machines/secret.ts';
import type {
  AuthContext,
  Challenge,
  Credentials,
  Session,
  TokenReply,
  TokenRequest,
} from '../../machines/vocabulary.ts';
import { kindOf } from '../../src/protocol/steps.ts';
import { follow, type Move, moves, type View } from './reference.ts';

const hour = 60 * 60 * 1000;
const start: View = { state: 'idle', password: false };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a service waits for. Nobody awaits an aborted one. */
function pending<Value>(): PromiseWithResolvers<Value> {
  const settled = Promise.withResolvers<Value>();
  settled.promise.catch(() => {});
  return settled;
}
/** What the latest request waits for, and the latest login that waits for another one. */
let reply: PromiseWithResolvers<TokenReply>;
let turn: PromiseWithResolvers<void>;
const service = fromPromise<TokenReply, TokenRequest>(() => {
  reply = pending();
  return reply.promise;
});
const awaitTurn = fromPromise<void, Credentials | null>(() => {
  turn = pending();
  return turn.promise;
});

/** A running machine, and its visible state. */
function run(machine: typeof authMachine, maxAttempts: number) {
  vi.setSystemTime(hour);
  // A reply without a request changes nothing.
  reply = pending();
  turn = pending();
  const clock = new SimulatedClock();
  const passwords: ReturnType<typeof secret>[] = [];
  const actor = createActor(machine, { clock });
  // The status of the actor shows an error.
  actor.subscribe({ error: () => {} });
  actor.start();
  const sessionOf = (username: string): Session => {
    const issuedAt = Date.now();
    return { username, token: secret('token'), issuedAt, expiresAt: issuedAt + hour };
  };

  function perform(move: Move): void {
    const [, what, name = ''] = move.split(' ');
    // Only the order of two sessions depends on it.
    vi.setSystemTime(Date.now() + 1);
    const present = actor.getSnapshot().context.session;
    if (move === 'login') {
      const password = secret('password');
      actor.send({ type: 'login', credentials: { username: 'alice', password } });
      // A password that the machine ignores still belongs to the caller.
      if (actor.getSnapshot().context.credentials?.password === password) passwords.push(password);
    } else if (move === 'code.submit') actor.send({ type: 'code.submit', code: secret('123456') });
    else if (move === 'session.check in time') actor.send({ type: 'session.check' });
    else if (move === 'session.check too late') {
      vi.setSystemTime(Date.now() + hour);
      actor.send({ type: 'session.check' });
    } else if (move === 'time passes') {
      vi.setSystemTime(Date.now() + hour);
      clock.increment(hour);
    } else if (what === 'newer') {
      actor.send({ type: 'session.shared', session: sessionOf(name ? 'bob' : 'alice') });
    } else if (what === 'over' || what === 'dead') {
      const session = sessionOf('alice');
      const useless = what === 'over' ? { ...session, expiresAt: Date.now() } : JSON.parse(JSON.stringify(session));
      actor.send({ type: 'session.shared', session: useless });
    } else if (move === 'session.shared as old as the present one') {
      const session = sessionOf(present?.username ?? 'alice');
      if (present) actor.send({ type: 'session.shared', session: { ...session, issuedAt: present.issuedAt } });
    } else if (move === 'reply thrown') reply.reject(new Error('a defect'));
    else if (move === 'reply nonsense') reply.resolve(undefined as never);
    else if (what === 'failed') {
      reply.reject(new AuthError(name as FailureCode));
    } else if (what === 'expecting') {
      const told = { reason: null, personalPhrase: null, image: null };
      reply.resolve({
        type: 'expecting',
        expectation: {
          step: name,
          kind: name === 'BaseAuthentication' ? 'new-password' : kindOf(name),
          interimToken: secret('t'),
          maxAttempts,
          ...told,
        },
      });
    } else if (move === 'reply restarting') {
      const password = secret('new password');
      if (/^(requesting|verifying)/.test(actor.getSnapshot().value)) passwords.push(password);
      reply.resolve({ type: 'restarting', credentials: { username: 'alice', password } });
    } else if (move === 'reply waiting') reply.resolve({ type: 'waiting' });
    else if (move === 'turn granted') turn.resolve();
    else if (move === 'turn throws') turn.reject(new Error('a defect'));
    else if (what === 'succeeded') {
      const session = sessionOf('alice');
      const issued = name ? { ...session, expiresAt: Date.now() } : session;
      reply.resolve({ type: 'succeeded', session: issued });
    } else actor.send({ type: move } as never);
  }

  function view(): View & { readonly status: string; readonly earlierPasswords: boolean } {
    const { status, value, context } = actor.getSnapshot();
    const { challenge, failure, session } = context;
    const last = passwords.at(-1);
    return {
      status,
      // `deciding` is left at once, so it would be a difference.
      state: value as View['state'],
      ...(challenge && { step: challenge.step, attempt: challenge.attempt, problem: challenge.problem }),
      ...(failure && { code: failure.code }),
      ...(session && { user: session.username }),
      password: last !== undefined && isAlive(last),
      earlierPasswords: passwords.slice(0, -1).some(isAlive),
    };
  }
  return {
    async perform(move: Move) {
      perform(move);
      // A reply takes a few microtasks, and a due timer fires without advancing the clock.
      await setImmediate();
      clock.increment(0);
    },
    view,
  };
}

/**
 * The first sequence of moves after which the machine and the reference differ. Tries each move in each state: one after the other
 * until one of them leads elsewhere, from where the machine starts again.
 */
async function firstDifference(chart: typeof authMachine, maxAttempts: number) {
  const machine = chart.provide({ actors: { requestToken: service, awaitTurn, verifyCode: service } });
  const found = new Map<string, readonly Move[]>([[JSON.stringify(start), []]]);
  let steps = 0;
  for (const [key, path] of found) {
    let actual = run(machine, maxAttempts);
    let taken: Move[] = [];
    for (const move of moves) {
      if (taken.length === 0) for (const earlier of path) await actual.perform(earlier);
      taken.push(move);
      await actual.perform(move);
      steps += 1;
      const expected = follow(JSON.parse(key), move, maxAttempts);
      const seen = actual.view();
      const sorted = (view: object) => JSON.stringify(Object.entries(view).sort());
      if (sorted(seen) !== sorted({ ...expected, status: 'active', earlierPasswords: false })) {
        return { path: [...path, ...taken], expected, seen };
      }
      const next = JSON.stringify(expected);
      if (!found.has(next)) found.set(next, [...path, move]);
      if (next === key) continue;
      actual = run(machine, maxAttempts);
      taken = [];
    }
  }
  return { states: found.size, steps };
}

describe('the chart agrees with the reference in every state, for every move', () => {
  it.each([1, 2, 3])('with %i attempts at a challenge', async (maxAttempts) => {
    const outcome = await firstDifference(authMachine, maxAttempts);
    expect(outcome).toEqual({ states: expect.any(Number), steps: expect.any(Number) });
    console.log(`reference: ${outcome.states} states, ${outcome.steps} steps with ${maxAttempts} attempts`);
  });
});

interface Transition {
  target?: string;
  guard?: object;
  actions?: object[];
}
type EventName =
  | 'login'
  | 'cancel'
  | 'code.resend'
  | 'retry'
  | 'reset'
  | 'logout'
  | 'session.ended'
  | 'session.rejected'
  | 'session.check';
/** The parts of a state's configuration that the faults below change. */
interface StateLiteral {
  always: Transition[];
  on?: { [Name in EventName]?: Transition };
  invoke: { input: unknown; onDone: Transition | Transition[]; onError?: Transition };
  after: { sessionLifetime: Transition[] };
}
type States = Record<View['state'] | 'deciding', StateLiteral>;

/** The chart with a fault in its configuration. */
function rewritten(edit: (states: States) => void): typeof authMachine {
  const { context, states } = authMachine.config as unknown as { context: unknown; states: States };
  const config = JSON.parse(JSON.stringify(authMachine.config)) as { context: unknown; states: States };
  // Functions, which JSON omits.
  config.context = context;
  config.states.requestingToken.invoke.input = states.requestingToken.invoke.input;
  config.states.awaitingTurn.invoke.input = states.awaitingTurn.invoke.input;
  config.states.verifyingCode.invoke.input = states.verifyingCode.invoke.input;
  edit(config.states);
  return createMachine(config as never).provide(authMachine.implementations as never) as never;
}

/** Changes the target of an event. */
const redirected = (state: View['state'], event: EventName, target: View['state']) =>
  rewritten((states) => Object.assign(states[state].on?.[event] ?? {}, { target }));
/** Removes an event from a state. */
const dropped = (state: View['state'], event: EventName) => rewritten((states) => delete states[state].on?.[event]);
/** Removes the guard of an event. */
const unguarded = (state: View['state'], event: EventName) =>
  rewritten((states) => delete states[state].on?.[event]?.guard);
/** The chart that takes another challenge for open, or for set again. */
const challenging = (challenge: (context: AuthContext, event: { readonly type: string }) => Challenge | null) =>
  authMachine.provide({
    guards: { isChallenged: ({ context, event }) => challenge(context, event) !== null },
    actions: { setChallenge: assign(({ context, event }) => ({ challenge: challenge(context, event) })) },
  });
const nothing = () => {};
const isGood = (session: Session) => isAlive(session.token) && session.expiresAt > Date.now();

const faults: Record<string, typeof authMachine> = {
  'that fails where the user cancels': redirected('awaitingCode', 'cancel', 'failed'),
  'without a way to give up while a code is awaited': dropped('awaitingCode', 'cancel'),
  'without a way to give up while the password is checked': dropped('requestingToken', 'cancel'),
  'without a way to give up while the code is checked': dropped('verifyingCode', 'cancel'),
  'that ends where another code is wanted': redirected('awaitingCode', 'code.resend', 'idle'),
  'that retries what cannot help': unguarded('failed', 'retry'),
  'that signs in again on reset': redirected('failed', 'reset', 'requestingToken'),
  'that fails where the user signs out': redirected('authenticated', 'logout', 'failed'),
  'that keeps the session after a logout': rewritten(
    ({ authenticated }) => void Object.assign(authenticated.on?.logout ?? {}, { actions: [] }),
  ),
  'that ignores a rejected session': dropped('authenticated', 'session.rejected'),
  'that ends a good session when it is checked': unguarded('authenticated', 'session.check'),
  'that misses the end of a session': rewritten(
    ({ authenticated }) => void authenticated.after.sessionLifetime.shift(),
  ),
  'that dies of a defect in the first call': rewritten(({ requestingToken }) => delete requestingToken.invoke.onError),
  'that dies of a defect while it waits': rewritten(({ awaitingTurn }) => delete awaitingTurn.invoke.onError),
  'without a way to give up while it waits': dropped('awaitingTurn', 'cancel'),
  'that makes no request when its turn has come': rewritten(({ awaitingTurn }) => {
    awaitingTurn.invoke.onDone = { target: 'failed' };
  }),
  'that takes its turn for a failure': rewritten(({ requestingToken }) => {
    requestingToken.invoke.onDone = { target: 'deciding' };
  }),
  'that waits in the middle of a login': rewritten(({ requestingToken, verifyingCode }) => {
    verifyingCode.invoke.onDone = requestingToken.invoke.onDone;
  }),
  'that dies of a defect in the second call': rewritten(({ verifyingCode }) => delete verifyingCode.invoke.onError),
  'that continues after a logout elsewhere': dropped('authenticated', 'session.ended'),
  'that allows one attempt only': challenging((context, event) => {
    const challenge = challengeAfter(context, event);
    return challenge?.problem === 'invalid-code' ? null : challenge;
  }),
  'that has no way to fail': rewritten(({ deciding }) => void deciding.always.splice(2, 1)),
  'that ends the login when a reply is lost': challenging((context, event) =>
    outputOf(event) ? challengeAfter(context, event) : null,
  ),
  'that does not wipe the password at the end': authMachine.provide({ actions: { wipePassword: nothing } }),
  'that does not wipe a replaced password': authMachine.provide({ actions: { wipeReplacedPassword: nothing } }),
  'that asks forever': challenging((context, event) => {
    const output = outputOf(event);
    if (output?.type !== 'expecting') return challengeAfter(context, event);
    const expectation = { ...output.expectation, maxAttempts: 9 };
    return challengeAfter(context, { type: event.type, output: { ...output, expectation } } as never);
  }),
  "that takes somebody else's session": authMachine.provide({
    guards: {
      isNewerSession: ({ context: { session }, event }) =>
        'session' in event && isGood(event.session) && event.session.issuedAt > (session?.issuedAt ?? 0),
    },
  }),
  'that takes an older session': authMachine.provide({
    guards: { isNewerSession: ({ event }) => 'session' in event && isGood(event.session) },
  }),
};

describe('the reference detects a chart', () => {
  it.each(Object.entries(faults))('%s', async (_, broken) => {
    expect(await firstDifference(broken, 3)).toHaveProperty('path');
  });
});
