import type { TextStorage } from '../session/unfinished-login.ts';

/** Texts that a tab keeps until it is closed, across reloads. */
export interface TabStorage extends TextStorage {
  /**
   * Where they are: in the tab's `sessionStorage`, or nowhere (`memory`) if that was requested, or if `sessionStorage` cannot be used. The
   * machine of the page has them anyway.
   */
  readonly kind: 'sessionStorage' | 'memory';
}

/**
 * Storage that never throws. `sessionStorage` can be blocked, missing or full, depending on settings and private modes. Then nothing more is
 * stored, and `onError` is called.
 */
export function createTabStorage(kind: TabStorage['kind'], onError: (error: unknown) => void): TabStorage {
  let current = kind;
  const attempt = <Value>(operation: (storage: Storage) => Value): Value | null => {
    if (current === 'memory') return null;
    try {
      return operation(sessionStorage);
    } catch (error) {
      current = 'memory';
      onError(error);
      return null;
    }
  };
  return {
    get kind() {
      return current;
    },
    get: (key) => attempt((storage) => storage.getItem(key)),
    set: (key, text) =>
      void attempt((storage) => {
        // Not left behind if there is no room for the new text: nobody would delete it.
        storage.removeItem(key);
        if (text !== null) storage.setItem(key, text);
      }),
  };
}
