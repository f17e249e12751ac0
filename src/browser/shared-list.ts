import { isCurrent, type SessionName } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** What all tabs of the origin know of a user, until it expires. */
export type SharedItem = SessionName & Pick<Session, 'expiresAt'>;

/** A list of what all tabs of the origin know. Nothing in it is secret. */
export interface SharedList {
  /** Whether the other tabs can read it: `localStorage` can be used, and has not been cleared since. */
  readonly isShared: boolean;
  find(isMeant: (item: SharedItem) => boolean): SharedItem | undefined;
  /** Removes items, and adds one. */
  replace(isRemoved: (item: SharedItem) => boolean, item?: SharedItem): void;
}

/** The form in which an item is stored, and sent to other tabs. */
export const sharedItem = { username: 'string', issuedAt: 'number', expiresAt: 'number' } as const;

/** What may be told of a session. */
export const withoutToken = ({ username, issuedAt, expiresAt }: SharedItem): SharedItem => ({
  username,
  issuedAt,
  expiresAt,
});

/**
 * Keeps a list in `localStorage`. What cannot be written there, or has been removed from there, as by an app that clears its storage at
 * logout, is kept in memory, so that at least this tab knows it.
 */
export function createSharedList(key: string): SharedList {
  let copy: readonly SharedItem[] = [];
  let isShared = true;
  const read = () => {
    const text = attempt(() => localStorage.getItem(key)) ?? null;
    const items = [parsed(text)].flat().filter((item) => isShaped(item, sharedItem));
    if (text === null && copy.length > 0) isShared = false;
    // Otherwise the copy would bring back what another tab has removed.
    if (isShared) copy = items;
    return (isShared ? items : [...items, ...copy]).filter(isCurrent);
  };
  return {
    get isShared() {
      return isShared;
    },
    find: (isMeant) => read().find(isMeant),
    replace(isRemoved, item) {
      const items = read();
      const others = items.filter((other) => !isRemoved(other));
      if (!item && others.length === items.length) return;
      if (item) others.push(withoutToken(item));
      copy = others;
      isShared = !!attempt(() => {
        localStorage.setItem(key, JSON.stringify(copy));
        return true;
      });
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
