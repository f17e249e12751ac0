import { reveal, secret } from '../../machines/secret.ts';
import type { Challenge, Expectation } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';
import type { TabStorage } from './tab-storage.ts';

/** A login that waited for a code when the page was loaded again, or thrown away by a phone that was short of memory. */
export interface UnfinishedLogin {
  readonly username: string;
  /** When the code was asked for, in milliseconds since 1970. */
  readonly since: number;
  /** Whether the code that was sent is still good: signing in again then asks for it at once, and no other one is sent. */
  readonly resumable: boolean;
  /** Set where a new password or PIN was on its way to the server: it may already be in force, and is then what to sign in with. */
  readonly sent: 'new-password' | 'new-pin' | null;
}

const shape = {
  username: 'string',
  since: 'number',
  step: 'string',
  kind: 'string',
  interimToken: 'string',
  sent: 'string',
} as const;
const resumableKinds = ['code', 'pin', 'other'] as const;
const setUpKinds = ['new-password', 'new-pin'] as const;

/** Keeps of a login that waits for an answer what a later page of the same tab needs to go on. */
export function createUnfinishedLogin(storage: TabStorage, baseUrl: string, longestAge: number) {
  const key = `etna-auth unfinished ${baseUrl}`;
  const kept = parsed(storage.get(key));
  let earlier = isShaped(kept, shape) ? kept : null;
  const isGood = () => !!earlier?.interimToken && Date.now() - earlier.since < longestAge;

  return {
    /** What the page before this one left, until the user signs in. */
    get found(): UnfinishedLogin | null {
      if (!earlier) return null;
      const { username, since, sent } = earlier;
      return { username, since, resumable: isGood(), sent: setUpKinds.find((kind) => kind === sent) ?? null };
    },
    /** The challenge that the page before this one left to this user; it is given once. */
    resume(username: string): Expectation | null {
      const { step, kind, interimToken } = (isGood() && earlier?.username === username && earlier) || {};
      const known = resumableKinds.find((each) => each === kind);
      earlier = null;
      if (!step || !known || !interimToken) return null;
      return { step, kind: known, interimToken: secret(interimToken), reason: null, personalPhrase: null, image: null };
    },
    /** Keeps a challenge, and whether an answer to it is on its way, or got no reply. */
    keep(username: string, { step, kind, interimToken, problem }: Challenge, isUnderWay = false) {
      // What the account lacks is told again by the next login, which sends no code for it.
      const isResumable = longestAge > 0 && resumableKinds.some((each) => each === kind);
      const token = isResumable ? reveal(interimToken) : '';
      const sent = isUnderWay || problem === 'network' || problem === 'timeout' ? kind : '';
      storage.set(key, JSON.stringify({ username, since: Date.now(), step, kind, interimToken: token, sent }));
    },
    forget() {
      earlier = null;
      storage.set(key, null);
    },
  };
}
