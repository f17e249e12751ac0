import { isCurrent, type SessionName } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** What all tabs of the origin know of a user, until it expires. */
export type SharedItem = SessionName & Pick<Session, 'expiresAt'>;

/** A list of what all tabs of the origin know. Nothing in it is secret. */
export interface SharedList {
  find(isMeant: (item: SharedItem) => boolean): SharedItem | undefined;
  /** Removes items, and adds one. */
  replace(isRemoved: (item: SharedItem) => boolean, item?: SharedItem): void;
}

/** The form in which an item is stored, and sent to other tabs. */
export const sharedItem = { username: 'string', issuedAt: 'number', expiresAt: 'number' } as const;
/** More than a user causes until the first of them expires. */
const most = 50;

/**
 * Keeps a list in `localStorage`. What cannot be written there is kept in memory, so that at least this tab knows it.
 */
export function createSharedList(key: string): SharedList {
  let unwritten: SharedItem[] = [];
  const read = () => {
    const kept = parsed(attempt(() => localStorage.getItem(key)) ?? null);
    const items = Array.isArray(kept) ? kept.filter((item) => isShaped(item, sharedItem)) : [];
    return [...items, ...unwritten].filter(isCurrent);
  };
  return {
    find: (isMeant) => read().find(isMeant),
    replace(isRemoved, item) {
      const items = read();
      const others = items.filter((other) => !isRemoved(other));
      if (!item && others.length === items.length) return;
      if (item) others.push({ username: item.username, issuedAt: item.issuedAt, expiresAt: item.expiresAt });
      // The ones that expire last are kept: they matter for the longest time.
      const kept = others.sort((one, other) => one.expiresAt - other.expiresAt).slice(-most);
      const isWritten = attempt(() => {
        localStorage.setItem(key, JSON.stringify(kept));
        return true;
      });
      // A copy of what was written would bring back what another tab has removed.
      unwritten = isWritten ? [] : kept;
    },
  };
}

function attempt<Value>(operation: () => Value): Value | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
