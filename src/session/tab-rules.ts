import { endsWith, isLive, type SessionName } from '../../machines/session.ts';
import type { AuthEmitted, AuthEvent, Session } from '../../machines/vocabulary.ts';

/** Why a session ended: by the user, or by the server. Each tab notices by itself when it expires. */
export type EndedBy = 'logout' | 'rejected';

/** The sessions that a user or the server has ended, as far as any tab of the origin knows. */
export interface Ended {
  has(session: SessionName): boolean;
}

/**
 * The rules by which tabs share a session: how a tab reacts to messages, and which ones it sends. They are pure, so that everything that
 * several tabs can do with them can be explored.
 */
export const tabRules = {
  /** The session with which a page starts, from the stored one: not if it has ended elsewhere meanwhile. */
  start: (kept: Session | null, ended: Ended): Session | null =>
    kept && isLive(kept) && !ended.has(kept) ? kept : null,

  /** The session that a page announces when it starts, or comes back after it received nothing. Without one, it asks for one. */
  introduces: (present: Session | null): Session | null => present,

  /**
   * Another tab has a session. One that only goes on there does not sign a tab in that was another user's: bob, who has signed out, must
   * not find himself as alice because her tab was reloaded. `user` is who signs in in this tab, or was signed in last.
   */
  heardOpened: (session: Session, isNew: boolean, ended: Ended, user: string | null): AuthEvent | null =>
    ended.has(session) || !(isNew || user === null || user === session.username)
      ? null
      : { type: 'session.shared', session },

  /** The session here, if it is a later one of the same user, which the other tab does not know: it is announced in reply. */
  corrects: (session: SessionName, present: Session | null): Session | null =>
    present && present.username === session.username && present.issuedAt > session.issuedAt ? present : null,

  /**
   * Another tab still has a session that has ended, and could not know it: it was away, and the storage of the origin does not tell. The
   * end is announced again, in reply.
   */
  reminds: (session: SessionName, isNew: boolean, ended: { isKnownHereOnly(session: SessionName): boolean }): boolean =>
    !isNew && ended.isKnownHereOnly(session),

  /** A session ended in another tab. A later session here is not affected. */
  heardClosed: (name: SessionName, reason: EndedBy, present: Session | null): AuthEvent | null =>
    present && endsWith(present, name) ? { type: reason === 'logout' ? 'session.ended' : 'session.rejected' } : null,

  /** Another tab asks for the session of this one. */
  heardAsk: (present: Session | null, ended: Ended): Session | null =>
    present && !ended.has(present) ? present : null,

  /** The page is shown again: its timers may have been suspended, and it may have missed messages. */
  woken: (present: Session | null, ended: Ended): AuthEvent => ({
    type: present && ended.has(present) ? 'session.ended' : 'session.check',
  }),

  /** Whether to announce a session that opened here. A session from elsewhere is not forwarded: two tabs would notify each other forever. */
  tellsOpened: ({ origin }: Extract<AuthEmitted, { type: 'session.opened' }>): boolean => origin === 'login',

  /** Why to remember and announce the end of a session that closed here. If it is already known to have ended, it ended elsewhere. */
  endedHere: ({ session, reason }: Extract<AuthEmitted, { type: 'session.closed' }>, ended: Ended): EndedBy | null =>
    (reason === 'logout' || reason === 'rejected') && !ended.has(session) ? reason : null,
};
