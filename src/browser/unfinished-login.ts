import { reveal, secret } from '../../machines/secret.ts';
import type { Challenge, Expectation } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';
import { isSetUp, kindOf } from '../protocol/steps.ts';
import type { TabStorage } from './tab-storage.ts';

/** A login that waited for a code when the page was loaded again, or thrown away by a phone that was short of memory. */
export interface UnfinishedLogin {
  readonly username: string;
  /** When the code was asked for, in milliseconds since 1970. */
  readonly since: number;
  /** Whether the code that was sent is still good: signing in again then asks for it at once, and no other one is sent. */
  readonly resumable: boolean;
}

const shape = { username: 'string', since: 'number', step: 'string', interimToken: 'string' } as const;

/** Keeps of a login that waits for a code what a later page of the same tab needs to go on. */
export function createUnfinishedLogin(storage: TabStorage, baseUrl: string, longestAge: number) {
  const key = `etna-auth unfinished ${baseUrl}`;
  const kept = parsed(storage.get(key));
  let earlier = isShaped(kept, shape) ? kept : null;
  const isGood = () => !!earlier?.interimToken && Date.now() - earlier.since < longestAge;

  return {
    /** What the page before this one left, until the user signs in. */
    get found(): UnfinishedLogin | null {
      return earlier && { username: earlier.username, since: earlier.since, resumable: isGood() };
    },
    /** The challenge that the page before this one left to this user; it is given once. */
    resume(username: string): Expectation | null {
      const { step, interimToken } = (isGood() && earlier?.username === username && earlier) || {};
      earlier = null;
      if (!step || !interimToken) return null;
      const told = { reason: null, personalPhrase: null, image: null };
      return { step, kind: kindOf(step), interimToken: secret(interimToken), ...told };
    },
    keep(username: string, { step, kind, interimToken }: Challenge) {
      // What the account lacks is told again by the next login, which sends no code for it.
      const isResumable = longestAge > 0 && !isSetUp(kind);
      const token = isResumable ? reveal(interimToken) : '';
      storage.set(key, JSON.stringify({ username, since: Date.now(), step, interimToken: token }));
    },
    forget() {
      earlier = null;
      storage.set(key, null);
    },
  };
}
