import * as v from 'valibot';
import type { Session } from '../../machines/vocabulary.ts';
import { sessionFrom, storedForm } from '../session/session-store.ts';
import type { SessionName } from './ended-sessions.ts';

/** The other tabs of this origin that use the same base URL. Where a browser denies the way to them, there are none. */
export interface OtherTabs {
  /** Tells of a session that began here. */
  tellOpened(session: Session): void;
  /** Tells that a session was ended here. */
  tellClosed(session: Session, reason: ClosedReason): void;
  /** Asks whether one of them is signed in. One that is tells of its session. */
  ask(): void;
  close(): void;
}

/** What this tab does when it is told something. */
export interface TabListener {
  onOpened(session: Session): void;
  onClosed(session: SessionName, reason: ClosedReason): void;
  onAsked(): void;
}

/** Why a session was ended: by the user, or by the server. Its time ends in each tab by itself. */
type ClosedReason = 'logout' | 'session.rejected';

const schema = v.variant('type', [
  v.object({ version: v.literal(1), type: v.literal('ask') }),
  v.object({ version: v.literal(1), type: v.literal('opened'), session: v.unknown() }),
  v.object({
    version: v.literal(1),
    type: v.literal('closed'),
    reason: v.picklist(['logout', 'session.rejected']),
    username: v.string(),
    issuedAt: v.number(),
  }),
]);
type Message = v.InferOutput<typeof schema>;

/** Of a token and a name, and no more. */
const longestMessage = 64 * 1024;

/**
 * Connects this tab with the others. Scripts of the origin and tabs with another version of this code can post there, too, so
 * that what is not one of these messages, whole and of a sane size, is dropped.
 */
export function connectTabs(baseUrl: string, listener: TabListener): OtherTabs {
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
  } catch {
    // Missing or denied: this tab is on its own.
  }
  const post = (message: Message) => {
    try {
      channel?.postMessage(message);
    } catch {
      // As above.
    }
  };

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const { success, output: message } = v.safeParse(schema, data);
      if (!success) return;
      if (message.type === 'ask') return listener.onAsked();
      if (message.type === 'closed') return listener.onClosed(message, message.reason);
      const session = JSON.stringify(message.session ?? null).length < longestMessage;
      const opened = session ? sessionFrom(message.session, baseUrl) : null;
      if (opened) listener.onOpened(opened);
    };
  }
  return {
    tellOpened: (session) => post({ version: 1, type: 'opened', session: storedForm(session, baseUrl) }),
    tellClosed: ({ username, issuedAt }, reason) => post({ version: 1, type: 'closed', reason, username, issuedAt }),
    ask: () => post({ version: 1, type: 'ask' }),
    close: () => channel?.close(),
  };
}
