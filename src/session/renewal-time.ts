import type { Session } from '../../machines/vocabulary.ts';

/**
 * When to renew a session, as Unix time in ms: `renewBefore` milliseconds before it expires, or after half of its lifetime if that is
 * later, plus up to a fifth of that time, so that programs that started together do not sign in together.
 */
export function renewalTime({ issuedAt, expiresAt }: Session, renewBefore: number): number {
  const lead = Math.min(renewBefore, (expiresAt - issuedAt) / 2);
  return expiresAt - lead * (1 - Math.random() / 5);
}
