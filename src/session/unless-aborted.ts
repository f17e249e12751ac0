/** The outcome of a promise, or the signal's reason where that comes first. What others may wait for as well goes on. */
export function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: result, resolve, reject } = Promise.withResolvers<Value>();
  const giveUp = () => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  return result;
}
