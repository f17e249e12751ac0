import { AuthError } from '../../machines/failures.ts';
import type { SessionStore } from '../session/session-store.ts';

/** A store that all processes of a user share. */
export interface SharedStore extends SessionStore {
  /** Where those processes wait for each other, so that one of them signs in and not all: it holds the locks. */
  readonly directory: string;
}

/** A store that cannot be used, and why. */
export const unavailable = (detail: string) => new AuthError('store-unavailable', { detail });

/** The value that a store keeps as text. `place` tells the user where to look when it is none. */
export function parseEntry(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AuthError('store-damaged', { detail: `${place} is not JSON.` });
  }
}
