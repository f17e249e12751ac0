import { endsWith, type SessionName } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** The same, with when it would have ended by itself, and need not be remembered any longer. */
export type EndedSession = SessionName & Pick<Session, 'expiresAt'>;

/**
 * The sessions of a base URL that a user or the server has ended: neither these nor earlier ones of the same user are taken again,
 * whichever tab still has them.
 */
export interface EndedSessions {
  has(session: SessionName): boolean;
  add(session: EndedSession): void;
  /** A login has brought this session, which has not ended, whatever a clock says that was set back since. */
  reopen(session: SessionName): void;
}

/** The form in which one is kept, and told to other tabs. */
export const endedSession = { username: 'string', issuedAt: 'number', expiresAt: 'number' } as const;
/** More than anybody ends within the life of a session. */
const most = 50;

/**
 * Remembers them where all tabs of the origin look, until they would have ended by themselves; where that is denied, in memory,
 * so that at least this tab never takes one again.
 */
export function createEndedSessions(baseUrl: string): EndedSessions {
  const key = `etna-auth ended ${baseUrl}`;
  let own: EndedSession[] = [];
  const read = () => {
    const kept = parsed(attempt(() => localStorage.getItem(key)) ?? null);
    const ended = Array.isArray(kept) ? kept.filter((session) => isShaped(session, endedSession)) : [];
    return [...ended, ...own].filter(({ expiresAt }) => Date.now() < expiresAt);
  };
  const write = (ended: readonly EndedSession[]) => {
    // Those that end last are kept: they could be taken for the longest.
    own = ended.toSorted((one, other) => one.expiresAt - other.expiresAt).slice(-most);
    attempt(() => localStorage.setItem(key, JSON.stringify(own)));
  };
  return {
    has: (session) => read().some((ended) => endsWith(session, ended)),
    add({ username, issuedAt, expiresAt }) {
      const session = { username, issuedAt, expiresAt };
      write([...read().filter((ended) => !endsWith(ended, session)), session]);
    },
    reopen(session) {
      const ended = read();
      if (ended.some((other) => endsWith(session, other))) write(ended.filter((other) => !endsWith(session, other)));
    },
  };
}

function attempt<Value>(operation: () => Value): Value | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
