import type { Actor } from 'xstate';
import type { authMachine } from '../../machines/auth.machine.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { sessionFrom, storedForm } from '../session/session-store.ts';

/** The other tabs of this origin that use the same base URL. */
export interface OtherTabs {
  /** Tells them of the session that began or ended here. */
  tell(event: TabEvent, session: Session): void;
  /** Asks whether one of them is signed in. Who is answers by its session. */
  ask(): void;
  close(): void;
}

/** What the other tabs are told, in the words of the machine. */
type TabEvent = 'session.shared' | 'logout' | 'session.rejected' | 'session.check';

interface Message {
  readonly type: TabEvent | 'ask';
  readonly session?: unknown;
  /** Names the session that ended, without its token. */
  readonly issuedAt?: number;
}

/** Connects the machine of this tab with those of the others. They are of one origin, which shares what it has in any case. */
export function connectTabs(actor: Actor<typeof authMachine>, baseUrl: string): OtherTabs {
  const channel = new BroadcastChannel(`etna-auth ${baseUrl}`);
  const post = (message: Message) => channel.postMessage(message);

  const tabs: OtherTabs = {
    tell(type, session) {
      post(
        type === 'session.shared'
          ? { type, session: storedForm(session, baseUrl) }
          : { type, issuedAt: session.issuedAt },
      );
    },
    ask: () => post({ type: 'ask' }),
    close: () => channel.close(),
  };
  channel.onmessage = ({ data: { type, session, issuedAt } }: MessageEvent<Message>) => {
    const own = actor.getSnapshot().context.session;
    if (type === 'ask') {
      if (own) tabs.tell('session.shared', own);
    } else if (type !== 'session.shared') {
      // A session that began since is none of its business.
      if (own?.issuedAt === issuedAt) actor.send({ type });
    } else {
      const shared = sessionFrom(session, baseUrl);
      if (shared) actor.send({ type, session: shared });
    }
  };
  tabs.ask();
  return tabs;
}
