import ky, { isHTTPError } from 'ky';
import type { Secret } from '../../machines/secret.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { wordsIn } from '../protocol/body.ts';

/** How to ask the server about a session. */
export interface ProbeOptions {
  /** The address of the user's own data, which no live session is denied. */
  readonly url: string;
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  /** Sends a request with a session. */
  readonly send: (request: Request, session: Session) => Promise<Response>;
}

/**
 * Finds out whether the server has ended a session. A 401 alone does not tell: ETNA denies another user's account by the very
 * same answer. So it asks for what belongs to the user, once for all who want to know at the same time.
 */
export function createProbe({ url, timeout, send }: ProbeOptions): (session: Session) => Promise<boolean> {
  const verdicts = new WeakMap<Secret, Promise<boolean>>();

  async function ask(session: Session): Promise<boolean> {
    const hasEnded = await ky.get(url, { timeout, retry: 0, fetch: (input) => send(new Request(input), session) }).then(
      () => false,
      // No answer is no proof, and neither is an application key that the server does not know.
      (error) =>
        isHTTPError(error) && error.response.status === 401 && !/application key/i.test(wordsIn(error.data) ?? ''),
    );
    // What has ended has ended for good; what lives may end later.
    if (!hasEnded) verdicts.delete(session.token);
    return hasEnded;
  }

  return (session) => {
    const verdict = verdicts.get(session.token) ?? ask(session);
    verdicts.set(session.token, verdict);
    return verdict;
  };
}
