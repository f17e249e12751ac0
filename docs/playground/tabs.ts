/** The messages to a tab, which can be held back. */
export class Mail {
  #held: (() => void)[] | null = null;
  readonly #listeners = new Set<() => void>();

  /** How many messages are held; `null` while they are delivered at once. */
  readonly getHeld = (): number | null => this.#held?.length ?? null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  hold(): void {
    this.#held ??= [];
    this.#notify();
  }

  /** Delivers the messages that were held, in their order, and all later ones at once. */
  deliver(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const deliver of held) deliver();
    this.#notify();
  }

  /** The platform's channel, except that messages can be held back. */
  get Channel(): typeof BroadcastChannel {
    const keep = (deliver: () => void): boolean => {
      this.#held?.push(deliver);
      this.#notify();
      return this.#held !== null;
    };
    return class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        // It comes first, before the listener of the login.
        this.addEventListener('message', (event) => {
          const { data } = event;
          const isKept = keep(() => this.dispatchEvent(new MessageEvent('message', { data })));
          if (isKept) event.stopImmediatePropagation();
        });
      }
    };
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const page: typeof globalThis & { [name: symbol]: unknown } = globalThis;

/**
 * Creates a login that is connected with others in this page only as tabs are: by the browser's channel and locks. The state that logins
 * of one page share is put aside.
 */
export function asTab<Made>(mail: Mail, make: () => Made): Made {
  const { BroadcastChannel } = page;
  page.BroadcastChannel = mail.Channel;
  delete page[Symbol.for('etna-auth holds')];
  try {
    return make();
  } finally {
    page.BroadcastChannel = BroadcastChannel;
  }
}
