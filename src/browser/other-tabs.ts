import type { Session } from '../../machines/vocabulary.ts';
import { isShaped } from '../protocol/shape.ts';
import { type StoredSession, sessionFrom, storedForm } from '../session/session-store.ts';
import type { EndedBy } from '../session/tab-rules.ts';
import { type SharedItem, sharedItem, withoutToken } from './shared-list.ts';

/** The other tabs of this origin with the same base URL. If a browser denies the channel, there are none. */
export interface OtherTabs {
  /** Announces a session that began here. */
  tellOpened(session: Session, isNew?: boolean): void;
  /** Announces that a session was ended here. */
  tellClosed(session: Session, reason: EndedBy): void;
  /** Asks whether one of them is signed in. A tab that is announces its session. */
  ask(): void;
  close(): void;
}

/** What this tab does with messages. */
export interface TabListener {
  /** `isNew`: the user has just signed in there. */
  onOpened(session: Session, isNew: boolean): void;
  onClosed(session: SharedItem, reason: EndedBy): void;
  onAsked(): void;
}

/** The messages between tabs. An incoming value is validated before it counts as one. */
type Message = { readonly version: 1 } & (
  | { readonly type: 'ask' }
  | { readonly type: 'opened'; readonly session: StoredSession; readonly isNew: boolean }
  | ({ readonly type: 'closed'; readonly reason: EndedBy } & SharedItem)
);

/** Enough for a token and a name. */
const longestMessage = 64 * 1024;

/**
 * Connects this tab with the others. Other scripts of the origin, and tabs with another version of this code, can post there too, so
 * anything but a complete message of reasonable size is dropped. If the channel is denied, `onAlone` is called.
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
      if (opened) listener.onOpened(opened, message.isNew === true);
      if (type === 'closed' && (reason === 'logout' || reason === 'rejected') && isShaped(message, sharedItem)) {
        listener.onClosed(message, reason);
      }
    };
  }
  return {
    tellOpened: (session, isNew = false) =>
      post({ version: 1, type: 'opened', session: storedForm(session, baseUrl), isNew }),
    tellClosed: (session, reason) => post({ version: 1, type: 'closed', reason, ...withoutToken(session) }),
    ask: () => post({ version: 1, type: 'ask' }),
    close: () => channel?.close(),
  };
}

/** A message as it would come from JSON, without cycles and infinities; `null` if that is impossible, or if it is too long. */
function asPlainJson(data: unknown): unknown {
  try {
    const text = JSON.stringify(data);
    return text.length < longestMessage ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
