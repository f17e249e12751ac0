import { endsWith, isCurrent, type SessionName } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** The same, with the time at which it would have expired, and can be forgotten. */
export type EndedSession = SessionName & Pick<Session, 'expiresAt'>;

/**
 * The sessions of a base URL that a user or the server has ended. Neither these nor earlier ones of the same user are used again, even if
 * a tab still has them.
 */
export interface EndedSessions {
  has(session: SessionName): boolean;
  add(session: EndedSession): void;
  /** A login led to this session: it has not ended, even if the clock was set back since the last end. */
  reopen(session: SessionName): void;
}

/** The form in which one is stored, and sent to other tabs. */
export const endedSession = { username: 'string', issuedAt: 'number', expiresAt: 'number' } as const;
/** More than a user ends within the lifetime of a session. */
const most = 50;

/**
 * Remembers them in `localStorage` until they would have expired. What cannot be written there is kept in memory, so that at least this
 * tab never uses one again.
 */
export function createEndedSessions(baseUrl: string): EndedSessions {
  const key = `etna-auth ended ${baseUrl}`;
  let unwritten: EndedSession[] = [];
  const read = () => {
    const kept = parsed(attempt(() => localStorage.getItem(key)) ?? null);
    const ended = Array.isArray(kept) ? kept.filter((session) => isShaped(session, endedSession)) : [];
    return [...ended, ...unwritten].filter(isCurrent);
  };
  const write = (ended: readonly EndedSession[]) => {
    // The ones that expire last are kept: they could be used for the longest time.
    const kept = ended.toSorted((one, other) => one.expiresAt - other.expiresAt).slice(-most);
    const isWritten = attempt(() => {
      localStorage.setItem(key, JSON.stringify(kept));
      return true;
    });
    // A copy of what was written would bring back an end that another tab has reopened.
    unwritten = isWritten ? [] : kept;
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
