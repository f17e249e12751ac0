import * as v from 'valibot';
import type { Session } from '../../machines/vocabulary.ts';
import { sessionFrom, storedForm } from '../session/session-store.ts';
import type { EndedSession } from './ended-sessions.ts';

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
  onClosed(session: EndedSession, reason: ClosedReason): void;
  onAsked(): void;
}

/** Why a session was ended: by the user, or by the server. Its time ends in each tab by itself. */
type ClosedReason = 'logout' | 'session.rejected';

const schema = v.variant('type', [
  v.object({ version: v.literal(1), type: v.literal('ask') }),
  v.object({
    version: v.literal(1),
    type: v.literal('opened'),
    session: v.unknown(),
  }),
  v.object({
    version: v.literal(1),
    type: v.literal('closed'),
    reason: v.picklist(['logout', 'session.rejected']),
    username: v.string(),
    issuedAt: v.number(),
    expiresAt: v.number(),
  }),
]);
type Message = v.InferOutput<typeof schema>;

/** Of a token and a name, and no more. */
const longestMessage = 64 * 1024;

/**
 * Connects this tab with the others. Scripts of the origin and tabs with another version of this code can post there, too, so
 * that what is not one of these messages, whole and of a sane size, is dropped. Where the way is denied, `onAlone` is told.
 */
export function connectTabs(baseUrl: string, listener: TabListener, onAlone: (error: unknown) => void): OtherTabs {
  let channel: BroadcastChannel | null = null;
  let isAlone = false;
  try {
    channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
  } catch (error) {
    // Missing or denied.
    onAlone(error);
  }
  const post = (message: Message) => {
    try {
      channel?.postMessage(message);
    } catch (error) {
      if (!isAlone) onAlone(error);
      isAlone = true;
    }
  };

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const { success, output: message } = v.safeParse(schema, asPlainJson(data));
      if (!success) return;
      if (message.type === 'ask') return listener.onAsked();
      if (message.type === 'closed') return listener.onClosed(message, message.reason);
      const opened = sessionFrom(message.session, baseUrl);
      if (opened) listener.onOpened(opened);
    };
  }
  return {
    tellOpened: (session) => post({ version: 1, type: 'opened', session: storedForm(session, baseUrl) }),
    tellClosed: ({ username, issuedAt, expiresAt }, reason) =>
      post({ version: 1, type: 'closed', reason, username, issuedAt, expiresAt }),
    ask: () => post({ version: 1, type: 'ask' }),
    close: () => channel?.close(),
  };
}

/** A message as JSON would bring it, without cycles and infinities; `null` where it cannot, or is too long. */
function asPlainJson(data: unknown): unknown {
  try {
    const text = JSON.stringify(data);
    return text.length < longestMessage ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
