import { AuthError } from '../../machines/failures.ts';
import { causeOf } from './cause.ts';

/**
 * Runs an exchange with the server until it ends, the time is up or the caller gives up, and leaves neither a timer nor a
 * listener behind. By hand, since `AbortSignal.any` and `AbortSignal.timeout` are missing in older engines, and a signal's own
 * timer outlives the exchange.
 *
 * @param timeout Milliseconds.
 * @param hint What may explain that there is no answer.
 * @throws {AuthError} `timeout`, `network`, and what the exchange throws of this kind. What `fetch` and ky throw stays here,
 * since their errors carry the request, and with it the password.
 */
export async function withinTime<Value>(
  timeout: number,
  aborted: AbortSignal,
  hint: string | null,
  exchange: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const ending = new AbortController();
  let isLate = false;
  const abort = () => ending.abort(aborted.reason);
  const timer = setTimeout(
    () => {
      isLate = true;
      ending.abort();
    },
    Math.min(Math.ceil(timeout), 2 ** 31 - 1),
  );
  aborted.addEventListener('abort', abort);
  if (aborted.aborted) abort();
  try {
    return await exchange(ending.signal);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const details = [isLate ? `${timeout} ms` : causeOf(error), hint].filter(Boolean);
    throw new AuthError(isLate ? 'timeout' : 'network', { detail: details.join('; ') || null });
  } finally {
    clearTimeout(timer);
    aborted.removeEventListener('abort', abort);
  }
}
