/** The lock of an account, which one tab holds at a time while it signs in. */
export interface Turn {
  /** Resolves when this tab has the lock, with whether another tab had it before. Rejects when waiting is cancelled. */
  take(name: string, signal: AbortSignal, onWait: () => void): Promise<boolean>;
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
  isReleased: boolean;
  /** Settles when the browser has released the lock. */
  readonly ended: Promise<unknown>;
}

const holds: unique symbol = Symbol.for('etna-auth holds');

/** The last lock of each name that this page held, in any copy of this module. */
const page: typeof globalThis & { [holds]?: Map<string, Hold> } = globalThis;

/**
 * Uses Web Locks: if a tab is closed or crashes, its lock is released. If a browser has none, denies them, as in a sandboxed frame, or
 * does not respond, the tab continues without a lock, and `onAlone` is called.
 */
export function createTurn(onAlone: (error: unknown) => void): Turn {
  page[holds] ??= new Map();
  const held = page[holds];
  let own: Hold | null = null;

  return {
    async take(name, signal, onWait) {
      // It is held for the whole login, including a second code.
      if (own) return false;
      const former = held.get(name);
      // A released lock is free only when the browser says so.
      if (former?.isReleased) await Promise.race([former.ended, pause(longestSilence)]);
      const patience = former && !former.isReleased ? longestTurnInPage : longestTurn;

      const taken = Promise.withResolvers<boolean>();
      const given = Promise.withResolvers<void>();
      const goOnAlone = (error: unknown) => {
        taken.resolve(false);
        onAlone(error);
      };
      let timer = setTimeout(() => goOnAlone(new Error('navigator.locks does not answer')), longestSilence);
      // Asynchronous, so that missing or throwing locks behave like a rejection.
      const request = async (waited: boolean, options: LockOptions): Promise<void> =>
        navigator.locks.request(name, options, (lock) => {
          clearTimeout(timer);
          if (!lock) {
            onWait();
            timer = setTimeout(() => taken.resolve(true), patience);
            return request(true, { signal });
          }
          taken.resolve(waited);
          return signal.aborted ? undefined : given.promise;
        });
      const hold: Hold = {
        isReleased: false,
        ended: request(false, { ifAvailable: true }).catch((error) => {
          if (signal.aborted) taken.reject(error);
          else goOnAlone(error);
        }),
        end() {
          hold.isReleased = true;
          given.resolve();
        },
      };
      held.set(name, hold);
      // At once, so that the next login of this tab does not wait for itself.
      signal.addEventListener('abort', hold.end);
      try {
        const waited = await taken.promise;
        signal.throwIfAborted();
        own = hold;
        return waited;
      } catch (error) {
        hold.end();
        throw error;
      } finally {
        signal.removeEventListener('abort', hold.end);
        clearTimeout(timer);
      }
    },
    end() {
      own?.end();
      own = null;
    },
  };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
