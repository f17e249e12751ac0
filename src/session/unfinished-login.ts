import { isSetUp } from '../../machines/outcome.ts';
import { reveal, secret } from '../../machines/secret.ts';
import type { Challenge, Expectation } from '../../machines/vocabulary.ts';
import { isShaped, parsed } from '../protocol/shape.ts';

/** Texts that outlive a page. */
export interface TextStorage {
  /** What was stored; `null` if there is nothing. */
  get(key: string): string | null;
  /** Stores a text, or deletes it if it is `null`. */
  set(key: string, text: string | null): void;
}

/** A login that was waiting for a code when the page was reloaded, or discarded by the browser. */
export interface UnfinishedLogin {
  readonly username: string;
  /** When the code was requested, as Unix time in ms. */
  readonly since: number;
  /** Whether the code is still valid: signing in again then leads straight to it, and no other one is sent. */
  readonly resumable: boolean;
  /** Set if a new password or PIN was being sent to the server: it may already be in effect, so try it first. */
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

/** Stores what a later page of the same tab needs to continue a login. */
export function createUnfinishedLogin(storage: TextStorage, baseUrl: string, longestAge: number) {
  const key = `etna-auth unfinished ${baseUrl}`;
  const kept = parsed(storage.get(key));
  let earlier = isShaped(kept, shape) ? kept : null;
  const isGood = () => !!earlier?.interimToken && Date.now() - earlier.since < longestAge;

  return {
    /** What the previous page left, until the user signs in. */
    get found(): UnfinishedLogin | null {
      if (!earlier) return null;
      const { username, since, sent } = earlier;
      return { username, since, resumable: isGood(), sent: isSetUp(sent) ? sent : null };
    },
    /** The challenge that the previous page left for this user. It is returned once. */
    resume(username: string): Expectation | null {
      const { step, kind, interimToken } = (isGood() && earlier?.username === username && earlier) || {};
      const known = resumableKinds.find((each) => each === kind);
      earlier = null;
      if (!step || !known || !interimToken) return null;
      return { step, kind: known, interimToken: secret(interimToken), reason: null, personalPhrase: null, image: null };
    },
    /** Stores a challenge, and whether a response to it is being sent, or got no reply. */
    keep(username: string, { step, kind, interimToken, problem }: Challenge, isUnderWay = false) {
      // A new password or PIN is requested again by the next login, which sends no code for it.
      const isResumable = longestAge > 0 && !isSetUp(kind);
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
