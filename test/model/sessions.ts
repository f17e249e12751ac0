import { secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';

/** How long a session lasts in these tests, in milliseconds. */
export const lifetime = 60 * 60 * 1000;

/** A session that begins now. */
function createSession(): Session {
  return { username: 'alice', token: secret('token'), issuedAt: Date.now(), expiresAt: Date.now() + lifetime };
}

/** What a path starts with. */
export function startingSession(kind: 'none' | 'live' | 'over'): Session | null {
  if (kind === 'none') return null;
  return kind === 'live' ? createSession() : { ...createSession(), expiresAt: Date.now() };
}

/** A session that was begun elsewhere: newer than any here, or over. */
export function sharedSession(over: boolean): Session {
  const session = createSession();
  return over ? { ...session, expiresAt: Date.now() } : { ...session, issuedAt: Date.now() + 1 };
}
