import { fromPromise } from 'xstate';
import { AuthError } from '../../machines/failures.ts';
import { isSetUp } from '../../machines/outcome.ts';
import { normalBaseUrl } from '../../machines/session.ts';
import type { AuthEvent, TokenReply, TokenRequest } from '../../machines/vocabulary.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../auth.ts';
import { createAuthMachine, loadTokenService } from '../auth-machine.ts';
import { parsed } from '../protocol/shape.ts';
import { sessionFrom, storedForm } from '../session/session-store.ts';
import { createEndedSessions } from './ended-sessions.ts';
import { readCodeFromMessage } from './message-code.ts';
import { connectTabs, type TabListener } from './other-tabs.ts';
import { tabRules } from './tab-rules.ts';
import { createTabStorage } from './tab-storage.ts';
import { createTurn } from './turn.ts';
import { createUnfinishedLogin, type UnfinishedLogin } from './unfinished-login.ts';

/** How to sign in from a page. */
export interface BrowserAuthOptions extends Omit<CreateAuthOptions, 'session' | 'machine' | 'clock'> {
  /** Where the API lives. In a page it may be relative, such as `/etna` for a proxy of the page's own origin. */
  readonly baseUrl: string;
  /**
   * Where this tab keeps its session: `sessionStorage`, which outlives a reload but not the tab, or `memory`. Scripts of the
   * page's origin can read either.
   */
  readonly storage?: 'sessionStorage' | 'memory' | undefined;
  /**
   * For how long a login that waits for a code outlives a reload, in milliseconds: the interim token then lies in the tab's
   * storage, and who signs in again needs no second SMS. 0 by default, which keeps no token.
   */
  readonly resumeWithin?: number | undefined;
  /** Whether an SMS of the form that browsers know (WebOTP) is offered for filling in by itself. True by default. */
  readonly readMessages?: boolean | undefined;
  /** Hears that `sessionStorage` cannot be used, so that the session is kept in memory. It must not throw. */
  readonly onStorageError?: ((error: unknown) => void) | undefined;
  /**
   * Hears that the browser denies the way to other tabs, or turns among them, or does not answer, so that this tab carries on alone
   * in that. It must not throw.
   */
  readonly onAlone?: ((error: unknown) => void) | undefined;
  /** Hears that another tab is signing in to the account, and that this one waits for it. It must not throw. */
  readonly onWait?: (() => void) | undefined;
}

/** A login in a page, and in the other tabs of its origin. */
export interface BrowserAuth extends Auth, Disposable {
  /** Where the session is kept in fact. */
  readonly storage: 'sessionStorage' | 'memory';
  /**
   * The login that the page before this one did not finish, until the user begins another: a reason to say so, and to fill in
   * the name.
   */
  readonly unfinished: UnfinishedLogin | null;
}

/** How long a tab that is signed in may take to answer, in milliseconds. */
const answerTime = 300;

/**
 * Starts the login machine for a page. It starts signed in where this tab has a live session, or another tab of the origin has,
 * and it sends nothing until `login` is called. What is signed in, signed out or over in one tab is so in all of them.
 *
 * Make it once, outside of components. `auth[Symbol.dispose]()` ends it. On a server it is signed out, and keeps and tells
 * nothing.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'etna-auth/browser';
 *
 * const auth = createBrowserAuth({ baseUrl: '/etna', appKey: 'added by the proxy' });
 * auth.subscribe((state) => console.log(state.state));
 * ```
 */
export function createBrowserAuth(options: BrowserAuthOptions): BrowserAuth {
  if (typeof document === 'undefined') {
    const auth = createAuth(options);
    return { ...auth, storage: 'memory', unfinished: null, [Symbol.dispose]: () => auth.actor.stop() };
  }
  const { storage: kind = 'sessionStorage', resumeWithin = 0 } = options;
  const { onStorageError = () => {}, onAlone = () => {}, onWait = () => {} } = options;
  const baseUrl = normalBaseUrl(new URL(options.baseUrl, document.baseURI).href);
  const resolved = { ...options, baseUrl };
  const storage = createTabStorage(kind, onStorageError);
  const unfinished = createUnfinishedLogin(storage, baseUrl, resumeWithin);
  const turn = createTurn(onAlone);
  const ended = createEndedSessions(baseUrl);
  const key = `etna-auth session ${baseUrl}`;

  const requestToken = fromPromise<TokenReply, TokenRequest>(async ({ input, signal }) => {
    const username = input.credentials?.username ?? '';
    const waited = await turn.take(`etna-auth ${baseUrl} ${username}`, signal, onWait);
    if (waited) {
      // Whoever had its turn before may have signed in; its session then takes the machine out of this state.
      tabs.ask();
      await new Promise((resolve) => setTimeout(resolve, answerTime));
      signal.throwIfAborted();
    }
    const expectation = unfinished.resume(username);
    if (expectation) return { type: 'expecting', expectation: { ...expectation, maxAttempts: options.maxAttempts } };
    const service = await loadTokenService();
    return service.requestToken(resolved, input, signal).catch((error) => {
      throw explained(error, baseUrl);
    });
  });
  const machine = createAuthMachine(resolved).provide({ actors: { requestToken } });

  const kept = sessionFrom(parsed(storage.get(key)), baseUrl);
  const session = tabRules.start(kept, ended);
  if (kept && !session) storage.set(key, null);
  const present = () => actor.getSnapshot().context.session;
  const send = (event: AuthEvent | null) => event && actor.send(event);
  const listener: TabListener = {
    onOpened(session) {
      const own = present();
      if (own && tabRules.corrects(session, own)) tabs.tellOpened(own);
      send(tabRules.heardOpened(session, ended));
    },
    onClosed(name, reason) {
      // Also one that this tab never had: a slower tab may yet tell of it.
      ended.add(name);
      send(tabRules.heardClosed(name, reason, present()));
    },
    onAsked() {
      const session = tabRules.heardAsk(present(), ended);
      if (session) tabs.tellOpened(session);
    },
  };
  const tabs = connectTabs(baseUrl, listener, onAlone);
  const auth = createAuth({ ...resolved, session, machine });
  const { actor } = auth;
  actor.on('session.opened', (opened) => {
    storage.set(key, JSON.stringify(storedForm(opened.session, baseUrl)));
    if (!tabRules.tellsOpened(opened)) return;
    ended.reopen(opened.session);
    tabs.tellOpened(opened.session);
  });
  actor.on('session.closed', (closed) => {
    storage.set(key, null);
    const reason = tabRules.endedHere(closed, ended);
    if (!reason) return;
    ended.add(closed.session);
    tabs.tellClosed(closed.session, reason);
  });
  const introduce = () => {
    const own = present();
    if (own && tabRules.introduces(own) === 'session') tabs.tellOpened(own);
    else tabs.ask();
  };
  introduce();
  void loadTokenService().catch(() => {});

  let last = actor.getSnapshot().value;
  let reading = new AbortController();
  const subscription = actor.subscribe((snapshot) => {
    const { value, context } = snapshot;
    // A check that finds nothing to do must not disturb what goes on.
    if (value === last) return;
    last = value;
    reading.abort();
    const { challenge, credentials } = context;
    if (value === 'awaitingCode' && challenge && credentials) {
      unfinished.keep(credentials.username, challenge);
      if (challenge.kind !== 'code' || options.readMessages === false) return;
      reading = new AbortController();
      void readCodeFromMessage(reading.signal).then((code) => code && actor.send({ type: 'code.submit', code }));
    } else if (value === 'verifyingCode' && challenge && credentials && isSetUp(challenge.kind)) {
      // A code that is sent may be lost; a password that is sent may be in force.
      unfinished.keep(credentials.username, challenge, true);
    } else if (!snapshot.hasTag('busy')) {
      turn.end();
      unfinished.forget();
    }
  });
  const closed = new AbortController();
  const check = () => {
    if (document.visibilityState === 'visible') send(tabRules.woken(present(), ended));
  };
  for (const event of ['visibilitychange', 'focus', 'pageshow', 'online']) {
    addEventListener(event, check, { signal: closed.signal });
  }
  // In the back/forward cache it could hear nothing.
  addEventListener('pageshow', ({ persisted }) => persisted && introduce(), { signal: closed.signal });

  return {
    ...auth,
    get storage() {
      return storage.kind;
    },
    get unfinished() {
      return unfinished.found;
    },
    [Symbol.dispose]() {
      closed.abort();
      subscription.unsubscribe();
      reading.abort();
      turn.end();
      tabs.close();
      actor.stop();
    },
  };
}

/** A page is not told why a request failed; a server of another origin that does not expect pages is the likeliest reason. */
function explained(error: unknown, baseUrl: string): unknown {
  const { origin } = new URL(baseUrl);
  if (!(error instanceof AuthError) || error.code !== 'network' || origin === location.origin) return error;
  return new AuthError('network', { detail: `Perhaps ${origin} does not allow pages of ${location.origin} (CORS).` });
}
