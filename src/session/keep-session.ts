import { type ActorOptions, type AnyActorLogic, createActor, fromPromise, waitFor } from 'xstate';
import { AuthError, type AuthFailure } from '../../machines/failures.ts';
import { keeperMachine } from '../../machines/keeper.machine.ts';
import { isRenewed, type Renewal } from '../../machines/renewal.ts';
import { type Account, isLive, isNewer } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { patientClock } from '../patient-clock.ts';
import { numberOption } from '../protocol/number-option.ts';
import { unlessAborted } from '../protocol/unless-aborted.ts';
import type { SessionSource } from './session-source.ts';
import { createMemoryStore, forgetSession, loadSession, type SessionStore, saveSession } from './session-store.ts';
import { keepThrottle, throwIfThrottled } from './stored-throttle.ts';
import { lockForRenewal, longestTurn, takeTurn, untilNextLook, waitedTooLong } from './turns.ts';
import { createWriteQueue } from './write-queue.ts';

/** How long the lock is held for a session that is being stored, in milliseconds. */
const longestWrite = 2_000;

/** Options of {@link keepSession}. */
export interface KeepSessionOptions extends Account {
  /**
   * Signs in: `login` or `storedLogin` from `etna-auth/node`, or your own code with `createAuth`. Called for the first session and for each
   * new one, so credentials are needed only while it runs: never twice at a time, also not in two programs whose store has a lock. Stop
   * when the signal aborts. After an error it is called again later, unless the error is permanent, such as `invalid-credentials` or
   * `invalid-code`. Pass `newerThan`, the session to be renewed, to `storedLogin` with the same store: otherwise it returns that session.
   */
  readonly login: (context: { readonly signal: AbortSignal; readonly newerThan: Session | null }) => Promise<Session>;
  /** Where the session is stored between runs. Defaults to memory. */
  readonly store?: SessionStore | undefined;
  /**
   * How long before it expires a session is renewed, in milliseconds; at most half of its lifetime.
   *
   * @default 300_000
   */
  readonly renewBefore?: number | undefined;
  /** Called with the error of each failed login. It must not throw. */
  readonly onLoginError?: ((error: unknown) => void) | undefined;
  /** Called if a session could not be saved or deleted, and exists only in memory. It must not throw. */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
  /** Inspects the machine, as XState's `createActor` does. Secrets are opaque to it. */
  readonly inspect?: ActorOptions<AnyActorLogic>['inspect'];
  /** Replaces timers in tests: XState's `SimulatedClock`. The current time still comes from `Date`. */
  readonly clock?: ActorOptions<AnyActorLogic>['clock'];
}

/** A session that is renewed before it expires. */
export interface KeptSession extends SessionSource {
  /** Stops the renewal, and a login that is under way. Resolves when that has ended, and the store is up to date: its session stays there. */
  stop(): Promise<void>;
}

/**
 * Keeps a program signed in. It starts with the session in the store, without a request; if there is none, the first call of
 * `getSession` signs in. A session is replaced by a new one shortly before it expires, or at once when the server has ended it.
 *
 * There is one login per session lifetime. A failed one is retried with exponential back-off, 15 s to 15 min, with jitter, honouring
 * `Retry-After`. Until then the old session is used while it lives, and `getSession` rejects afterwards. Permanent failures, such as
 * `invalid-credentials`, are final.
 *
 * @throws {AuthError} `store-unavailable` or `store-damaged`; `invalid-input` if `renewBefore` is not a duration.
 *
 * @example
 * ```ts
 * import { login } from 'etna-auth/node';
 * import { createApiClient, keepSession } from 'etna-auth/session';
 *
 * const broker = { baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api', appKey: 'key' };
 * const session = await keepSession({
 *   baseUrl: broker.baseUrl,
 *   username: 'bot',
 *   login: async ({ signal }) => login({ ...broker, username: 'bot', password: await readFromVault(), signal }),
 *   onLoginError: (error) => console.warn('will try again:', error),
 * });
 * const api = createApiClient(session, broker);
 * console.log(await api.get('v1.0/users/@me/info').json());
 *
 * declare function readFromVault(): Promise<string>;
 * ```
 */
export async function keepSession(options: KeepSessionOptions): Promise<KeptSession> {
  const { baseUrl, username, login, renewBefore = 5 * 60_000, onLoginError } = options;
  const { store = createMemoryStore(), onStoreError, inspect, clock = patientClock } = options;
  numberOption('renewBefore', renewBefore, 0);
  const account = { baseUrl, username };
  const lock = lockForRenewal(store, account);
  const writes = createWriteQueue(onStoreError);
  /** The error of the last login. The chart has it without its message, which may quote anything. */
  let lastError: unknown = null;
  /** Resolves when the last login has ended. */
  let lastLogin: Promise<unknown> = Promise.resolve();

  /** Whether the store could be read when this program last looked. A store that hangs must not be waited for more often than needed. */
  let isReadable = true;

  /** A session that another program has stored since. A failing store has none. */
  const findNewer = async (): Promise<Renewal | null> => {
    await writes.whenWritten();
    const session = await loadSession(store, account).catch(() => {
      isReadable = false;
      return null;
    });
    const { last } = actor.getSnapshot().context;
    return session && isNewer(session, last) ? { session, origin: 'elsewhere' } : null;
  };

  /** Resolves when the store is up to date, or has had time enough. */
  const written = () =>
    new Promise<void>((resolve) => {
      const timer = patientClock.setTimeout(resolve, longestWrite);
      void writes.whenWritten().then(() => {
        patientClock.clearTimeout(timer);
        resolve();
      });
    });

  const signIn = async (signal: AbortSignal): Promise<Renewal> => {
    const { context } = actor.getSnapshot();
    try {
      const renewal: Renewal = { session: await login({ signal, newerThan: context.last }), origin: 'login' };
      if (isRenewed(context, { type: 'login', output: renewal })) {
        writes.add(() => saveSession(store, account, renewal.session));
      }
      return renewal;
    } catch (error) {
      writes.add(() => keepThrottle(store, account, error));
      throw error;
    } finally {
      // A program that waits for the lock looks into the store next. One that hangs must not hold up this one.
      if (isReadable) await written();
    }
  };

  const renew = fromPromise<Renewal>(async ({ signal }) => {
    lastError = null;
    isReadable = true;
    const deadline = Date.now() + longestTurn;
    try {
      return await takeTurn({
        look: async () => (isReadable ? findNewer() : null),
        takeLock: lock.take,
        async signIn() {
          await throwIfThrottled(store, account);
          // The store may have been slow: nobody signs in after the stop.
          signal.throwIfAborted();
          const running = signIn(signal);
          lastLogin = running.catch(() => {});
          return running;
        },
        async pause() {
          if (Date.now() > deadline) throw waitedTooLong(longestTurn);
          // By a timer that keeps the program running, as its own login would: it may have nothing else to do.
          const pause = new Promise<void>((resolve) => setTimeout(resolve, untilNextLook()));
          await unlessAborted(pause, signal);
        },
      });
    } catch (error) {
      lastError = error;
      throw error;
    }
  });
  const machine = keeperMachine.provide({ actors: { renew } });
  const session = await loadSession(store, account);
  const actor = createActor(machine, { input: { session, renewBefore }, clock, ...(inspect && { inspect }) });
  actor.on('session.closed', ({ session }) => writes.add(() => forgetSession(store, account, session)));
  const errorOf = (failure: AuthFailure | null) =>
    lastError ?? (failure ? new AuthError(failure.code, failure) : new AuthError('not-signed-in'));
  actor.on('login.failed', ({ failure }) => onLoginError?.(errorOf(failure)));
  actor.start();

  return {
    getSession: async () => {
      if (actor.getSnapshot().status !== 'active') throw stopped();
      actor.send({ type: 'session.wanted' });
      const { value, context } = await waitFor(
        actor,
        (snapshot) => isLive(snapshot.context.session) || !snapshot.hasTag('busy'),
        { timeout: Number.POSITIVE_INFINITY },
      ).catch(() => {
        throw stopped();
      });
      if (context.session && isLive(context.session)) return context.session;
      // While this program waits, another one may have signed in.
      const stored = value === 'backingOff' ? await findNewer() : null;
      if (!stored) throw errorOf(context.failure);
      actor.send({ type: 'session.found', output: stored });
      return stored.session;
    },
    rejectSession: (session) => {
      if (actor.getSnapshot().status === 'active') actor.send({ type: 'session.rejected', session });
    },
    stop: async () => {
      actor.stop();
      // It may be storing its session.
      await lastLogin;
      await writes.whenWritten();
    },
  };
}

const stopped = () => new AuthError('cancelled');
