import { endsWith, type SessionName } from '../../machines/session.ts';
import { createSharedList, type SharedItem } from './shared-list.ts';

/**
 * The sessions of a base URL that a user or the server has ended. Neither these nor earlier ones of the same user are used again, even if
 * a tab still has them.
 */
export interface EndedSessions {
  has(session: SessionName): boolean;
  /** Whether it is one of them, and no other tab can find that out. */
  isKnownHereOnly(session: SessionName): boolean;
  /** It is forgotten once it would have expired. */
  add(session: SharedItem): void;
  /** A login led to this session: it has not ended, even if the clock was set back since the last end. */
  reopen(session: SessionName): void;
}

/** Remembers them for all tabs. */
export function createEndedSessions(baseUrl: string): EndedSessions {
  const list = createSharedList(`etna-auth ended ${baseUrl}`);
  const has = (session: SessionName) => !!list.find((ended) => endsWith(session, ended));
  return {
    has,
    isKnownHereOnly: (session) => has(session) && !list.isShared,
    add: (session) => list.replace((ended) => endsWith(ended, session), session),
    reopen: (session) => list.replace((ended) => endsWith(session, ended)),
  };
}
