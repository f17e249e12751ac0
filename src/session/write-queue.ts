/** Runs writes one after another, so that none overtakes the previous one. */
export interface WriteQueue {
  /** Runs a write when the previous ones have ended, whether they succeeded or not. */
  add(write: () => Promise<void>): void;
  /** Resolves when the queue is empty. It never rejects. */
  whenWritten(): Promise<void>;
}

/** A queue that reports a failed write, and continues. */
export function createWriteQueue(onError: (error: unknown) => void = () => {}): WriteQueue {
  let last = Promise.resolve();
  return {
    add: (write) => {
      const written = last.then(write);
      last = written.catch(() => {});
      // Outside the queue, which must survive a listener that throws.
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
