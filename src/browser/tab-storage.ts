/** Texts that a tab keeps until it is closed, across reloads. */
export interface TabStorage {
  /** Where they are: in the tab's `sessionStorage`, or in memory if that was requested, or if `sessionStorage` cannot be used. */
  readonly kind: 'sessionStorage' | 'memory';
  get(key: string): string | null;
  /** Stores a text, or deletes it if it is `null`. */
  set(key: string, text: string | null): void;
}

/**
 * Storage that never throws. `sessionStorage` can be blocked, missing or full, depending on settings and private modes. Then memory is
 * used instead, and `onError` is called.
 */
export function createTabStorage(kind: TabStorage['kind'], onError: (error: unknown) => void): TabStorage {
  const memory = new Map<string, string>();
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
    get: (key) => attempt((storage) => storage.getItem(key)) ?? memory.get(key) ?? null,
    set(key, text) {
      memory.delete(key);
      if (text === null) attempt((storage) => storage.removeItem(key));
      else {
        attempt((storage) => storage.setItem(key, text));
        if (current === 'memory') memory.set(key, text);
      }
    },
  };
}
