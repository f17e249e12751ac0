import { type Outcome, outputOf } from './outcome.ts';
import type { AuthContext, AuthEmitted, Session } from './vocabulary.ts';

/** The session in an event: one that the server has issued, or one from elsewhere. */
export function sessionIn(event: Outcome & { readonly session?: Session }): Session | null {
  const output = outputOf(event);
  return output?.type === 'succeeded' ? output.session : (event.session ?? null);
}

/** The event that is emitted once a session is set. */
export const opened = ({ session }: AuthContext, { type }: Outcome): AuthEmitted => ({
  type: 'session.opened',
  session: session as Session,
  origin: type === 'session.shared' ? 'elsewhere' : 'login',
});

/** The event that is emitted before a session is cleared. */
export const closed = ({ session }: AuthContext, { type }: Outcome): AuthEmitted => ({
  type: 'session.closed',
  session: session as Session,
  reason: closingReason(type),
});

function closingReason(type: string): Extract<AuthEmitted, { type: 'session.closed' }>['reason'] {
  if (type === 'logout') return 'logout';
  if (type === 'session.ended') return 'elsewhere';
  return type === 'session.rejected' ? 'rejected' : 'expired';
}
