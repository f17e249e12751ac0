import type { CreateAuthOptions } from 'etna-auth';

/** A time that can be moved on. */
export interface Time {
  /** Timers of that time, for the machine. */
  readonly clock: NonNullable<CreateAuthOptions['clock']>;
  /** Lets so many milliseconds pass at once. What is due by then happens. */
  pass(milliseconds: number): void;
  /** Goes back to what time it is in fact, for what is made then. Where that fails, the time is as it was. */
  reset<Made>(make: () => Made): Made;
}

interface Timer {
  readonly due: number;
  readonly ring: () => void;
  readonly handle: ReturnType<typeof setTimeout>;
}

/**
 * Takes over `date.now`, which machine, emulator and screen ask for the time. Timers of the page's own keep to the time that it
 * is in fact.
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
