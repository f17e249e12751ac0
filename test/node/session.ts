import { secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import type { StoredSession } from '../../src/session/session-store.ts';

/** A session that was made now and is good for an hour. */
export function liveSession(token = 'token-1', username = 'alice'): Session {
  const issuedAt = Date.now();
  return { username, token: secret(token), issuedAt, expiresAt: issuedAt + 3_600_000 };
}

/** A session as stores are given it. */
export function storedSession(token: string, username = 'alice'): StoredSession {
  return { version: 1, baseUrl: 'https://etna.test/api', username, token, issuedAt: 1, expiresAt: 2 };
}
