/** The right to sign in to an account, which one tab has at a time. */
export interface Turn {
  /** Resolves when it is this tab's turn, with whether it was another's before. Rejects when it is given up. */
  take(name: string, signal: AbortSignal, onWait: () => void): Promise<boolean>;
  /** Lets the next one have it. */
  end(): void;
}

/** Turns by Web Locks: a tab that is closed or crashes gives its turn back. Where a browser has none, everyone has its turn. */
export function createTurn(locks: LockManager | undefined): Turn {
  let end: (() => void) | null = null;
  const hold = () =>
    new Promise<void>((resolve) => {
      end = resolve;
    });
  return {
    async take(name, signal, onWait) {
      // Whoever has it keeps it for the whole login, for the second code too.
      if (end || !locks) return false;
      const taken = Promise.withResolvers<boolean>();
      const request = (waited: boolean, options: LockOptions): Promise<void> =>
        locks.request(name, options, (lock) => {
          if (!lock) {
            onWait();
            return request(true, { signal });
          }
          taken.resolve(waited);
          return signal.aborted ? undefined : hold();
        });
      request(false, { ifAvailable: true }).catch(taken.reject);
      return taken.promise;
    },
    end() {
      end?.();
      end = null;
    },
  };
}
