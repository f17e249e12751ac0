import { endsWith, isLive, type SessionName } from '../../machines/session.ts';
import type { AuthEmitted, AuthEvent, Session } from '../../machines/vocabulary.ts';

/** Why a session was ended: by the user, or by the server. Its time ends in each tab by itself. */
export type EndedBy = 'logout' | 'rejected';

/** Which sessions a user or the server has ended, as far as any tab of the origin knows. */
export interface Ended {
  has(session: SessionName): boolean;
}

/**
 * The rules by which tabs share a session: what a tab makes of what it hears, and what it tells. They are pure, so that all that
 * several tabs can do by them is explored.
 */
export const tabRules = {
  /** The session that a page starts with, of what its tab kept: one that was ended elsewhere meanwhile is not taken again. */
  start: (kept: Session | null, ended: Ended): Session | null =>
    kept && isLive(kept) && !ended.has(kept) ? kept : null,

  /** What a page tells when it starts, or comes back from where it heard nothing: its session, or else that it wants one. */
  introduces: (present: Session | null): 'session' | 'wish' => (present ? 'session' : 'wish'),

  /** Another tab has a session. */
  heardOpened: (session: Session, ended: Ended): AuthEvent | null =>
    ended.has(session) ? null : { type: 'session.shared', session },

  /** Whether the other one is told of the session here: a later one of the same user, which it has not heard of. */
  corrects: (session: SessionName, present: Session | null): boolean =>
    !!present && present.username === session.username && present.issuedAt > session.issuedAt,

  /** A session was ended in another tab; one that began since is not concerned. */
  heardClosed: (name: SessionName, reason: EndedBy, present: Session | null): AuthEvent | null =>
    present && endsWith(present, name) ? { type: reason === 'logout' ? 'session.ended' : 'session.rejected' } : null,

  /** Another tab asks for the session of this one, if it has one to give. */
  heardAsk: (present: Session | null, ended: Ended): Session | null =>
    present && !ended.has(present) ? present : null,

  /** The page is looked at again: its clock may have slept, and it may have heard nothing meanwhile. */
  woken: (present: Session | null, ended: Ended): AuthEvent => ({
    type: present && ended.has(present) ? 'session.ended' : 'session.check',
  }),

  /** Whether a session that opened here is told. What came from elsewhere is not: two tabs would tell each other for ever. */
  tellsOpened: ({ origin }: Extract<AuthEmitted, { type: 'session.opened' }>): boolean => origin === 'login',

  /** Why a session that closed here is to be remembered as ended, and told. One that is known to have ended was ended elsewhere. */
  endedHere: ({ session, reason }: Extract<AuthEmitted, { type: 'session.closed' }>, ended: Ended): EndedBy | null =>
    (reason === 'logout' || reason === 'rejected') && !ended.has(session) ? reason : null,
};
