import type { Auth } from 'etna-auth';
import { type BrowserAuth, type BrowserAuthOptions, createBrowserAuth } from 'etna-auth/browser';
import { followCodes, type IsAnotherCode } from './another-code.ts';

/** A login in a page, with what its screen shows besides the state. */
export interface PageAuth extends Auth {
  readonly unfinished: BrowserAuth['unfinished'];
  /** Whether a challenge requires another code than the previous one: a code that was sent since. */
  readonly isAnotherCode: IsAnotherCode;
}

/** `createBrowserAuth` for a screen. Create it once, outside of components. On a server it is signed out. */
export function createPageAuth(options: BrowserAuthOptions): PageAuth & BrowserAuth {
  const auth = createBrowserAuth(options);
  return Object.assign(auth, { isAnotherCode: followCodes(auth) });
}

/** A login of `createAuth` for a screen, independent of other pages and tabs. */
export const alone = (auth: Auth): PageAuth =>
  Object.assign(auth, { unfinished: null, isAnotherCode: followCodes(auth) });
