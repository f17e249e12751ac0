import type { CreateAuthOptions } from 'etna-auth';

/** A clock that can be advanced. */
export interface Time {
  /** Timers of this clock, for the machine. */
  readonly clock: NonNullable<CreateAuthOptions['clock']>;
  /** Advances the clock at once, in milliseconds, as after sleep. Timers that are due by then fire. */
  pass(milliseconds: number): void;
  /** Lets time go by: each timer fires when it is due, and `settle` is awaited before the next one. Ends if the time is reset. */
  run(milliseconds: number, settle: () => Promise<void>): Promise<void>;
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
  let resets = 0;
  date.now = () => realNow() + ahead;

  const advanceTo = (time: number) => {
    ahead += Math.max(0, Math.ceil(time - date.now()));
  };

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
    async run(milliseconds, settle) {
      const end = date.now() + milliseconds;
      const epoch = resets;
      await settle();
      while (epoch === resets) {
        const [next] = [...timers].sort((a, b) => a.due - b.due);
        advanceTo(Math.min(next?.due ?? end, end));
        if (!next || next.due > end) return;
        ring(next);
        await settle();
      }
    },
    reset(make) {
      const before = ahead;
      ahead = 0;
      try {
        const made = make();
        resets += 1;
        return made;
      } catch (error) {
        ahead = before;
        throw error;
      }
    },
  };
}
