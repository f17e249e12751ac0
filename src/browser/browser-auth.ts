import { AuthError } from '../../machines/failures.ts';
import { isSetUp } from '../../machines/outcome.ts';
import { normalBaseUrl, type SessionName } from '../../machines/session.ts';
import type { AuthEvent, Credentials } from '../../machines/vocabulary.ts';
import { type Auth, type CreateAuthOptions, createAuth } from '../auth.ts';
import { loadTokenService, provideServices } from '../auth-machine.ts';
import { callLogoutEndpoint } from '../protocol/logout-endpoint.ts';
import { parsed } from '../protocol/shape.ts';
import { sessionFrom, storedForm } from '../session/session-store.ts';
import { tabRules } from '../session/tab-rules.ts';
import { throttleIn, throwWhile } from '../session/throttle.ts';
import { createUnfinishedLogin, type UnfinishedLogin } from '../session/unfinished-login.ts';
import { createEndedSessions } from './ended-sessions.ts';
import { readCodeFromMessage } from './message-code.ts';
import { connectTabs, type TabListener } from './other-tabs.ts';
import { createSharedList } from './shared-list.ts';
import { createTabStorage } from './tab-storage.ts';
import { createTurn } from './turn.ts';

/** Options of {@link createBrowserAuth}. */
export interface BrowserAuthOptions extends Omit<CreateAuthOptions, 'session' | 'machine' | 'clock'> {
  /** The address of the API. In a page it may be relative, such as `/etna` for a proxy on the page's own origin. */
  readonly baseUrl: string;
  /**
   * Where this tab stores its session: `sessionStorage`, which survives a reload but not the closing of the tab, or `memory`. Scripts of
   * the page's origin can read either.
   */
  readonly storage?: 'sessionStorage' | 'memory' | undefined;
  /**
   * How long a login that waits for a code survives a reload, in milliseconds. Meanwhile the interim token is in the tab's storage, and
   * signing in again does not need a second SMS. With 0, no token is stored.
   *
   * @default 0
   */
  readonly resumeWithin?: number | undefined;
  /**
   * Whether the browser may offer to fill in the code from an SMS (WebOTP).
   *
   * @default true
   */
  readonly readMessages?: boolean | undefined;
  /** Called if `sessionStorage` cannot be used, and the session is kept in memory. It must not throw. */
  readonly onStorageError?: ((error: unknown) => void) | undefined;
  /**
   * Called if the browser denies the channel between tabs, or locks, or does not respond, and this tab works alone in that respect. It
   * must not throw.
   */
  readonly onAlone?: ((error: unknown) => void) | undefined;
}

/** A login in a page, shared with the other tabs of its origin. */
export interface BrowserAuth extends Auth, Disposable {
  /** Where the session is actually stored. */
  readonly storage: 'sessionStorage' | 'memory';
  /**
   * A login that the previous page did not finish, until the user begins another one. Use it to explain, and to fill in the user name.
   */
  readonly unfinished: UnfinishedLogin | null;
}

/** Events after which a page may have missed something. */
const wakeUps = ['visibilitychange', 'focus', 'pageshow', 'online'];

/** How long a signed-in tab may take to reply, in milliseconds. */
const answerTime = 300;

/**
 * Starts the login machine for a page. It starts signed in if this tab, or another tab of the origin, has a live session, and sends
 * nothing until `login` is called. All tabs sign in and out together: while one signs in, a login to the same account in another tab is in
 * `awaitingTurn`.
 *
 * Create it once, outside of components. `auth[Symbol.dispose]()` stops it. On a server it is signed out, and uses neither storage nor
 * messages.
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
  // Servers may have a document that is no page.
  if (!globalThis.document || !globalThis.addEventListener) {
    const auth = createAuth(options);
    return { ...auth, storage: 'memory', unfinished: null, [Symbol.dispose]: () => auth.actor.stop() };
  }
  const { storage: kind = 'sessionStorage', resumeWithin = 0 } = options;
  const { onStorageError = () => {}, onAlone = () => {} } = options;
  const baseUrl = normalBaseUrl(options.baseUrl, document.baseURI);
  const resolved = { ...options, baseUrl };
  const storage = createTabStorage(kind, onStorageError);
  const unfinished = createUnfinishedLogin(storage, baseUrl, resumeWithin);
  const turn = createTurn(onAlone);
  const ended = createEndedSessions(baseUrl);
  const throttled = createSharedList(`etna-auth throttled ${baseUrl}`);
  const key = `etna-auth session ${baseUrl}`;

  const lockOf = (credentials: Credentials | null) => `etna-auth ${baseUrl} ${credentials?.username}`;
  const machine = provideServices({
    async requestToken(request, signal) {
      const { credentials, challenge } = request;
      const username = credentials?.username ?? '';
      const isOfUser = (other: SessionName) => other.username === username;
      // A code is not refused: it belongs to a login that the server has admitted.
      if (!challenge) {
        if (!(await turn.take(lockOf(credentials), signal))) return { type: 'waiting' };
        const expectation = unfinished.resume(username);
        if (expectation)
          return { type: 'expecting', expectation: { ...expectation, maxAttempts: options.maxAttempts } };
        throwWhile(throttled.find(isOfUser));
      }
      const service = await loadTokenService();
      return service.requestToken(resolved, request, signal).catch((error) => {
        const throttle = throttleIn(error);
        if (throttle) throttled.replace(isOfUser, { username, ...throttle });
        throw explained(error, baseUrl);
      });
    },
    async awaitTurn(credentials, signal) {
      await turn.wait(lockOf(credentials), signal);
      // The tab that had the lock before may have signed in; its session then ends the wait.
      tabs.ask();
      await new Promise((resolve) => setTimeout(resolve, answerTime));
    },
    // Nothing has to be loaded first: the user may leave the page at once.
    revoke: (session) => callLogoutEndpoint(resolved, session),
  });

  const kept = sessionFrom(parsed(storage.get(key)), baseUrl);
  const session = tabRules.start(kept, ended);
  /** Who was signed in last in this tab. */
  let lastUser = kept?.username ?? null;
  if (kept && !session) storage.set(key, null);
  const present = () => actor.getSnapshot().context.session;
  const send = (event: AuthEvent | null) => event && actor.send(event);
  const listener: TabListener = {
    onOpened(session, isNew) {
      const later = tabRules.corrects(session, present());
      if (later) tabs.tellOpened(later);
      if (tabRules.reminds(session, isNew, ended)) tabs.tellClosed(session, 'logout');
      const { credentials } = actor.getSnapshot().context;
      send(tabRules.heardOpened(session, isNew, ended, credentials?.username ?? lastUser));
    },
    onClosed(name, reason) {
      // Also one that this tab never had: a slower tab may still announce it.
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
    lastUser = opened.session.username;
    if (!tabRules.tellsOpened(opened)) return;
    ended.reopen(opened.session);
    tabs.tellOpened(opened.session, true);
  });
  actor.on('session.closed', (closed) => {
    storage.set(key, null);
    const reason = tabRules.endedHere(closed, ended);
    if (!reason) return;
    ended.add(closed.session);
    tabs.tellClosed(closed.session, reason);
  });
  const introduce = () => {
    const own = tabRules.introduces(present());
    if (own) tabs.tellOpened(own);
    else tabs.ask();
  };
  introduce();
  void loadTokenService().catch(() => {});

  let last = actor.getSnapshot().value;
  let reading = new AbortController();
  const subscription = actor.subscribe((snapshot) => {
    const { value, context } = snapshot;
    // A check without effect must not interrupt anything.
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
      // A code that was sent may be lost; a password that was sent may be in effect.
      unfinished.keep(credentials.username, challenge, true);
    } else if (!snapshot.hasTag('busy')) {
      turn.end();
      unfinished.forget();
    }
  });
  const check = ({ persisted }: Event & Partial<Pick<PageTransitionEvent, 'persisted'>>) => {
    if (document.visibilityState === 'visible') send(tabRules.woken(present(), ended));
    // In the back/forward cache it received nothing.
    if (persisted) introduce();
  };
  // Without a signal, since the test environments of pages have signals of another kind.
  for (const event of wakeUps) addEventListener(event, check);

  return {
    ...auth,
    get storage() {
      return storage.kind;
    },
    get unfinished() {
      return unfinished.found;
    },
    [Symbol.dispose]() {
      for (const event of wakeUps) removeEventListener(event, check);
      subscription.unsubscribe();
      reading.abort();
      turn.end();
      tabs.close();
      actor.stop();
    },
  };
}

/** Pages do not learn why a request failed. A server of another origin without CORS is the most likely reason. */
function explained(error: unknown, baseUrl: string): unknown {
  if (!(error instanceof AuthError) || error.code !== 'network') return error;
  const { origin } = new URL(baseUrl);
  if (origin === location.origin) return error;
  return new AuthError('network', { detail: `Perhaps ${origin} does not allow pages of ${location.origin} (CORS).` });
}
