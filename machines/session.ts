import { isAlive } from './secret.ts';
import type { Session } from './vocabulary.ts';

/** Whose session it is: a broker's ETNA Trader, and a user there. */
export interface Account {
  readonly baseUrl: string;
  readonly username: string;
}

/** Whether a session is good: its token can be revealed, and its time is not over. The only look at the clock for that. */
export const isLive = (session: Session | null | undefined): boolean =>
  !!session && isAlive(session.token) && Date.now() < session.expiresAt;

/** What names a session of an account, without its token. */
export type SessionName = Pick<Session, 'username' | 'issuedAt'>;

/**
 * Whether a session ends where another one does: it is the same, or an earlier one of the user. Who signs out means to be signed
 * out, and not to be back in the session before.
 */
export const endsWith = (session: SessionName, other: SessionName): boolean =>
  session.username === other.username && session.issuedAt <= other.issuedAt;

/**
 * The one spelling of a base URL: as `URL` sees it, without a slash at its end. `http://LOCALHOST/api/` and
 * `http://localhost/api` are one address, and so one account, one store entry and one lock. What is no address stays as it is.
 */
export function normalBaseUrl(baseUrl: string): string {
  return (URL.parse(baseUrl)?.href ?? baseUrl).replace(/\/+$/, '');
}

/** What names an account in a store and in a lock: its base URL in the one spelling, and the user name without blanks around. */
export function storeKey({ baseUrl, username }: Account): string {
  return `${normalBaseUrl(baseUrl)} ${username.trim()}`;
}
