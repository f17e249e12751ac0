import { AuthError, type AuthFailure } from '../../machines/failures.ts';

const shortestWait = 15_000;
const longestWait = 15 * 60_000;
const memory = 60 * 60_000;

/** Recent failures, and how long to wait because of them. */
export interface BackOff {
  /** Records a failure. Returns when to try again, as Unix time in ms; `Infinity` for permanent failures. */
  note(error: unknown): number;
  /** Throws the last failure, until it is time to try again. */
  throwIfWaiting(): void;
}

/** Exponential back-off, 15 s to 15 min, with jitter. */
export function createBackOff(): BackOff {
  let last: { error: unknown; failures: number; since: number; until: number } | null = null;
  return {
    note: (error) => {
      if (last?.until === Number.POSITIVE_INFINITY) return last.until;
      const now = Date.now();
      const failures = last && now - last.since < memory ? last.failures + 1 : 1;
      last = {
        error,
        failures,
        since: now,
        until: now + wait(failures, error instanceof AuthError ? error.failure : null),
      };
      return last.until;
    },
    throwIfWaiting: () => {
      if (!last) return;
      const { error, since, until } = last;
      const now = Date.now();
      // A clock that was set back must not prolong a wait, except after a permanent failure.
      if (until === Number.POSITIVE_INFINITY || (since <= now && now < until)) throw error;
    },
  };
}

function wait(failures: number, failure: AuthFailure | null): number {
  if (failure && !failure.retryable && !failure.code.startsWith('session-')) return Number.POSITIVE_INFINITY;
  const doubled = Math.min(shortestWait * 2 ** (failures - 1), longestWait);
  // Jitter, so that programs that failed together do not retry together.
  return Math.max(doubled, (failure?.retryAfter ?? 0) * 1000) * (1 + Math.random() / 5);
}
