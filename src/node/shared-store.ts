import { AuthError } from '../../machines/failures.ts';
import type { SessionStore, StoreLock } from '../session/session-store.ts';

/** A store that all processes of a user share. */
export interface SharedStore extends SessionStore {
  /** The directory of the locks. */
  readonly directory: string;
  lock(key: string): StoreLock;
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

/**
 * A file name of fixed length for any key: FNV-1a, 64 bits. It is not used for security, since the value inside names its account.
 * `node:crypto` would take longer to load than everything else that `etna-auth token` needs.
 */
export function fingerprint(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(key)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
