import { beforeAll, describe, expect, it } from 'vitest';
import { tabRules } from '../../src/session/tab-rules.ts';
import { exploreAll, type Found, wayTo } from './explore.ts';
import { type Budget, type Rules, type Step, signedOutTabs, stepsFrom, type World } from './tabs.ts';

const everything = { login: 2, cancel: 0, logout: 1, reject: 1, reload: 1, leave: 1, expire: 1 };
const briefly = { login: 2, cancel: 0, logout: 1, reject: 0, reload: 1, leave: 1, expire: 0 };
const together = { login: 1, cancel: 0, logout: 1, reject: 0, reload: 1, leave: 1, expire: 0 };
const byTurns = { login: 2, cancel: 1, logout: 1, reject: 0, reload: 1, leave: 1, expire: 1 };

interface Explored {
  readonly states: readonly Found<World>[];
  readonly steps: readonly { readonly from: Found<World>; readonly step: Step; readonly to: Found<World> }[];
}

const explore = (tabs: number, left: Budget, rules: Rules, hasLocks = true): Explored =>
  exploreAll(signedOutTabs(tabs, left, { hasLocks }), (world) => stepsFrom(world, rules));

const isSigningIn = ({ state }: World['tabs'][number]) => state === 'requestingToken' || state === 'awaitingTurn';

/** Nothing is on its way, nobody is away, and no timer is due. */
const isQuiet = ({ channels, tabs, expired }: World) =>
  channels.flat(2).length === 0 &&
  tabs.every((tab) => !tab.isAway && !isSigningIn(tab) && (tab.session === 0 || tab.session > expired));

const isHearing = ({ name }: Step) => name.includes(' hears ');

/** What holds for all tabs together. Each claim lists the ways that lead to a counterexample. */
const claims = {
  'a session that was ended is never taken again, by whatever tab': ({ steps }: Explored) =>
    steps
      .filter(({ from, step }) => step.taken.some((session) => from.state.ended.includes(session)))
      .map(({ to }) => to),

  'when all is quiet, all tabs have the same session, or none has one': ({ states }: Explored) =>
    states.filter(({ state }) => isQuiet(state) && new Set(state.tabs.map(({ session }) => session)).size > 1),

  'when all is quiet, nobody has a session that was ended': ({ states }: Explored) =>
    states.filter(({ state }) => isQuiet(state) && state.tabs.some(({ session }) => state.ended.includes(session))),

  'a reload changes nothing for a tab that is signed in with a session that nobody ended': ({ steps }: Explored) =>
    steps
      .filter(({ step }) => step.name.endsWith('is loaded again'))
      .filter(({ from, step }) => {
        const index = Number(step.name.charAt('tab '.length));
        const [before, after] = [from.state.tabs[index], step.to.tabs[index]];
        const { ended, expired } = from.state;
        return (
          before !== undefined &&
          before.session > expired &&
          !ended.some((session) => before.session <= session) &&
          before.session !== after?.session
        );
      })
      .map(({ to }) => to),

  'who waits takes over the session of another tab, once nothing is on its way': ({ states }: Explored) =>
    states.filter(
      ({ state: { channels, tabs, expired, ended } }) =>
        channels.flat(2).length === 0 &&
        tabs.some(({ state }) => state === 'awaitingTurn') &&
        tabs.some(({ session, isAway }) => session > expired && !ended.includes(session) && !isAway),
    ),

  'who waits goes on at last, unless the user leaves the other login open': ({ states, steps }: Explored) => {
    const isByUser = ({ name }: Step) => /(signs in|signs out|cancels|loaded again|goes away|comes back)$/.test(name);
    const going = new Set(steps.filter(({ step }) => !isByUser(step)).map(({ from }) => from));
    return states.filter((found) => found.state.tabs.some(isSigningIn) && !going.has(found));
  },

  'what a tab hears, it does not tell on': ({ steps }: Explored) =>
    steps
      .filter(({ from, step, to }) => {
        const [, heard] = / hears "(.*)"/.exec(step.name) ?? [];
        const count = ({ state }: Found<World>) => state.channels.flat(2).filter((message) => message === heard).length;
        return heard !== undefined && count(to) >= count(from);
      })
      .map(({ to }) => to),

  'tabs fall silent by themselves: hearing each other leads to no circle': ({ states, steps }: Explored) => {
    const heard = steps.filter(({ step }) => isHearing(step));
    let circling = new Set(states);
    for (let before = -1; before !== circling.size; ) {
      before = circling.size;
      const next = new Set(heard.filter(({ to }) => circling.has(to)).map(({ from }) => from));
      circling = new Set([...circling].filter((state) => next.has(state)));
    }
    return [...circling];
  },
} satisfies Record<string, (explored: Explored) => readonly Found<World>[]>;

/** All that can happen takes long to explore. Parts of it, each without an act that another part has, find the same faults. */
const worlds: readonly (readonly [name: string, tabs: number, left: Budget, hasLocks: boolean, tags?: string[]])[] = [
  [
    'two tabs that do not wait for each other, and all but a server that rejects',
    2,
    { ...everything, reject: 0 },
    false,
  ],
  ['two tabs that do not wait, and a server that rejects', 2, { ...briefly, logout: 0, reject: 1 }, false],
  ['two tabs that sign in by turns, in time', 2, { ...byTurns, expire: 0 }, true],
  ['three tabs, one login, a log-out and a reload', 3, { ...together, leave: 0 }, true],
  ['three tabs, one login, a log-out and a tab that goes away', 3, { ...together, reload: 0 }, true],
  ['two tabs that do not wait for each other, and all that can happen to them', 2, everything, false, ['exhaustive']],
  ['two tabs that sign in by turns', 2, byTurns, true, ['exhaustive']],
  ['three tabs, one login, a log-out, a reload and a tab that goes away', 3, together, true, ['exhaustive']],
];

for (const [name, tabs, left, hasLocks, tags = []] of worlds) {
  describe(name, { tags }, () => {
    let explored: Explored;
    beforeAll(() => {
      explored = explore(tabs, left, tabRules, hasLocks);
    });

    it('are a world that is worth exploring', () => {
      console.log(`tabs: ${name}: ${explored.states.length} states, ${explored.steps.length} steps`);
      expect(explored.states.length).toBeGreaterThan(2_000);
      expect(
        explored.states.some(({ state }) => isQuiet(state) && state.tabs.every(({ session }) => session > 0)),
      ).toBe(true);
    });

    it.each(Object.entries(claims))('%s', (_, counterexamples) => {
      expect(counterexamples(explored).slice(0, 3).map(wayTo)).toEqual([]);
    });
  });
}

const broken: Record<string, Partial<Rules>> = {
  'a page that takes what its tab kept, ended or not': { start: (kept) => kept },
  'a tab that adopts every announced session': { heardOpened: (session) => ({ type: 'session.shared', session }) },
  'a tab that any log-out signs out': {
    heardClosed: (_, reason, present) =>
      present && { type: reason === 'logout' ? 'session.ended' : 'session.rejected' },
  },
  'a tab that no log-out signs out': { heardClosed: () => null },
  'a tab that comes back as if nothing had happened': { woken: () => ({ type: 'session.check' }) },
  'a tab that passes on what it heard': { tellsOpened: () => true },
  'a tab that tells nobody of its login': { tellsOpened: () => false },
  'a tab that tells nobody of its log-out': { endedHere: () => null },
  'a tab that answers nobody': { heardAsk: () => null },
  'a page that only asks, and does not say what it has': { introduces: () => null },
  'a tab that lets others have an older session': { corrects: () => null },
  'a tab that corrects those who have the same': { corrects: (_, present) => present },
};

it.each(Object.entries(broken))('%s is found out', (_, rules) => {
  const explored = explore(2, briefly, { ...tabRules, ...rules });
  const found = Object.entries(claims).find(([, counterexamples]) => counterexamples(explored).length > 0);
  expect(found?.[0]).toBeDefined();
});
