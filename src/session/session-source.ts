import { AuthError } from '../../machines/failures.ts';
import type { Session } from '../../machines/vocabulary.ts';
import type { Auth } from '../auth.ts';

/** Where an API client has its sessions from. */
export interface SessionSource {
  /**
   * The session to call with, which is live; a source that renews may take its time.
   *
   * @throws {AuthError} where there is none: `not-signed-in`, `session-expired`, `session-rejected`, or why a login failed.
   */
  getSession(): Promise<Session>;
  /** Tells that the server no longer takes a session. Means nothing where another one has replaced it. */
  rejectSession(session: Session): void;
}

/** The session that a login led to, for as long as it lives. A new one takes a person. */
export function sourceOf(auth: Auth): SessionSource {
  return {
    getSession: async () => {
      if (auth.actor.getSnapshot().status !== 'active') throw new AuthError('interrupted');
      // Timers sleep when the computer does.
      auth.actor.send({ type: 'session.check' });
      const current = auth.getSnapshot();
      if (current.state === 'authenticated') return current.session;
      const hasEnded = current.state === 'failed' && current.failure.code.startsWith('session-');
      throw hasEnded ? new AuthError(current.failure.code, current.failure) : new AuthError('not-signed-in');
    },
    rejectSession: ({ token }) => {
      const current = auth.getSnapshot();
      // A late refusal of an older token must not end a newer session.
      if (current.state === 'authenticated' && current.session.token === token) {
        auth.actor.send({ type: 'session.rejected' });
      }
    },
  };
}
