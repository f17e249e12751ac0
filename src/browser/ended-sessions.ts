import type { Session } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** What names a session among all tabs, without its token. */
export type SessionName = Pick<Session, 'username' | 'issuedAt'>;
/** The same, with when it would have ended by itself, and need not be remembered any longer. */
export type EndedSession = SessionName & Pick<Session, 'expiresAt'>;

/** The sessions of a base URL that a user or the server has ended: none of them is taken again, whichever tab still has it. */
export interface EndedSessions {
  has(session: SessionName): boolean;
  add(session: EndedSession): void;
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
    const all = [...ended, ...own].filter(({ expiresAt }) => Date.now() < expiresAt);
    return all.filter((session, index) => all.findIndex((other) => isSame(session, other)) === index);
  };
  return {
    has: (session) => read().some((ended) => isSame(ended, session)),
    add({ username, issuedAt, expiresAt }) {
      const others = read().filter((ended) => !isSame(ended, { username, issuedAt }));
      // Those that end last are kept: they could be taken for the longest.
      own = [...others, { username, issuedAt, expiresAt }]
        .sort((one, two) => one.expiresAt - two.expiresAt)
        .slice(-most);
      attempt(() => localStorage.setItem(key, JSON.stringify(own)));
    },
  };
}

/** Whether two names are of one session. */
export const isSame = (one: SessionName, other: SessionName): boolean =>
  one.username === other.username && one.issuedAt === other.issuedAt;

function attempt<Value>(operation: () => Value): Value | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}
