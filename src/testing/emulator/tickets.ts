import type { Step } from './answers.ts';
import { createToken } from './random.ts';

/** A login that waits for a code or PIN. */
export interface Ticket {
  readonly username: string;
  /** The current step, and the ones after it. */
  readonly steps: readonly [Step, ...Step[]];
  readonly expected: string;
  /** Unix time in ms. */
  readonly expiresAt: number;
}

/** The interim tokens. Each belongs to one ticket, and can be used once. */
export class Tickets {
  readonly #open = new Map<string, Ticket>();
  readonly #issued = new Set<string>();

  /** Issues an interim token for a ticket. */
  issue(ticket: Ticket): string {
    const token = createToken();
    this.#open.set(token, ticket);
    this.#issued.add(token);
    return token;
  }

  /** Uses up the ticket of a token, if it is valid for this user. */
  spend(token: string, username: string): Ticket | null {
    const ticket = this.#open.get(token);
    if (ticket?.username !== username) return null;
    this.#open.delete(token);
    return ticket.expiresAt > Date.now() ? ticket : null;
  }

  /** Invalidates the tickets of one user, or of all users. */
  void(username?: string): void {
    for (const [token, ticket] of this.#open) {
      if (username === undefined || ticket.username === username) this.#open.delete(token);
    }
  }

  /** Whether it was ever issued as an interim token. */
  hasIssued(token: string): boolean {
    return this.#issued.has(token);
  }
}
