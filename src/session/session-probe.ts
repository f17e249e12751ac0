import ky, { isHTTPError } from 'ky';
import type { Secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { wordsIn } from '../protocol/body.ts';

/** Options of a session probe. */
export interface ProbeOptions {
  /** The address of the user's own data, which every live session may read. */
  readonly url: string;
  /** Milliseconds to wait for the reply. */
  readonly timeout: number;
  /** Sends a request with a session. */
  readonly send: (request: Request, session: Session) => Promise<Response>;
}

/**
 * Finds out whether the server has ended a session. A 401 is not enough: ETNA sends the same reply for another user's account. So it
 * requests the user's own data, once for all concurrent callers.
 */
export function createProbe({ url, timeout, send }: ProbeOptions): (session: Session) => Promise<boolean> {
  const verdicts = new WeakMap<Secret, Promise<boolean>>();

  async function ask(session: Session): Promise<boolean> {
    const hasEnded = await ky.get(url, { timeout, retry: 0, fetch: (input) => send(new Request(input), session) }).then(
      () => false,
      // A missing reply proves nothing, and neither does an unknown application key.
      (error) =>
        isHTTPError(error) && error.response.status === 401 && !/application key/i.test(wordsIn(error.data) ?? ''),
    );
    // A session that has ended stays ended; a live one may end later.
    if (!hasEnded) verdicts.delete(session.token);
    return hasEnded;
  }

  return (session) => {
    const verdict = verdicts.get(session.token) ?? ask(session);
    verdicts.set(session.token, verdict);
    return verdict;
  };
}
