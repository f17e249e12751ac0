import type { Auth } from 'etna-auth';
import { type BrowserAuth, type BrowserAuthOptions, createBrowserAuth } from 'etna-auth/browser';
import { type ActorRefFrom, createActor, fromTransition } from 'xstate';
import { followCodes, type IsAnotherCode } from './another-code.ts';

const queue = fromTransition((_: boolean, { type }: { type: 'wait' | 'end' }) => type === 'wait', false);

/** A login in a page, with what its screen shows besides the state. */
export interface PageAuth extends Auth {
  readonly unfinished: BrowserAuth['unfinished'];
  /** Whether this tab waits for another one that signs in to the account. Frameworks observe it like the login. */
  readonly waiting: ActorRefFrom<typeof queue>;
  /** Whether a challenge requires another code than the previous one: a code that was sent since. */
  readonly isAnotherCode: IsAnotherCode;
}

const createWaiting = () => createActor(queue).start();

/** `createBrowserAuth` for a screen. Create it once, outside of components. On a server it is signed out. */
export function createPageAuth(options: BrowserAuthOptions): PageAuth & BrowserAuth {
  const waiting = createWaiting();
  const auth = createBrowserAuth({
    ...options,
    onWait: () => waiting.send({ type: 'wait' }),
    // A tab that sends a request no longer waits.
    fetch(...request) {
      waiting.send({ type: 'end' });
      return (options.fetch ?? fetch)(...request);
    },
  });
  auth.subscribe(({ state }) => {
    if (state !== 'requestingToken') waiting.send({ type: 'end' });
  });
  return Object.assign(auth, { waiting, isAnotherCode: followCodes(auth) });
}

/** A login of `createAuth` for a screen, independent of other pages and tabs. */
export const alone = (auth: Auth): PageAuth =>
  Object.assign(auth, { unfinished: null, waiting: createWaiting(), isAnotherCode: followCodes(auth) });
