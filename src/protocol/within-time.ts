import { AuthError } from '../../machines/failures.ts';
import { causeOf } from './cause.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * Runs an exchange with the server until it ends, times out or is cancelled, and leaves no timer and no listener behind. It does not use
 * `AbortSignal.any` and `AbortSignal.timeout`, which older engines do not have, and whose timers outlive the exchange.
 *
 * @param timeout Milliseconds.
 * @param hint Returns a possible reason why there is no reply.
 * @throws {AuthError} `timeout`, `network`, and any `AuthError` of the exchange. The errors of `fetch` and ky are not passed on, since they
 * contain the request, and with it the password.
 */
export async function withinTime<Value>(
  timeout: number,
  aborted: AbortSignal,
  hint: () => string | null,
  exchange: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const ending = new AbortController();
  let isLate = false;
  const abort = () => ending.abort();
  const timer = setTimeout(
    () => {
      isLate = true;
      ending.abort();
    },
    Math.min(Math.ceil(timeout), 2 ** 31 - 1),
  );
  aborted.addEventListener('abort', abort);
  try {
    // A `fetch` that ignores its signal must not hold up the login.
    return await unlessAborted(exchange(ending.signal), ending.signal);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const details = [isLate ? `${timeout} ms` : causeOf(error), hint()].filter(Boolean);
    throw new AuthError(isLate ? 'timeout' : 'network', { detail: details.join('; ') || null });
  } finally {
    clearTimeout(timer);
    aborted.removeEventListener('abort', abort);
  }
}
