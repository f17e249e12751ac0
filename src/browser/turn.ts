/** The lock of an account, which one tab holds at a time while it signs in. */
export interface Turn {
  /** Takes the lock if it is free, and resolves with whether this tab may go on. Rejects when it is aborted. */
  take(name: string, signal: AbortSignal): Promise<boolean>;
  /** Waits for the lock, and takes it. Rejects when waiting is aborted. */
  wait(name: string, signal: AbortSignal): Promise<void>;
  /** Releases the lock. */
  end(): void;
}

/** How long a browser may take to say whether the lock is free, in milliseconds. */
const longestSilence = 3_000;
/** How long another tab may hold the lock, in milliseconds: its user may have to look for a phone. */
const longestTurn = 5 * 60_000;
/** The same for another login in this page: a module that was loaded twice, as with hot reload, leaves one behind. */
const longestTurnInPage = 10_000;

interface Hold {
  end(): void;
  /** Whether the browser has given the lock; until then, it may be another tab's. */
  isGiven: boolean;
  isReleased: boolean;
  /** Settles when the browser has released the lock. */
  readonly ended: Promise<unknown>;
}

const holds: unique symbol = Symbol.for('etna-auth holds');

/** The last lock of each name that this page held or asked for, in any copy of this module. */
const page: typeof globalThis & { [holds]?: Map<string, Hold> } = globalThis;

/**
 * Uses Web Locks: if a tab is closed or crashes, its lock is released. If a browser has none, denies them, as in a sandboxed frame, or
 * does not respond, the tab continues without a lock, and `onAlone` is called.
 */
export function createTurn(onAlone: (error: unknown) => void): Turn {
  page[holds] ??= new Map();
  const held = page[holds];
  let own: Hold | null = null;

  /** Requests the lock, for no longer than `patience`. Resolves with whether this tab may go on, with the lock or without it. */
  async function request(name: string, signal: AbortSignal, options: LockOptions, patience: number): Promise<boolean> {
    const asked = Promise.withResolvers<boolean>();
    const done = Promise.withResolvers<void>();
    const goOnAlone = (error: unknown) => {
      asked.resolve(true);
      onAlone(error);
    };
    const timer = setTimeout(() => {
      if (options.ifAvailable) goOnAlone(new Error('navigator.locks does not answer'));
      else asked.resolve(true);
    }, patience);
    // Asynchronous, so that missing or throwing locks behave like a rejection.
    const lock = async () =>
      navigator.locks.request(name, options, (lock) => {
        asked.resolve(lock !== null);
        if (!lock) return;
        hold.isGiven = true;
        held.set(name, hold);
        return done.promise;
      });
    const hold: Hold = {
      isGiven: false,
      isReleased: false,
      ended: lock().catch((error) => (signal.aborted ? asked.reject(error) : goOnAlone(error))),
      end() {
        hold.isReleased = true;
        done.resolve();
      },
    };
    if (!isHeldInPage(name)) held.set(name, hold);
    // At once, so that the next login of this tab does not wait for itself.
    signal.addEventListener('abort', hold.end);
    try {
      const isGiven = await asked.promise;
      signal.throwIfAborted();
      if (isGiven) own = hold;
      return isGiven;
    } finally {
      signal.removeEventListener('abort', hold.end);
      clearTimeout(timer);
      if (own !== hold) hold.end();
    }
  }
  const isHeldInPage = (name: string) => {
    const hold = held.get(name);
    return hold?.isGiven === true && !hold.isReleased;
  };

  return {
    async take(name, signal) {
      // It is held for the whole login, including a second code.
      if (own) return true;
      const former = held.get(name);
      // A released lock is free only when the browser says so.
      if (former?.isReleased) await Promise.race([former.ended, pause(longestSilence)]);
      // Another login of this tab may be waiting as well, and must not meet this one.
      signal.throwIfAborted();
      return request(name, signal, { ifAvailable: true }, longestSilence);
    },
    async wait(name, signal) {
      await request(name, signal, { signal }, isHeldInPage(name) ? longestTurnInPage : longestTurn);
    },
    end() {
      own?.end();
      own = null;
    },
  };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
