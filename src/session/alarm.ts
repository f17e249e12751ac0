const longestNap = 60_000;

/**
 * Calls back once, at a time in milliseconds since 1970, or soon after. Timers stop while a computer sleeps, drift, and cannot
 * reach far, so that the clock is looked at every minute. It keeps no program alive.
 *
 * @returns what cancels it.
 */
export function setAlarm(time: number, ring: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const nap = () => {
    timer = setTimeout(
      () => (Date.now() < time ? nap() : ring()),
      Math.min(Math.max(time - Date.now(), 0), longestNap),
    );
    const unknownTimer: unknown = timer;
    // Only Node's timers have it; a browser's are numbers.
    (unknownTimer as { unref?(): void }).unref?.();
  };
  nap();
  return () => clearTimeout(timer);
}
