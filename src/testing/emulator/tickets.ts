import type { Step } from './answers.ts';
import { createToken } from './random.ts';

/** A login that waits for an answer. */
export interface Ticket {
  readonly username: string;
  /** What is asked now, and what will be asked after it. */
  readonly steps: readonly [Step, ...Step[]];
  readonly expected: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The interim tokens, each of which stands for one ticket and can be spent once. */
export class Tickets {
  readonly #open = new Map<string, Ticket>();
  readonly #issued = new Set<string>();

  /** A new interim token for the ticket. */
  issue(ticket: Ticket): string {
    const token = createToken();
    this.#open.set(token, ticket);
    this.#issued.add(token);
    return token;
  }

  /** Takes the ticket out of use, unless there is none that this user can use. */
  spend(token: string, username: string): Ticket | null {
    const ticket = this.#open.get(token);
    if (ticket?.username !== username) return null;
    this.#open.delete(token);
    return ticket.expiresAt > Date.now() ? ticket : null;
  }

  /** Voids the tickets of one user, or of everybody. */
  void(username?: string): void {
    for (const [token, ticket] of this.#open) {
      if (username === undefined || ticket.username === username) this.#open.delete(token);
    }
  }

  /** Whether it is an interim token at all, dead or alive. */
  hasIssued(token: string): boolean {
    return this.#issued.has(token);
  }
}
