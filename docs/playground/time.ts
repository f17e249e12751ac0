import type { CreateAuthOptions } from 'etna-auth';

/** A clock that can be advanced. */
export interface Time {
  /** Timers of this clock, for the machine. */
  readonly clock: NonNullable<CreateAuthOptions['clock']>;
  /** Advances the clock, in milliseconds. Timers that are due by then fire. */
  pass(milliseconds: number): void;
  /** Returns to the real time, and calls `make`. If that fails, the clock is not changed. */
  reset<Made>(make: () => Made): Made;
}

interface Timer {
  readonly due: number;
  readonly ring: () => void;
  readonly handle: ReturnType<typeof setTimeout>;
}

/**
 * Replaces `date.now`, from which machine, emulator and screen take the time. The page's own timers keep to the real time.
 */
export function takeOverTime(date: Pick<DateConstructor, 'now'>): Time {
  const realNow = date.now.bind(date);
  const timers = new Set<Timer>();
  let ahead = 0;
  date.now = () => realNow() + ahead;

  function ring(timer: Timer): void {
    clearTimeout(timer.handle);
    if (timers.delete(timer)) timer.ring();
  }

  return {
    clock: {
      setTimeout(callback, milliseconds): Timer {
        const timer: Timer = {
          due: date.now() + milliseconds,
          ring: callback,
          handle: setTimeout(() => ring(timer), milliseconds),
        };
        timers.add(timer);
        return timer;
      },
      clearTimeout(timer: Timer) {
        clearTimeout(timer.handle);
        timers.delete(timer);
      },
    },
    pass(milliseconds) {
      ahead += milliseconds;
      const due = [...timers].filter((timer) => timer.due <= date.now()).sort((a, b) => a.due - b.due);
      for (const timer of due) ring(timer);
    },
    reset(make) {
      const before = ahead;
      ahead = 0;
      try {
        return make();
      } catch (error) {
        ahead = before;
        throw error;
      }
    },
  };
}
