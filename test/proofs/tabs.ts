import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { secret } from '../../machines/secret.ts';
import type { AuthEmitted, AuthEvent, Session, TokenReply } from '../../machines/vocabulary.ts';
import type { EndedBy, tabRules } from '../../src/session/tab-rules.ts';

/**
 * Tabs of one origin, and all that can happen to them: the shipped chart and the shipped rules in each tab, a channel between each
 * two of them that is as slow as it likes, a storage of each tab, one of the origin, and the lock of the account, if the browser has
 * locks. Sessions are numbers, in the order of their logins.
 */
export interface World {
  readonly tabs: readonly Tab[];
  /** What is on its way from one tab to another, in its order: `channels[from][to]`. */
  readonly channels: readonly (readonly (readonly Message[])[])[];
  /** In the storage of the origin: the sessions that a user or the server ended. */
  readonly ended: readonly number[];
  /** The tab that has the lock. Without locks, nobody waits. */
  readonly holder: number | 'nobody' | 'no locks';
  /** The sessions that were opened by logins so far. */
  readonly logins: number;
  /** The sessions up to this one are past their time. */
  readonly expired: number;
  /** What users, the server and time may still do. */
  readonly left: Budget;
}

interface Tab {
  readonly state: SnapshotFrom<typeof authMachine>['value'];
  readonly session: number;
  /** In the storage of the tab. */
  readonly kept: number;
  /** In the back/forward cache, where it hears nothing. */
  readonly isAway: boolean;
}

type Message = 'ask' | `opened ${number}` | `opened ${number} new` | `closed ${number} ${EndedBy}`;

/** How often each act may occur. */
export interface Budget {
  readonly login: number;
  readonly cancel: number;
  readonly logout: number;
  readonly reject: number;
  readonly reload: number;
  readonly leave: number;
  readonly expire: number;
}

/** An event in the world, and where it leads. `taken`: the sessions that tabs took by it. */
export interface Step {
  readonly name: string;
  readonly to: World;
  readonly taken: readonly number[];
}

export type Rules = typeof tabRules;
/** A world in the making. */
type Draft = Omit<World, 'tabs' | 'channels' | 'ended' | 'holder'> & {
  readonly tabs: Mutable<Tab>[];
  readonly channels: Message[][][];
  readonly ended: number[];
  holder: World['holder'];
};
type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type Snapshot = SnapshotFrom<typeof authMachine>;

const none = 0;
const lifetime = 1_000_000;

/** The session of a number, whose time is over once `expired` has reached it. */
const sessions = new Map<string, Session>();
function sessionOf(number: number, expired: number): Session {
  const name = `${number} ${number <= expired}`;
  const known = sessions.get(name);
  if (known) return known;
  const issuedAt = number;
  const expiresAt = number <= expired ? 0 : Date.now() + lifetime;
  const session = { username: 'alice', token: secret(name), issuedAt, expiresAt };
  sessions.set(name, session);
  return session;
}

/** What the chart does in a tab, worked out once for each of its situations. */
const charts = new Map<string, { readonly snapshot: Snapshot; readonly emitted: readonly AuthEmitted[] }>();

function chart(key: string, work: () => readonly [Snapshot, readonly { type: string; params?: unknown }[]]) {
  const known = charts.get(key);
  if (known) return known;
  const [snapshot, actions] = work();
  const emitted = actions.flatMap(({ type, params }) =>
    type === 'xstate.emit' ? [(params as { event: AuthEmitted }).event] : [],
  );
  const done = { snapshot, emitted };
  charts.set(key, done);
  return done;
}

/** A chart in this state, which some tab has been in. */
const situations = new Map<string, Snapshot>();
const situationOf = (state: Tab['state'], session: number, expired: number) =>
  `${state} ${session} ${session <= expired}`;

function started(session: number, expired: number) {
  return chart(`start ${session} ${session <= expired}`, () =>
    initialTransition(authMachine, { session: session === none ? null : sessionOf(session, expired) }),
  );
}

/** All that can happen in a world next. */
export function stepsFrom(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  const { tabs, left } = world;
  const act = (name: string, kind: keyof Budget, index: number, event: AuthEvent | null, more: Partial<World> = {}) => {
    if (left[kind] === 0) return;
    const next = draft({ ...world, ...more, left: { ...left, [kind]: left[kind] - 1 } });
    if (event) next.send(index, event);
    steps.push(next.done(`tab ${index}: ${name}`));
  };

  function draft(from: World) {
    const now: Draft = {
      ...from,
      tabs: from.tabs.map((tab) => ({ ...tab })),
      channels: from.channels.map((outgoing) => outgoing.map((messages) => [...messages])),
      ended: [...from.ended],
    };
    const taken: number[] = [];
    const ended = { has: ({ issuedAt }: { issuedAt: number }) => now.ended.some((number) => issuedAt <= number) };
    const at = (index: number) => {
      const tab = now.tabs[index];
      if (!tab) throw new Error(`There is no tab ${index}.`);
      return tab;
    };
    const present = (index: number) => {
      const { session } = at(index);
      return session === none ? null : sessionOf(session, now.expired);
    };
    const post = (from: number, message: Message) => {
      now.tabs.forEach((tab, to) => {
        // A page in the back/forward cache is told nothing.
        if (to !== from && !tab.isAway) now.channels[from]?.[to]?.push(message);
      });
    };
    /** The chart of a tab has moved: what the host does about it. */
    const settle = (index: number, { snapshot, emitted }: ReturnType<typeof chart>) => {
      const tab = at(index);
      const before = tab.session;
      tab.state = snapshot.value;
      tab.session = snapshot.context.session?.issuedAt ?? none;
      situations.set(situationOf(tab.state, tab.session, now.expired), snapshot);
      if (now.holder === index && !snapshot.hasTag('busy')) now.holder = 'nobody';
      if (tab.session !== none && tab.session !== before) taken.push(tab.session);
      for (const event of emitted) {
        const { issuedAt } = event.session;
        if (event.type === 'session.opened') {
          tab.kept = issuedAt;
          if (rules.tellsOpened(event)) post(index, `opened ${issuedAt} new`);
        } else {
          tab.kept = none;
          const reason = rules.endedHere(event, ended);
          if (reason) {
            now.ended.push(issuedAt);
            post(index, `closed ${issuedAt} ${reason}`);
          }
        }
      }
    };
    const send = (
      index: number,
      event: AuthEvent | { readonly type: `xstate.${string}`; readonly output?: TokenReply },
    ) => {
      const { state, session } = at(index);
      const situation = situationOf(state, session, now.expired);
      const snapshot = situations.get(situation);
      if (!snapshot) throw new Error(`No tab has been in ${situation}.`);
      const given = 'session' in event ? ` ${event.session.issuedAt} ${event.session.expiresAt > 0}` : '';
      const outcome = 'output' in event ? ` ${event.output?.type} ${now.logins}` : '';
      settle(
        index,
        // The chart also takes the events of its services and timers, which its type does not name.
        chart(`${situation}: ${event.type}${given}${outcome}`, () =>
          transition(authMachine, snapshot, event as AuthEvent),
        ),
      );
    };
    const introduce = (index: number) => {
      const session = rules.introduces(present(index));
      post(index, session ? `opened ${session.issuedAt}` : 'ask');
    };
    return {
      now,
      introduce,
      send,
      post,
      ended,
      present,
      start(index: number) {
        const { kept } = at(index);
        const session = rules.start(kept === none ? null : sessionOf(kept, now.expired), ended);
        now.tabs[index] = { state: 'idle', session: none, kept: session ? kept : none, isAway: false };
        for (const outgoing of now.channels) outgoing[index] = [];
        settle(index, started(session?.issuedAt ?? none, now.expired));
        introduce(index);
      },
      done: (name: string): Step => ({ name, to: now, taken }),
    };
  }

  tabs.forEach((tab, index) => {
    if (tab.isAway) {
      const next = draft(world);
      const back = next.now.tabs[index];
      if (back) back.isAway = false;
      next.send(index, rules.woken(next.present(index), next.ended));
      next.introduce(index);
      steps.push(next.done(`tab ${index}: comes back`));
      return;
    }
    const { state } = tab;
    const signsIn = { type: 'login', credentials: { username: 'alice', password: secret('password') } } as const;
    if (state === 'idle' || state === 'failed') act('signs in', 'login', index, signsIn);
    if (state === 'requestingToken' || state === 'awaitingTurn') act('cancels', 'cancel', index, { type: 'cancel' });
    if (world.holder === 'nobody' && (state === 'requestingToken' || state === 'awaitingTurn')) {
      const next = draft({ ...world, holder: index });
      // Its turn has come: what the tab before it has opened may not have arrived.
      if (state === 'awaitingTurn') next.post(index, 'ask');
      steps.push(next.done(`tab ${index}: takes the lock`));
    } else if (state === 'requestingToken' && (world.holder === index || world.holder === 'no locks')) {
      const logins = world.logins + 1;
      const next = draft({ ...world, logins });
      const output = { type: 'succeeded', session: sessionOf(logins, world.expired) } as const;
      next.send(index, { type: 'xstate.done.actor.requestToken', output });
      steps.push(next.done(`tab ${index}: the server gives session ${logins}`));
    } else if (state === 'requestingToken') {
      const next = draft(world);
      next.send(index, { type: 'xstate.done.actor.requestToken', output: { type: 'waiting' } });
      steps.push(next.done(`tab ${index}: waits`));
    } else if (state === 'awaitingTurn' && world.holder === index) {
      const next = draft(world);
      next.send(index, { type: 'xstate.done.actor.awaitTurn' });
      steps.push(next.done(`tab ${index}: goes on`));
    }
    if (state === 'authenticated') {
      act('signs out', 'logout', index, { type: 'logout' });
      act('the server rejects its session', 'reject', index, { type: 'session.rejected' });
      if (tab.session <= world.expired) {
        const next = draft(world);
        next.send(index, { type: 'xstate.after.sessionLifetime.auth.authenticated' });
        steps.push(next.done(`tab ${index}: its timer rings`));
      }
    }
    if (left.reload > 0) {
      const next = draft({ ...world, left: { ...left, reload: left.reload - 1 } });
      next.start(index);
      steps.push(next.done(`tab ${index}: is loaded again`));
    }
    if (left.leave > 0 && state !== 'requestingToken' && state !== 'awaitingTurn') {
      const next = draft({ ...world, left: { ...left, leave: left.leave - 1 } });
      const leaving = next.now.tabs[index];
      if (leaving) leaving.isAway = true;
      for (const outgoing of next.now.channels) outgoing[index] = [];
      steps.push(next.done(`tab ${index}: goes away`));
    }
  });
  if (left.expire > 0 && world.logins > world.expired) {
    const next = draft({ ...world, expired: world.logins, left: { ...left, expire: left.expire - 1 } });
    // The same states, with sessions whose time is over: the chart knows by the clock alone.
    for (const { state, session } of next.now.tabs) revisit(state, session, world.expired, world.logins);
    steps.push(next.done('the time of all sessions is over'));
  }
  world.channels.forEach((outgoing, from) => {
    outgoing.forEach(([message], to) => {
      if (message === undefined) return;
      const next = draft(world);
      next.now.channels[from]?.[to]?.shift();
      const [type, number = none, reason] = message.split(' ');
      const session = sessionOf(Number(number), world.expired);
      if (type === 'ask') {
        const told = rules.heardAsk(next.present(to), next.ended);
        if (told) next.post(to, `opened ${told.issuedAt}`);
      } else if (type === 'opened') {
        const later = rules.corrects(session, next.present(to));
        if (later) next.post(to, `opened ${later.issuedAt}`);
        const event = rules.heardOpened(session, message.endsWith(' new'), next.ended, 'alice');
        if (event) next.send(to, event);
      } else {
        if (!next.ended.has(session)) next.now.ended.push(session.issuedAt);
        const event = rules.heardClosed(session, reason as EndedBy, next.present(to));
        if (event) next.send(to, event);
      }
      steps.push(next.done(`tab ${to}: hears "${message}" of tab ${from}`));
    });
  });
  return steps;
}

/** The snapshot of a state whose session is now past its time. */
function revisit(state: Tab['state'], session: number, before: number, expired: number): void {
  const snapshot = situations.get(situationOf(state, session, before));
  if (!snapshot) throw new Error(`No tab has been in ${state}.`);
  const present = session === none ? null : sessionOf(session, expired);
  const context = { ...snapshot.context, session: present };
  situations.set(situationOf(state, session, expired), { ...snapshot, context } as Snapshot);
}

/** Tabs in which nobody has signed in. */
export function signedOutTabs(count: number, left: Budget, { hasLocks }: { readonly hasLocks: boolean }): World {
  const { snapshot } = started(none, none);
  situations.set(situationOf('idle', none, none), snapshot);
  const each = <Value>(make: () => Value) => Array.from({ length: count }, make);
  return {
    tabs: each(() => ({ state: 'idle', session: none, kept: none, isAway: false })),
    channels: each(() => each(() => [])),
    ended: [],
    holder: hasLocks ? 'nobody' : 'no locks',
    logins: none,
    expired: none,
    left,
  };
}
