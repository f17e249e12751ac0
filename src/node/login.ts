import type { Session } from '../../machines/vocabulary.ts';
import { type CreateAuthOptions, createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-machine.ts';
import type { AuthState } from '../auth-state.ts';
import { type Providers, signIn } from '../session/sign-in.ts';
import { type ConfigurationOptions, readConfiguration } from './configuration.ts';

/** Options of {@link login}. Missing ones are read from `ETNA_BASE_URL`, `ETNA_APP_KEY`, `ETNA_USERNAME` and `ETNA_PASSWORD`. */
export interface LoginOptions extends Omit<AuthOptions, 'baseUrl' | 'appKey'>, ConfigurationOptions, Providers {
  /** Cancels the login, in any state. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each state of the login. */
  readonly onState?: ((state: AuthState) => void) | undefined;
  /** Inspects the machine: a function of `etna-auth/inspect`, or another inspector for XState. */
  readonly inspect?: CreateAuthOptions['inspect'];
}

/**
 * Performs a whole login. It makes one request for the password and one for each code, and repeats none.
 *
 * @throws {AuthError} with the failure of the login: `cancelled` after an abort, `invalid-input` if an option is missing or `getCode`
 * returns no code. Errors of `getCode` and `onState` are rethrown.
 *
 * @example
 * ```ts
 * import { bearer, login } from 'etna-auth/node';
 * import { createInterface } from 'node:readline/promises';
 *
 * const terminal = createInterface({ input: process.stdin, output: process.stderr });
 * const session = await login({
 *   baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
 *   appKey: 'key',
 *   username: 'trader',
 *   password: '…',
 *   getCode: (challenge, { signal }) => terminal.question(`${challenge.reason ?? challenge.step}: `, { signal }),
 * });
 * const headers = { Authorization: bearer(session), 'Et-App-Key': 'key' };
 * ```
 */
export async function login(options: LoginOptions = {}): Promise<Session> {
  const { signal = new AbortController().signal, onState, getCode, getNewPassword, getNewPin, ...rest } = options;
  const providers = { getCode, getNewPassword, getNewPin };
  const { username, password, ...address } = readConfiguration(options);
  const auth = createAuth({ ...rest, ...address });
  const listener = Promise.withResolvers<never>();
  const unsubscribe = auth.subscribe((state) => {
    try {
      onState?.(state);
    } catch (error) {
      listener.reject(error);
    }
  });
  const cancel = () => auth.actor.send({ type: 'cancel' });
  signal.addEventListener('abort', cancel);
  try {
    return await Promise.race([signIn(auth, { username, password }, providers, signal), listener.promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
    unsubscribe();
    auth.actor.stop();
  }
}
