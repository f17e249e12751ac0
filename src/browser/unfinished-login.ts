import * as v from 'valibot';
import { reveal, secret } from '../../machines/secret.ts';
import type { Challenge, Expectation } from '../../machines/vocabulary.ts';
import { kindOf } from '../protocol/steps.ts';
import { parsed, type TabStorage } from './tab-storage.ts';

/** A login that waited for a code when the page was loaded again, or thrown away by a phone that was short of memory. */
export interface UnfinishedLogin {
  readonly username: string;
  /** When the code was asked for, in milliseconds since 1970. */
  readonly since: number;
  /** Whether the code that was sent is still good: signing in again then asks for it at once, and no other one is sent. */
  readonly resumable: boolean;
}

const schema = v.object({
  username: v.string(),
  since: v.number(),
  step: v.string(),
  interimToken: v.nullish(v.string(), null),
});

/** Keeps of a login that waits for a code what a later page of the same tab needs to go on. */
export function createUnfinishedLogin(storage: TabStorage, baseUrl: string, longestAge: number) {
  const key = `etna-auth unfinished ${baseUrl}`;
  const read = () => {
    const { success, output } = v.safeParse(schema, parsed(storage.get(key)));
    return success ? output : null;
  };
  return {
    get(): UnfinishedLogin | null {
      const kept = read();
      if (!kept) return null;
      const { username, since, interimToken } = kept;
      return { username, since, resumable: interimToken !== null && Date.now() - since < longestAge };
    },
    /** The challenge of the login that this user did not finish; it is given once. */
    resume(username: string): Expectation | null {
      const kept = read();
      const isGood = this.get()?.resumable && kept?.username === username;
      this.forget();
      if (!isGood || !kept?.interimToken) return null;
      const { step, interimToken } = kept;
      return {
        step,
        kind: kindOf(step),
        reason: null,
        interimToken: secret(interimToken),
        personalPhrase: null,
        image: null,
      };
    },
    keep(username: string, { step, interimToken }: Challenge) {
      const token = longestAge > 0 ? reveal(interimToken) : null;
      storage.set(key, JSON.stringify({ username, since: Date.now(), step, interimToken: token }));
    },
    forget: () => storage.set(key, null),
  };
}
