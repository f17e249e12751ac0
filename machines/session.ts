import { AuthError } from './failures.ts';
import { isAlive } from './secret.ts';
import { parseUrl } from './url.ts';
import type { Session } from './vocabulary.ts';

/** An account: a broker's ETNA Trader, and a user there. */
export interface Account {
  readonly baseUrl: string;
  readonly username: string;
}

/** Whether the time until which something holds is still to come. The only place that compares it with the clock. */
export const isCurrent = ({ expiresAt }: Pick<Session, 'expiresAt'>): boolean => Date.now() < expiresAt;

/** Whether a session is live: its token can be revealed, and it has not expired. */
export const isLive = (session: Session | null | undefined): boolean =>
  !!session && isAlive(session.token) && isCurrent(session);

/** Whether something was issued by a clock that was ahead, and has been set right since. */
export const isFromTheFuture = ({ issuedAt }: Pick<Session, 'issuedAt'>): boolean => issuedAt > Date.now();

/** Whether a session is live, and newer than another one: a holder of that one adopts it, and need not sign in. */
export function isNewer(session: Session, other: Session | null | undefined): boolean {
  if (!isLive(session) || !other) return isLive(session);
  return session.issuedAt > other.issuedAt || (isFromTheFuture(other) && !isFromTheFuture(session));
}

/** Identifies a session of an account, without its token. */
export type SessionName = Pick<Session, 'username' | 'issuedAt'>;

/**
 * Whether the end of `other` also ends a session: it is the same one, or an earlier one of the user. Signing out must not lead back to
 * the session before.
 */
export const endsWith = (session: SessionName, other: SessionName): boolean =>
  session.username === other.username && session.issuedAt <= other.issuedAt;

/**
 * Normalises a base URL: as `URL` does, without a trailing slash. `http://LOCALHOST/api/` and `http://localhost/api` are one address, and
 * so one account, one store entry and one lock. It may be relative to the address of a page. A text that is not an address is returned
 * unchanged.
 */
export function normalBaseUrl(baseUrl: string, page?: string): string {
  return parseUrl(baseUrl, page)?.href.replace(/\/+$/, '') ?? `${baseUrl}`;
}

/**
 * The key of an account in a store and in a lock: the normalised base URL and the trimmed user name.
 *
 * @throws {AuthError} `invalid-input` for a user name that is no text.
 */
export function storeKey({ baseUrl, username }: Account): string {
  // Callers in plain JavaScript may pass anything.
  if (typeof username !== 'string') throw new AuthError('invalid-input', { detail: 'username: not a text' });
  return `${normalBaseUrl(baseUrl)} ${username.trim()}`;
}
