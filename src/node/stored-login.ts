import { setTimeout as delay } from 'node:timers/promises';
import { AuthError } from '../../machines/failures.ts';
import { isSameSecret, Secret, secret } from '../../machines/secret.ts';
import { type Account, isFromTheFuture, isNewer } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { explain } from '../messages.ts';
import { oneLogin } from '../session/one-login.ts';
import type { SessionStore } from '../session/session-store.ts';
import { SingleFlight } from '../session/single-flight.ts';
import { lockForLogin, longestTurn, placeOf, untilNextLook, waitedTooLong } from '../session/turns.ts';
import { type ConfigurationOptions, findConfiguration, readConfiguration } from './configuration.ts';
import { type LoginOptions, login } from './login.ts';

/** Options of {@link storedLogin}. */
export interface StoredLoginOptions extends LoginOptions {
  /** Where the session is stored. */
  readonly store: SessionStore;
  /**
   * Called with an {@link AuthError} with the code `store-unavailable` if the login succeeded but its session could not be stored. The
   * session is returned anyway. It must not throw. Defaults to a process warning.
   */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
  /** Signs in unless the stored session is newer than this one, which is to be renewed. `keepSession` provides it. */
  readonly newerThan?: Session | null | undefined;
  /** Signs in even if a live session is stored. A session that was created after this call is accepted. */
  readonly force?: boolean | undefined;
  /**
   * Called once, when another process is signing in to the account and this one waits for it. Its own login has not begun yet: `onState` is
   * not called meanwhile.
   */
  readonly onWait?: (() => void) | undefined;
  /**
   * How long to wait for another process, in milliseconds. Its user may have to look for a phone.
   *
   * @default 300_000
   */
  readonly longestWait?: number | undefined;
}

const flights = new SingleFlight<Session>();

/**
 * Returns the stored session of the account. If there is no live one, signs in and stores the new session.
 *
 * However many callers there are at once, only one of them signs in, and only one SMS is sent. This holds for all callers in this
 * process, which use the options of the first one, and with a file or keyring store for all processes of the user. The others wait, and
 * use its session. A failure is shared within the process, that of a wrong password only with callers that have the same one; after a
 * failure in another process, the next one tries. If the process that signs in is killed, the others continue after a few seconds.
 *
 * @throws {AuthError} as `login` does; `store-unavailable` and `store-damaged` before anything is sent; `timeout` if another process
 * has been signing in for too long.
 *
 * @example
 * ```ts
 * import { createFileStore, storedLogin } from 'etna-auth/node';
 *
 * // With ETNA_BASE_URL, ETNA_APP_KEY, ETNA_USERNAME and ETNA_PASSWORD. Asks for a code once a day.
 * const session = await storedLogin({ store: createFileStore(), getCode: () => readCodeFromMailbox() });
 *
 * declare function readCodeFromMailbox(): Promise<string>;
 * ```
 */
export async function storedLogin(options: StoredLoginOptions): Promise<Session> {
  const { store, newerThan, force = false, signal = new AbortController().signal } = options;
  if (typeof store?.get !== 'function') throw new AuthError('invalid-input', { detail: 'store: not a session store' });
  const account = accountOf(options);
  const calledAt = Date.now();
  // One from the future may well be older.
  const isCreatedSince = (session: Session) => session.issuedAt >= calledAt && !isFromTheFuture(session);
  const isWanted = (session: Session) => isNewer(session, newerThan) && (!force || isCreatedSince(session));

  const name = placeOf(store, account);
  const { password } = findConfiguration(options);
  for (let own = false; ; ) {
    try {
      const session = await flights.join(name, signal, (aborted) => {
        own = true;
        return oneAtATime(options, account, aborted, isWanted).catch((error: unknown) => {
          if (error instanceof AuthError && error.code === 'invalid-credentials') refused.set(error, password);
          throw error;
        });
      });
      // The session for another caller may be too old for this one.
      if (own || isWanted(session)) return session;
    } catch (error) {
      const isOfOther =
        error instanceof AuthError && refused.has(error) && !isSamePassword(password, refused.get(error));
      if (own || !isOfOther) throw error;
    }
  }
}

type Password = ConfigurationOptions['password'];

/** Which password was refused: that is shared only with the logins that have the same one. */
const refused = new WeakMap<AuthError, Password>();

function isSamePassword(one: Password, other: Password): boolean {
  const asSecret = (password: Password) => (password instanceof Secret ? password : secret(password ?? ''));
  return isSameSecret(asSecret(one), asSecret(other));
}

/** Without a password, which is not needed if there is a session. */
function accountOf(options: LoginOptions): Account {
  const { baseUrl, username } = findConfiguration(options);
  return baseUrl === undefined || username === undefined ? readConfiguration(options) : { baseUrl, username };
}

async function oneAtATime(
  { store, onWait, onStoreError = warn, longestWait = longestTurn, ...options }: StoredLoginOptions,
  account: Account,
  signal: AbortSignal,
  isWanted: (session: Session) => boolean,
): Promise<Session> {
  const deadline = Date.now() + longestWait;
  return oneLogin(account, isWanted, {
    store,
    force: options.force,
    takeLock: lockForLogin(store, account).take,
    login: () => login({ ...options, signal }),
    async pause() {
      if (Date.now() > deadline) throw explained(waitedTooLong(longestWait));
      try {
        await delay(untilNextLook(), undefined, { signal });
      } catch {
        throw new AuthError('cancelled');
      }
    },
    onWait,
    onStoreError,
  });
}

function warn(error: unknown): void {
  process.emitWarning(`The session could not be stored. ${error instanceof AuthError ? explain(error.failure) : ''}`);
}

const explained = ({ code, failure }: AuthError) => new AuthError(code, failure, explain(failure));
