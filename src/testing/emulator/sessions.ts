import { createToken } from './random.ts';
import type { EmulatedUser } from './user.ts';

interface Session {
  readonly user: EmulatedUser;
  /** Unix time in ms. */
  readonly expiresAt: number;
}

/** The session tokens. A user can hold several at once. */
export class Sessions {
  readonly #lifetime: number;
  readonly #live = new Map<string, Session>();
  readonly #issued = new Set<string>();

  /** `lifetime` in seconds. */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  /** Issues a session token. */
  issue(user: EmulatedUser): string {
    const token = createToken();
    this.#live.set(token, { user, expiresAt: Date.now() + this.#lifetime * 1000 });
    this.#issued.add(token);
    return token;
  }

  /** The user of a live token, or null. */
  userOf(token: string): EmulatedUser | null {
    const session = this.#live.get(token);
    return session && session.expiresAt > Date.now() ? session.user : null;
  }

  /** Ends the session of one token. */
  revoke(token: string): void {
    this.#live.delete(token);
  }

  /** Ends the sessions of one user, or of all users. */
  end(username?: string): void {
    for (const [token, { user }] of this.#live) {
      if (username === undefined || user.username === username) this.#live.delete(token);
    }
  }

  /** Whether it was ever issued as a session token. */
  hasIssued(token: string): boolean {
    return this.#issued.has(token);
  }
}
