/** The right to sign in to an account, which one tab has at a time. */
export interface Turn {
  /** Resolves when it is this tab's turn, with whether it was another's before. Rejects when it is given up. */
  take(name: string, signal: AbortSignal, onWait: () => void): Promise<boolean>;
  /** Lets the next one have it. */
  end(): void;
}

/** How long a browser may take to say whether the turn is free, in milliseconds. */
const longestSilence = 3_000;
/** How long another tab may have its turn, in milliseconds: a person may look for a phone there. */
const longestTurn = 5 * 60_000;
/** The same for another login of this very page: a module that was loaded twice, as hot reload does, leaves one behind. */
const longestTurnInPage = 10_000;

interface Hold {
  end(): void;
  isReleased: boolean;
  /** Settles when the browser has taken the lock back. */
  readonly ended: Promise<unknown>;
}

const holds: unique symbol = Symbol.for('etna-auth holds');

/** The last lock of each name that this page had, by whichever copy of this module. */
const page: typeof globalThis & { [holds]?: Map<string, Hold> } = globalThis;

/**
 * Turns by Web Locks: a tab that is closed or crashes gives its turn back. Where a browser has none, denies them, as it does in a
 * sandboxed frame, or does not answer, everyone has its turn, and `onAlone` is told.
 */
export function createTurn(onAlone: (error: unknown) => void): Turn {
  page[holds] ??= new Map();
  const held = page[holds];
  let own: Hold | null = null;

  return {
    async take(name, signal, onWait) {
      // Whoever has it keeps it for the whole login, for the second code too.
      if (own) return false;
      const former = held.get(name);
      // A lock that was let go of is free only when the browser says so.
      if (former?.isReleased) await Promise.race([former.ended, pause(longestSilence)]);
      const patience = former && !former.isReleased ? longestTurnInPage : longestTurn;

      const taken = Promise.withResolvers<boolean>();
      const given = Promise.withResolvers<void>();
      const goOnAlone = (error: unknown) => {
        taken.resolve(false);
        onAlone(error);
      };
      let timer = setTimeout(() => goOnAlone(new Error('navigator.locks does not answer')), longestSilence);
      // Asynchronous, so that locks that are missing or throw are like those that refuse.
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
      // At once, so that the next login of this tab knows that it need not wait for itself.
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
