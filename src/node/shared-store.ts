import { AuthError } from '../../machines/failures.ts';
import type { SessionStore } from '../session/session-store.ts';

/** A store that all processes of a user share. */
export interface SharedStore extends SessionStore {
  /** The directory of the locks, with which these processes wait for each other, so that only one of them signs in. */
  readonly directory: string;
}

const places = new WeakMap<SessionStore, string>();

/** Says where a store keeps its sessions. All stores of one place are the same store. */
export function keptAt<Store extends SessionStore>(place: string, store: Store): Store {
  places.set(store, place);
  return store;
}

/** The place of a store. One that says nothing is a place of its own. */
export function placeOf(store: SessionStore): string {
  const place = places.get(store) ?? crypto.randomUUID();
  places.set(store, place);
  return place;
}

/** The error for a store that cannot be used. */
export const unavailable = (detail: string) => new AuthError('store-unavailable', { detail });

/** The JSON value of a stored text. `place` tells the user where to look if it is not valid. */
export function parseEntry(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AuthError('store-damaged', { detail: `${place} is not JSON.` });
  }
}
