import { AuthError } from '../../machines/failures.ts';
import { secret } from '../../machines/secret.ts';
import { type Account, isLive, isNewer } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import type { oneLogin } from '../../src/session/one-login.ts';
import { forgetSession, loadSession, type SessionStore, type StoredSession } from '../../src/session/session-store.ts';
import type { Replayed } from './explore.ts';

/**
 * Processes of one user that share a store: the shipped code itself, whose every operation on the store, the lock and the server waits
 * until the exploration lets it happen. So all orders of them are tried, with death at any moment.
 */
export interface World {
  readonly algorithm: typeof oneLogin;
  /** What each process does. */
  readonly intents: readonly Intent[];
  /** The session that is stored at first, by number; 0 for none. */
  readonly stored: number;
  /** Which session a renewal accepts instead of its own login. `latest` is the latest session at the time of its call. */
  readonly accepts: (session: Session, renewed: Session | null, latest: Session) => boolean;
  /** How many processes may be killed, and how many logins the server may refuse. */
  readonly left: { readonly kill: number; readonly refuse: number };
}

/** `renew` looks into the store as `keepSession` does, and wants a session that is newer than the one it started with. */
export type Intent = 'login' | 'renew' | 'logout';

/** What can be seen of the processes at a moment. */
export interface Moment {
  readonly stored: number;
  readonly logins: number;
  readonly killed: number;
  readonly refused: number;
  /** The processes that hold the lock, and those whose login is with the server. */
  readonly holders: readonly number[];
  readonly signingIn: readonly number[];
  /** How each process ended: with a session, by its number, or with a failure. */
  readonly ends: readonly (number | string | null)[];
}

const account: Account = { baseUrl: 'https://etna.test/api', username: 'bot' };

interface Operation {
  readonly name: string;
  /** Lets it happen, in the way that is chosen. */
  readonly run: (way: 'done' | 'refused') => void;
}

/** Runs the processes through choices such as `2 get session`, `1 login refused` and `0 is killed`. */
export async function replay(world: World, choices: readonly string[]): Promise<Replayed<Moment>> {
  const entries = new Map<string, unknown>();
  let lock: number | null = null;
  let logins = world.stored;
  let [killed, refused] = [0, 0];
  if (world.stored > 0) entries.set(`${account.baseUrl} ${account.username}`, storedForm(world.stored));

  const processes = world.intents.map((intent, index) => {
    const process = {
      index,
      isAlive: true,
      pending: null as Operation | null,
      end: null as number | string | null,
      /** What it has seen since it last waited, which is all that it can know. */
      seen: [] as unknown[],
    };
    const operation = <Value>(name: string, happen: (way: 'done' | 'refused') => Value): Promise<Value> => {
      const { promise, resolve, reject } = Promise.withResolvers<Value>();
      process.pending = {
        name,
        run(way) {
          process.pending = null;
          try {
            const value = happen(way);
            process.seen = name === 'pause' ? ['waited'] : [...process.seen, name, value];
            resolve(value);
          } catch (error) {
            process.seen.push(name, String(error));
            reject(error);
          }
        },
      };
      return promise;
    };
    const store: SessionStore = {
      get: (key) => operation(`get ${kindOf(key)}`, () => entries.get(key)),
      set: (key, value) => operation(`set ${kindOf(key)}`, () => void entries.set(key, value)),
      delete: (key) => operation(`delete ${kindOf(key)}`, () => entries.delete(key)),
    };
    const parts = {
      store,
      takeLock: () =>
        operation('take the lock', () => {
          if (lock !== null) return null;
          lock = index;
          const release = () => {
            if (lock === index) lock = null;
          };
          return { release };
        }),
      login: () =>
        operation('login', (way) => {
          if (way === 'refused') {
            refused += 1;
            throw new AuthError('server-error');
          }
          logins += 1;
          return sessionOf(logins);
        }),
      pause: () => operation('pause', () => {}),
      onStoreError: () => {},
    };
    void run(intent, world, store, parts, () => sessionOf(logins)).then(
      (end) => {
        process.end = end;
      },
      (error: unknown) => {
        process.end = error instanceof AuthError ? error.code : String(error);
      },
    );
    return process;
  });

  await settle();
  for (const choice of choices) {
    const [index = '', ...rest] = choice.split(' ');
    const process = processes[Number(index)];
    if (!process) throw new Error(`There is no process for "${choice}".`);
    if (rest.join(' ') === 'is killed') {
      process.isAlive = false;
      process.pending = null;
      killed += 1;
      // The kernel answers for the living alone.
      if (lock === process.index) lock = null;
    } else process.pending?.run(choice.endsWith('refused') ? 'refused' : 'done');
    await settle();
  }

  const alive = processes.filter(({ isAlive }) => isAlive);
  const next = alive.flatMap(({ index, pending }) => {
    if (!pending) return [];
    const name = `${index} ${pending.name}`;
    return [
      name,
      ...(pending.name === 'login' && refused < world.left.refuse ? [`${name} refused`] : []),
      ...(killed < world.left.kill ? [`${index} is killed`] : []),
    ];
  });
  const now: Moment = {
    stored: numberOf(entries.get(`${account.baseUrl} ${account.username}`)),
    logins: logins - world.stored,
    killed,
    refused,
    holders: lock === null ? [] : [lock],
    signingIn: alive.filter(({ pending }) => pending?.name === 'login').map(({ index }) => index),
    ends: processes.map(({ end }) => end),
  };
  const local = processes.map(({ isAlive, pending, seen, end }) => [isAlive, pending?.name, end ?? seen]);
  return { now, next, key: JSON.stringify([[...entries].map(([key, value]) => [key, numberOf(value)]), now, local]) };
}

async function run(
  intent: Intent,
  { algorithm, accepts, stored }: World,
  store: SessionStore,
  parts: Parameters<typeof oneLogin>[2],
  latest: () => Session,
): Promise<number> {
  if (intent === 'logout') {
    const session = await loadSession(store, account);
    if (session) await forgetSession(store, account, session);
    return session?.issuedAt ?? 0;
  }
  if (intent === 'login') return (await algorithm(account, isLive, parts)).issuedAt;
  const renewed = sessionOf(stored);
  const found = await loadSession(store, account);
  if (found && isNewer(found, renewed)) return found.issuedAt;
  const latestAtCall = latest();
  return (await algorithm(account, (session) => accepts(session, renewed, latestAtCall), parts)).issuedAt;
}

const later = Date.now() + 24 * 60 * 60_000;
const sessionOf = (number: number): Session => ({
  username: account.username,
  token: secret(`token-${number}`),
  issuedAt: number,
  expiresAt: later,
});
const storedForm = (number: number): StoredSession => ({
  version: 1,
  ...account,
  token: `token-${number}`,
  issuedAt: number,
  expiresAt: later,
});
const numberOf = (value: unknown) => Number(Object(value).token?.split('-')[1] ?? 0);
const kindOf = (key: string) => /\((.*)\)$/.exec(key)?.[1] ?? 'session';

/** Everything that the processes do by themselves is done. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
