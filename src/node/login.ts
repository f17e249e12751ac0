import type { Session } from '../../machines/vocabulary.ts';
import { type CreateAuthOptions, createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-machine.ts';
import type { AuthState } from '../auth-state.ts';
import { type Providers, signIn } from '../session/sign-in.ts';
import { type ConfigurationOptions, readConfiguration } from './configuration.ts';

/** How to log in. What is left out comes from `ETNA_BASE_URL`, `ETNA_APP_KEY`, `ETNA_USERNAME` and `ETNA_PASSWORD`. */
export interface LoginOptions extends Omit<AuthOptions, 'baseUrl' | 'appKey'>, ConfigurationOptions, Providers {
  /** Cancels the login, wherever it stands. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each state that the login passes through. */
  readonly onState?: ((state: AuthState) => void) | undefined;
  /** Watches the machine: what `etna-auth/inspect` makes, or an inspector of XState's. */
  readonly inspect?: CreateAuthOptions['inspect'];
}

/**
 * Signs in, from the first call to the session. It makes one request for the password and one for each answer, and repeats
 * none.
 *
 * @throws {AuthError} with the failure that ended the login: `cancelled` after an abort, `invalid-input` where an option is
 * missing or `getCode` finds no code. What `getCode` and `onState` throw is thrown on.
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
