import { AuthError } from '../../machines/failures.ts';
import type { Session } from '../../machines/vocabulary.ts';
import type { Auth } from '../auth.ts';

/** Provides an API client with sessions. */
export interface SessionSource {
  /**
   * The live session to use. A source that renews sessions may take a while.
   *
   * @throws {AuthError} if there is none: `not-signed-in`, `session-expired`, `session-rejected`, or the failure of a login.
   */
  getSession(): Promise<Session>;
  /** Reports that the server no longer accepts a session. Ignored if another one has replaced it. */
  rejectSession(session: Session): void;
}

/** The session of a login, while it lives. It is never renewed: that needs user interaction. */
export function sourceOf(auth: Auth): SessionSource {
  return {
    getSession: async () => {
      if (auth.actor.getSnapshot().status !== 'active') throw new AuthError('interrupted');
      // Timers are suspended while the computer sleeps.
      auth.actor.send({ type: 'session.check' });
      const current = auth.getSnapshot();
      if (current.state === 'authenticated') return current.session;
      const hasEnded = current.state === 'failed' && current.failure.code.startsWith('session-');
      throw hasEnded ? new AuthError(current.failure.code, current.failure) : new AuthError('not-signed-in');
    },
    rejectSession: ({ token }) => {
      const current = auth.getSnapshot();
      // A late rejection of an older token must not end a newer session.
      if (current.state === 'authenticated' && current.session.token === token) {
        auth.actor.send({ type: 'session.rejected' });
      }
    },
  };
}
