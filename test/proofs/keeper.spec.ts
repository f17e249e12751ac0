import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assign, initialTransition, type SnapshotFrom, transition } from 'xstate';
import { AuthError } from '../../machines/failures.ts';
import { keeperMachine } from '../../machines/keeper.machine.ts';
import { afterFailure, type KeeperEvent } from '../../machines/renewal.ts';
import { secret } from '../../machines/secret.ts';
import { isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { exploreAll, type Found, wayTo } from './explore.ts';

type Machine = typeof keeperMachine;
type Snapshot = SnapshotFrom<Machine>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A keeper at a moment, and how often anything else than its timer may still happen. */
interface Moment {
  readonly name: string;
  readonly left: number;
}

interface Step {
  readonly name: string;
  readonly to: Moment;
  readonly before: Seen;
  readonly after: Seen;
}

interface Seen {
  readonly snapshot: Snapshot;
  readonly now: number;
}

let sessions = 0;
const newSession = (now: number, lifetime = day): Session => {
  sessions += 1;
  return { username: 'bot', token: secret(`token-${sessions}`), issuedAt: now, expiresAt: now + lifetime };
};

/** What can come of a renewal. */
const outcomes: Record<string, (seen: Seen) => object> = {
  'a new session': ({ now }) => done(newSession(now)),
  'a session that has expired': ({ now }) => done(newSession(now - 2 * day)),
  'the session before': ({ snapshot, now }) => done(snapshot.context.last ?? newSession(now - 2 * day)),
  'a server error': () => failed(new AuthError('server-error')),
  'too many attempts': () => failed(new AuthError('too-many-attempts', { retryAfter: 1_800 })),
  'an error of the program': () => failed(new Error('the mailbox is down')),
  'wrong credentials': () => failed(new AuthError('invalid-credentials')),
};
const done = (session: Session) => ({ type: 'xstate.done.actor.renew', output: { session, origin: 'login' } });
const failed = (error: Error) => ({ type: 'xstate.error.actor.renew', error });

/** All that a keeper can meet within a few steps: programs, servers, clocks. */
function explore(machine: Machine, acts: number) {
  const seen = new Map<string, Seen>();
  const remember = (snapshot: Snapshot, now: number, left: number): Moment => {
    const { session, last, dueAt, failure, failures, failedAt, rejectedAt } = snapshot.context;
    const since = (time: number) => (Math.max(now - time, -2 * day) > 2 * day ? 'long ago' : now - time);
    const life = session && [since(session.issuedAt), since(session.expiresAt)];
    const facts = [
      snapshot.value,
      life,
      last === session,
      since(dueAt),
      failure?.code,
      failures,
      since(failedAt),
      since(rejectedAt),
    ];
    const name = JSON.stringify(facts);
    if (!seen.has(name)) seen.set(name, { snapshot, now });
    return { name, left };
  };
  const stepsFrom = ({ name: key, left }: Moment): Step[] => {
    const before = seen.get(key);
    if (!before) throw new Error(`Nothing is known of ${key}.`);
    const { snapshot, now } = before;
    const { session, dueAt } = snapshot.context;
    const steps: Step[] = [];
    const step = (name: string, event: object | null, time = now, cost = 1) => {
      if (left < cost) return;
      vi.setSystemTime(time);
      // The chart also takes the events of its services and timers, which its type does not name.
      const after = event ? transition(machine, snapshot, event as KeeperEvent)[0] : snapshot;
      steps.push({
        name,
        to: remember(after, time, left - cost),
        before: { snapshot, now: time },
        after: { snapshot: after, now: time },
      });
    };
    if (snapshot.value === 'signingIn') {
      for (const [name, outcome] of Object.entries(outcomes))
        step(`the login brings ${name}`, outcome(before), now + minute / 60);
    }
    if (snapshot.value === 'live' || snapshot.value === 'backingOff') {
      const timer = { type: `xstate.after.untilDue.keeper.${snapshot.value}` };
      step('the timer rings', timer, Math.max(now, dueAt), 0);
      step('the timer rings early', timer);
    }
    step('the program wants a session', { type: 'session.wanted' });
    if (session) step('the server rejects the session', { type: 'session.rejected', session });
    step('the server rejects an older session', { type: 'session.rejected', session: newSession(now) });
    const found = { session: newSession(now), origin: 'elsewhere' };
    step('another program has stored a session', { type: 'session.found', output: found });
    step('the computer sleeps for two days', null, now + 2 * day);
    step('the clock is set back by three hours', null, now - 3 * hour);
    return steps;
  };
  const start = Date.UTC(2026, 0, 5);
  vi.setSystemTime(start);
  const [snapshot] = initialTransition(machine, { session: null, renewBefore: 5 * minute });
  return exploreAll(remember(snapshot, start, acts), stepsFrom);
}

type Explored = ReturnType<typeof explore>;
type Edge = Explored['steps'][number];

const edges = ({ steps }: Explored, isWrong: (step: Step) => boolean): Found<Moment>[] =>
  steps.filter(({ step }: Edge) => isWrong(step)).map(({ to }) => to);

const begins = ({ before, after }: Step) =>
  before.snapshot.value !== 'signingIn' && after.snapshot.value === 'signingIn';
const liveIn = ({ snapshot, now }: Seen) => {
  vi.setSystemTime(now);
  return isLive(snapshot.context.session);
};

/** What holds for a keeper, whatever happens. Each claim lists the ways that lead to a counterexample. */
const claims: Record<string, (explored: Explored) => Found<Moment>[]> = {
  'a login begins when it is due, or when the program wants a session and has none that lives': (explored) =>
    edges(
      explored,
      (step) =>
        begins(step) &&
        !(step.name.startsWith('the timer') && step.before.now >= step.before.snapshot.context.dueAt) &&
        !(
          step.name === 'the program wants a session' &&
          (!liveIn(step.before) || step.before.snapshot.value === 'backingOff')
        ),
    ),

  'after a failure, nobody signs in before the wait is over, unless the clock was set back': (explored) =>
    edges(explored, (step) => {
      const { now, snapshot } = step.before;
      const { dueAt, failedAt } = snapshot.context;
      return snapshot.value === 'backingOff' && begins(step) && failedAt <= now && now < dueAt;
    }),

  'the wait is at least a quarter of a minute, and as long as the server told': (explored) =>
    edges(explored, ({ name, before, after }) => {
      const { value, context } = after.snapshot;
      const least = name === 'the login brings too many attempts' ? 30 * minute : minute / 4;
      return before.snapshot.value !== value && value === 'backingOff' && context.dueAt - after.now < least;
    }),

  'a permanent refusal is final': (explored) =>
    edges(explored, ({ name, before, after }) => {
      const isRefused = before.snapshot.value === 'refused' || name === 'the login brings wrong credentials';
      return isRefused && after.snapshot.value !== 'refused';
    }),

  'only a session that lives, and is not the one before, renews': (explored) =>
    edges(
      explored,
      ({ name, before, after }) =>
        before.snapshot.value === 'signingIn' &&
        after.snapshot.value === 'live' &&
        (name !== 'the login brings a new session' || !liveIn(after)),
    ),

  'a session that lives is given up only where the server rejects it, or a new one takes its place': (explored) =>
    edges(
      explored,
      ({ name, before, after }) =>
        before.snapshot.context.session !== after.snapshot.context.session &&
        liveIn(before) &&
        name !== 'the server rejects the session' &&
        name !== 'the login brings a new session' &&
        name !== 'another program has stored a session',
    ),

  'a second rejection within an hour is waited for': (explored) =>
    edges(explored, ({ name, before, after }) => {
      const { rejectedAt } = before.snapshot.context;
      const isSecond = before.snapshot.value === 'live' && before.now - rejectedAt < hour;
      return isSecond && name === 'the server rejects the session' && after.snapshot.value !== 'backingOff';
    }),

  'a keeper with a new session has no failure': (explored) =>
    edges(explored, ({ after: { snapshot } }) => snapshot.value === 'live' && snapshot.context.failure !== null),

  'of an error that is not expected only its kind is known': (explored) =>
    edges(
      explored,
      ({ name, after }) =>
        name === 'the login brings an error of the program' && after.snapshot.context.failure?.detail !== 'Error',
    ),

  'a program that wants a session has a live one, waits for a login, or gets a failure': (explored) =>
    edges(explored, ({ name, after }) => {
      const { value, context } = after.snapshot;
      return (
        name === 'the program wants a session' && value !== 'signingIn' && !liveIn(after) && context.failure === null
      );
    }),
};

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a program that stays signed in', () => {
  let explored: Explored;
  beforeAll(() => {
    explored = explore(keeperMachine, 6);
  });

  it('is a world that is worth exploring', () => {
    console.log(`keeper: ${explored.states.length} moments, ${explored.steps.length} steps`);
    const values = new Set(explored.steps.map(({ step }) => step.after.snapshot.value));
    expect([...values].sort()).toEqual(['absent', 'backingOff', 'live', 'refused', 'signingIn']);
  });

  it.each(Object.entries(claims))('%s', (_, counterexamples) => {
    expect(counterexamples(explored).slice(0, 3).map(wayTo)).toEqual([]);
  });
});

const forgetful = keeperMachine.provide({
  guards: { isRejectedAgain: () => false },
});
const broken: Record<string, Machine> = {
  'one that renews at every tick of its timer': keeperMachine.provide({ guards: { isDue: () => true } }),
  'one that asks again whenever it is asked': keeperMachine.provide({ guards: { isWaitOver: () => true } }),
  'one that takes no refusal for final': keeperMachine.provide({ guards: { isFinal: () => false } }),
  'one that takes whatever a login brings': keeperMachine.provide({ guards: { isRenewed: () => true } }),
  'one that forgets that it was rejected': forgetful,
  'one that believes in any rejection': keeperMachine.provide({
    guards: { isRejected: ({ event }) => event.type === 'session.rejected' },
  }),
  'one that does not hear how long the server wants it to wait': keeperMachine.provide({
    actions: {
      setFailure: assign(({ context, event: { type } }) =>
        afterFailure(context, { type, error: new AuthError('server-error') }),
      ),
    },
  }),
};

it.each(Object.entries(broken))('%s is found out', (_, machine) => {
  // To be rejected twice takes the most.
  const explored = explore(machine, machine === forgetful ? 5 : 4);
  expect(Object.values(claims).flatMap((claim) => claim(explored))).not.toEqual([]);
});
