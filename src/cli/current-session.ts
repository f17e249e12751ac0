import { AuthError } from '../../machines/failures.ts';
import { type Account, isLive } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { loadSession, type SessionStore } from '../session/session-store.ts';
import { openStore } from './store-kind.ts';
import { accountOf, findTarget, type Target, type TargetFlags } from './target.ts';

/** A session that is good, whose it is, and where it is kept. */
export interface CurrentSession {
  readonly target: Target;
  readonly account: Account;
  readonly store: SessionStore;
  readonly session: Session;
}

/**
 * The session that a command goes on with.
 *
 * @throws {AuthError} `not-signed-in`, `session-expired`, `store-unavailable` or `store-damaged`.
 */
export async function findCurrentSession(flags: TargetFlags): Promise<CurrentSession> {
  const target = findTarget(flags);
  const account = demandAccount(target);
  const { store } = await openStore(target.store);
  return { target, account, store, session: await loadLiveSession(store, account) };
}

/** The account of a target; where none is known, nobody has signed in. */
export function demandAccount(target: Target): Account {
  const account = accountOf(target);
  if (account === undefined) throw new AuthError('not-signed-in');
  return account;
}

/** The session of an account, where it is good. */
export async function loadLiveSession(store: SessionStore, account: Account): Promise<Session> {
  const session = await loadSession(store, account);
  if (session === null) throw new AuthError('not-signed-in', { detail: whose(account) });
  if (isLive(session)) return session;
  const detail = `${whose(account)}, until ${new Date(session.expiresAt).toISOString()}`;
  throw new AuthError('session-expired', { detail });
}

const whose = ({ baseUrl, username }: Account) => `${username} at ${baseUrl}`;
