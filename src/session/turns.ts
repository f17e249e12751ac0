import { AuthError } from '../../machines/failures.ts';
import { type Account, storeKey } from '../../machines/session.ts';
import { callStore } from './call-store.ts';
import type { SessionStore, StoreLock } from './session-store.ts';

/** How long to wait for another login, in milliseconds. Its user may have to look for a phone. */
export const longestTurn = 300_000;

/** What it takes to sign in when nobody else does. */
export interface TurnParts<Outcome> {
  /** Looks for what another holder of the lock has achieved; `null` if that is nothing. */
  readonly look: () => Promise<Outcome | null>;
  /** Takes the lock of the account, or resolves with `null` while another holder has it. */
  readonly takeLock: StoreLock['take'];
  readonly signIn: () => Promise<Outcome>;
  /** Waits before the next check. Rejects to stop waiting. */
  readonly pause: () => Promise<void>;
  /** Called once, when another holder is signing in and this one waits for it. */
  readonly onWait?: (() => void) | undefined;
}

/** Signs in, one holder at a time. A holder that waited looks again before it signs in. */
export async function takeTurn<Outcome>({
  look,
  takeLock,
  signIn,
  pause,
  onWait,
}: TurnParts<Outcome>): Promise<Outcome> {
  for (let waits = false; ; waits = true) {
    const found = await look();
    if (found) return found;
    const lock = await takeLock();
    if (lock) {
      try {
        return (await look()) ?? (await signIn());
      } finally {
        lock.release();
      }
    }
    if (!waits) onWait?.();
    await pause();
  }
}

/** How long to pause before the next check, in milliseconds: with jitter, so that those who wait do not all look at once. */
export const untilNextLook = (): number => 150 + 150 * Math.random();

/** The failure of a program that has waited for that long, in milliseconds. */
export const waitedTooLong = (longestWait: number): AuthError =>
  new AuthError('timeout', {
    detail: `Another process has been signing in to the account for ${longestWait / 1000} s.`,
  });

const places = new WeakMap<SessionStore, string>();
let stores = 0;

/** Says where a store keeps its sessions. All stores of one place are the same store. */
export function keptAt<Store extends SessionStore>(place: string, store: Store): Store {
  places.set(store, place);
  return store;
}

/** Names an account in a store, in this program. A store that says nothing is a place of its own. */
export function placeOf(store: SessionStore, account: Account): string {
  const place = places.get(store) ?? `store ${++stores}`;
  places.set(store, place);
  return `${place}: ${storeKey(account)}`;
}

/** A store that knows no other programs needs no lock. */
const open: StoreLock = { take: async () => ({ release() {} }) };

/** The locks that kept sessions of this program hold while they sign in, by name. */
const renewing = new Set<string>();

/**
 * The lock of an account for a kept session: also against the others of this program, whose store may have no lock. If the lock fails, the
 * program goes on without it: a full disk must not end its session.
 */
export function lockForRenewal(store: SessionStore, account: Account): StoreLock {
  const lock = lockOf(store, account);
  const { name } = lock;
  return {
    async take() {
      const taken = renewing.has(name) ? null : await lock.take().catch(open.take);
      if (!taken || renewing.has(name)) {
        taken?.release();
        return null;
      }
      renewing.add(name);
      return {
        release() {
          renewing.delete(name);
          taken.release();
        },
      };
    },
  };
}

/** The lock of an account for a login, which may be that of a kept session: that one holds the lock already. */
export function lockForLogin(store: SessionStore, account: Account): StoreLock {
  const lock = lockOf(store, account);
  return { take: () => (renewing.has(lock.name) ? open.take() : lock.take()) };
}

/** The lock of an account in a store, which may fail or hang like the rest of the store. */
function lockOf(store: SessionStore, account: Account): Required<StoreLock> {
  const lock = store.lock?.(storeKey(account));
  const name = lock?.name ?? placeOf(store, account);
  if (!lock) return { ...open, name };
  return {
    name,
    async take() {
      let isLate = false;
      const take = async () => {
        const taken = await lock.take();
        // What becomes of the lock must not change how the login ended.
        const release = () => void callStore(() => taken?.release()).catch(() => {});
        // Nobody would release it.
        if (isLate) release();
        return taken && { release };
      };
      return callStore(take).catch((error) => {
        isLate = true;
        throw error;
      });
    },
  };
}
