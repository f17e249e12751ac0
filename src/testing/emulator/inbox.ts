import type { EmulatedUser } from './user.ts';

/** A one-time code on its way to a user. */
export interface Message {
  /** A phone number or an e-mail address, depending on `channel`. */
  readonly to: string;
  readonly channel: 'sms' | 'email';
  readonly code: string;
  /** Unix time in ms. */
  readonly sentAt: number;
}

/** One user's phone and mailbox. */
export class Inbox {
  readonly messages: Message[] = [];
  #readers: ((message: Message) => void)[] = [];
  #read = 0;

  deliver(message: Message): void {
    this.messages.push(message);
    const reader = this.#readers.shift();
    if (!reader) return;
    this.#read += 1;
    reader(message);
  }

  /** The first message that has not been returned yet, now or when it arrives. */
  async next(signal?: AbortSignal): Promise<Message> {
    signal?.throwIfAborted();
    const unread = this.messages[this.#read];
    if (unread) {
      this.#read += 1;
      return unread;
    }
    return new Promise((resolve, reject) => {
      this.#readers.push(resolve);
      signal?.addEventListener('abort', () => {
        this.#readers = this.#readers.filter((reader) => reader !== resolve);
        reject(signal.reason);
      });
    });
  }
}

/** The inboxes of all users. */
export class Inboxes {
  readonly #createCode: () => string;
  readonly #onMessage: (message: Message) => void;
  readonly #byUsername: ReadonlyMap<string, Inbox>;

  constructor(users: readonly EmulatedUser[], createCode: () => string, onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
    this.#createCode = createCode;
    this.#byUsername = new Map(users.map(({ username }) => [username, new Inbox()]));
  }

  /** Throws a `RangeError` if there is no such user. */
  of(username: string): Inbox {
    const inbox = this.#byUsername.get(username);
    if (!inbox) throw new RangeError(`The emulator has no user "${username}"`);
    return inbox;
  }

  /** Sends the user a new one-time code, and returns it. */
  sendCode({ username, twoFactor, email = `${username}@etna.test`, phone = '+1 202 555 0100' }: EmulatedUser): string {
    const code = this.#createCode();
    const channel = twoFactor === 'email' ? 'email' : 'sms';
    const message: Message = { to: channel === 'email' ? email : phone, channel, code, sentAt: Date.now() };
    this.of(username).deliver(message);
    this.#onMessage(message);
    return code;
  }
}
