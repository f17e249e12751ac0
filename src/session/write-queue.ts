/** Writes that are carried out one after another, so that none overtakes the one before. */
export interface WriteQueue {
  /** Carries out a write when those before it are through, whether they succeeded or not. */
  add(write: () => Promise<void>): void;
  /** Resolves when nothing is left to write. It never rejects. */
  whenWritten(): Promise<void>;
}

/** A queue that tells of a write that failed, and goes on. */
export function createWriteQueue(onError: (error: unknown) => void = () => {}): WriteQueue {
  let last = Promise.resolve();
  return {
    add: (write) => {
      const written = last.then(write);
      last = written.catch(() => {});
      // Apart from the queue, which must outlive a listener that throws.
      void written.catch(onError);
    },
    whenWritten: async () => {
      let awaited: typeof last;
      do {
        awaited = last;
        await awaited;
      } while (awaited !== last);
    },
  };
}
