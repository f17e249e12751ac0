const longestNap = 60_000;

/**
 * Calls back once, at the given time (Unix time in ms) or soon after. Timers stop while a computer sleeps, drift, and have a maximum
 * length, so it checks the clock every minute. It does not keep a program running.
 *
 * @returns a function that cancels it.
 */
export function setAlarm(time: number, ring: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const nap = () => {
    timer = setTimeout(
      () => (Date.now() < time ? nap() : ring()),
      Math.min(Math.max(time - Date.now(), 0), longestNap),
    );
    const unknownTimer: unknown = timer;
    // Only Node's timers have `unref`; in browsers they are numbers.
    (unknownTimer as { unref?(): void }).unref?.();
  };
  nap();
  return () => clearTimeout(timer);
}
