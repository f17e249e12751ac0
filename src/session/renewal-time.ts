import type { Session } from '../../machines/vocabulary.ts';

/**
 * When to renew a session, in milliseconds since 1970: so long before its end, or after half of its life where that is later,
 * and up to a fifth of that time later still, so that programs which started together do not log in together.
 */
export function renewalTime({ issuedAt, expiresAt }: Session, renewBefore: number): number {
  const lead = Math.min(renewBefore, (expiresAt - issuedAt) / 2);
  return expiresAt - lead * (1 - Math.random() / 5);
}
