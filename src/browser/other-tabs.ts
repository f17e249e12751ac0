import type { Session } from '../../machines/vocabulary.ts';
import { isShaped } from '../protocol/shape.ts';
import { type StoredSession, sessionFrom, storedForm } from '../session/session-store.ts';
import { type EndedSession, endedSession } from './ended-sessions.ts';
import type { EndedBy } from './tab-rules.ts';

/** The other tabs of this origin that use the same base URL. Where a browser denies the way to them, there are none. */
export interface OtherTabs {
  /** Tells of a session that began here. */
  tellOpened(session: Session): void;
  /** Tells that a session was ended here. */
  tellClosed(session: Session, reason: EndedBy): void;
  /** Asks whether one of them is signed in. One that is tells of its session. */
  ask(): void;
  close(): void;
}

/** What this tab does when it is told something. */
export interface TabListener {
  onOpened(session: Session): void;
  onClosed(session: EndedSession, reason: EndedBy): void;
  onAsked(): void;
}

/** What tabs tell each other. What they are told is read as none of it. */
type Message = { readonly version: 1 } & (
  | { readonly type: 'ask' }
  | { readonly type: 'opened'; readonly session: StoredSession }
  | ({ readonly type: 'closed'; readonly reason: EndedBy } & EndedSession)
);

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
      const message: Record<string, unknown> = Object(asPlainJson(data));
      const { version, type, reason } = message;
      if (version !== 1) return;
      if (type === 'ask') listener.onAsked();
      const opened = type === 'opened' && sessionFrom(message.session, baseUrl);
      if (opened) listener.onOpened(opened);
      if (type === 'closed' && (reason === 'logout' || reason === 'rejected') && isShaped(message, endedSession)) {
        listener.onClosed(message, reason);
      }
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
