import { useSyncExternalStore } from 'react';
import type { Mail } from './tabs.ts';

/** Controls for the messages to the second tab. */
export function Messages({ mail }: { mail: Mail }) {
  const held = useSyncExternalStore(mail.subscribe, mail.getHeld);
  return (
    <section className="world" aria-label="Messages to tab B">
      <h2>
        Messages to tab B <span role="status">{held === null ? 'delivered' : `${held} held`}</span>
      </h2>
      <div className="buttons">
        <button type="button" disabled={held !== null} onClick={() => mail.hold()}>
          Hold
        </button>
        <button type="button" disabled={held === null} onClick={() => mail.deliver()}>
          Deliver
        </button>
      </div>
    </section>
  );
}
