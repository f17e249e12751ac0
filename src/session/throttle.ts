import { AuthError } from '../../machines/failures.ts';
import { isCurrent, isFromTheFuture } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';

// Once the server has told one login to wait, every other one would only prolong the wait.

/** The time in which the server admits no login of an account. */
export type Throttle = Pick<Session, 'issuedAt' | 'expiresAt'>;

/** The longest throttle that is believed, in milliseconds. */
const aDay = 24 * 60 * 60 * 1000;

/** Whether a throttle holds. A clock that was set back must not prolong it. */
const isInForce = (throttle: Throttle): boolean =>
  isCurrent(throttle) && !isFromTheFuture(throttle) && throttle.expiresAt - throttle.issuedAt <= aDay;

/**
 * Refuses a login before the time that the server named.
 *
 * @throws {AuthError} `too-many-attempts` with the seconds that are left.
 */
export function throwWhile(throttle: Throttle | null | undefined): void {
  if (!throttle || !isInForce(throttle)) return;
  const retryAfter = Math.ceil((throttle.expiresAt - Date.now()) / 1000);
  throw new AuthError('too-many-attempts', { detail: 'another login was told to wait', retryAfter });
}

/** The throttle that an error announces; `null` if it names no time. */
export function throttleIn(error: unknown): Throttle | null {
  const failure = error instanceof AuthError ? error.failure : null;
  if (failure?.code !== 'too-many-attempts' || failure.retryAfter === null) return null;
  const issuedAt = Date.now();
  return { issuedAt, expiresAt: issuedAt + failure.retryAfter * 1000 };
}

/** Whether a throttle only repeats the one that is known. A repetition is rounded up to seconds, and must not prolong it. */
export const isRepeated = (throttle: Throttle, known: Throttle | null | undefined): boolean =>
  !!known && isInForce(known) && throttle.expiresAt <= known.expiresAt + 1000;
