import { describe, expect, it } from 'vitest';
import { isNewer } from '../../machines/session.ts';
import { oneLogin } from '../../src/session/one-login.ts';
import { loadSession, saveSession } from '../../src/session/session-store.ts';
import { exploreReplays, type FoundByReplay } from './explore.ts';
import { type Intent, type Moment, replay, type World } from './processes.ts';

type Found = FoundByReplay<Moment>;

/** All states that the processes can reach. */
const explore = (world: World) => exploreReplays((choices) => replay(world, choices));

const isOver = ({ next }: Found) => next.length === 0;

/** What holds for the processes together. Each claim lists the counterexamples. */
const claims = {
  'one signs in at a time': (states: readonly Found[]) => states.filter(({ now }) => now.signingIn.length > 1),

  'there is one login, and one more for each that was killed in the middle of it': (states: readonly Found[]) =>
    states.filter(({ now }) => now.logins > 1 + now.killed),

  'in the end, all who live have the stored session, or the refusal of the server': (states: readonly Found[]) =>
    states.filter(isOver).filter(({ now }) => {
      const sessions = now.ends.filter((end) => typeof end === 'number');
      const failures = now.ends.filter((end) => typeof end === 'string').length;
      return sessions.some((session) => session !== now.stored) || failures > now.refused;
    }),

  'the lock is free in the end': (states: readonly Found[]) =>
    states.filter(isOver).filter(({ now }) => now.holders.length > 0),
} satisfies Record<string, (states: readonly Found[]) => readonly Found[]>;

/** The states from which no end can be reached: all wait, or go round in circles. */
function stuck(found: Map<string, Found>): readonly Found[] {
  const able = new Set([...found].filter(([, state]) => isOver(state)).map(([key]) => key));
  for (let before = -1; before !== able.size; ) {
    before = able.size;
    for (const [key, { to }] of found) if (to.some((each) => able.has(each))) able.add(key);
  }
  return [...found].filter(([key]) => !able.has(key)).map(([, state]) => state);
}

const worlds: Record<string, World> = {
  'three processes that sign in, one of which may be killed at any moment': {
    algorithm: oneLogin,
    accepts: isNewer,
    intents: ['login', 'login', 'login'],
    stored: 0,
    left: { kill: 1, refuse: 0 },
  },
  'two processes that sign in, and a server that may refuse one': {
    algorithm: oneLogin,
    accepts: isNewer,
    intents: ['login', 'login'],
    stored: 0,
    left: { kill: 0, refuse: 1 },
  },
  'two processes that renew the stored session, one of which may be killed': {
    algorithm: oneLogin,
    accepts: isNewer,
    intents: ['renew', 'renew'],
    stored: 1,
    left: { kill: 1, refuse: 0 },
  },
};

describe.each(Object.entries(worlds))('%s', async (name, world) => {
  const found = await explore(world);
  const states = [...found.values()];

  it('are a world that is worth exploring', () => {
    console.log(`processes: ${name}: ${states.length} states`);
    expect(states.length).toBeGreaterThan(100);
    expect(states.some(isOver)).toBe(true);
  });

  it.each(Object.entries(claims))('%s', (_, counterexamples) => {
    expect(
      counterexamples(states)
        .slice(0, 3)
        .map(({ choices, now }) => ({ choices, now })),
    ).toEqual([]);
  });

  it('there is no state in which all wait', () => {
    expect(stuck(found).map(({ choices }) => choices)).toEqual([]);
  });
});

const two = ['login', 'login'] as const satisfies readonly Intent[];
const broken: Record<string, typeof oneLogin> = {
  'a login without a look under the lock': async (account, isWanted, { store, takeLock, login, pause }) => {
    for (;;) {
      const kept = await loadSession(store, account);
      if (kept && isWanted(kept)) return kept;
      const lock = await takeLock();
      if (lock) {
        const session = await login();
        await saveSession(store, account, session);
        lock.release();
        return session;
      }
      await pause();
    }
  },
  'a login without a lock': (account, isWanted, parts) =>
    oneLogin(account, isWanted, { ...parts, takeLock: async () => ({ release: () => {} }) }),
  'a lock that is let go of before the session is stored': (account, isWanted, parts) => {
    let release = () => {};
    const takeLock = async () => {
      const lock = await parts.takeLock();
      release = () => lock?.release();
      return lock;
    };
    return oneLogin(account, isWanted, { ...parts, takeLock, login: () => parts.login().finally(() => release()) });
  },
  'a lock that nobody lets go of': (account, isWanted, parts) =>
    oneLogin(account, isWanted, {
      ...parts,
      takeLock: async () => (await parts.takeLock()) && { release: () => {} },
    }),
  'a waiter that does not look again': async (account, isWanted, parts) => {
    let isFirst = true;
    const store = {
      ...parts.store,
      get: (key: string) => {
        const isLook = !key.endsWith(')');
        const kept = isFirst || !isLook ? parts.store.get(key) : undefined;
        if (isLook) isFirst = false;
        return kept;
      },
    };
    return oneLogin(account, isWanted, { ...parts, store });
  },
};

it.each(Object.entries(broken))('%s is found out', async (_, algorithm) => {
  const found = await explore({ algorithm, accepts: isNewer, intents: two, stored: 0, left: { kill: 0, refuse: 0 } });
  const states = [...found.values()];
  const counterexamples = [...Object.values(claims).flatMap((claim) => claim(states)), ...stuck(found)];
  expect(counterexamples).not.toEqual([]);
});

it('a renewal that accepts only what came after its own call is found out', async () => {
  const found = await explore({
    algorithm: oneLogin,
    accepts: (session, _, latest) => session.issuedAt > latest.issuedAt,
    intents: ['renew', 'renew'],
    stored: 1,
    left: { kill: 0, refuse: 0 },
  });
  expect(Object.values(claims).flatMap((claim) => claim([...found.values()]))).not.toEqual([]);
});

describe('a log-out beside a renewal', async () => {
  const found = await explore({
    algorithm: oneLogin,
    accepts: isNewer,
    intents: ['renew', 'logout'],
    stored: 1,
    left: { kill: 0, refuse: 0 },
  });
  // The log-out meant the session before.
  const lost = [...found.values()]
    .filter(isOver)
    .filter(({ now }) => now.logins === 1 && now.stored === 0 && now.ends[1] === 1);

  it('deletes the new session only where it is stored between the look and the deletion, since stores cannot compare and set', () => {
    expect(lost.length).toBeGreaterThan(0);
    for (const { choices } of lost) {
      const [seen, stored, deleted] = ['1 get session', '0 set session', '1 delete session'].map((choice) =>
        choices.lastIndexOf(choice),
      );
      expect(Number(seen) < Number(stored) && Number(stored) < Number(deleted)).toBe(true);
    }
  });
});
