import { AuthError } from '../../machines/failures.ts';
import { normalBaseUrl, storeKey } from '../../machines/session.ts';
import { endpointUrl } from '../protocol/endpoint-url.ts';
import { type Fetch, safeFetch } from '../protocol/redirects.ts';
import { callStore } from '../session/call-store.ts';
import { type OpenAuthOptions, openAuth, type StoredAuth } from '../session/open-auth.ts';
import { entryWithoutToken, type SessionStore, sessionFrom, writeEntry } from '../session/session-store.ts';
import { createWriteQueue } from '../session/write-queue.ts';

/** What is needed of React Native's `AppState`: pass it as it is. */
export interface AppStateModule {
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** How to sign in from an app. */
export interface NativeAuthOptions extends Omit<OpenAuthOptions, 'username' | 'fetch'> {
  /**
   * Sends the requests. It must be able to refuse redirects, which React Native's own `fetch` cannot: pass that of `expo/fetch`.
   */
  readonly fetch: Fetch;
  /** Where the session is kept: `createSecureStore(…)` or `createKeychainStore(…)`. */
  readonly store: SessionStore;
  /**
   * Tells when the app becomes active. Timers are suspended in the background, so a session may have expired. Without it, an expired
   * session is noticed by its timer, or at the next call.
   */
  readonly appState?: AppStateModule | undefined;
  /**
   * Called with an `AuthError` of the code `store-unavailable` if the store cannot be read or written. The app then starts signed out, or
   * continues with the session in memory. It must not throw.
   */
  readonly onStoreError?: ((error: unknown) => void) | undefined;
}

/** A login in an app. */
export interface NativeAuth extends StoredAuth {
  /** The user who signed in last on this device, to fill in the user name; `null` if nobody did. */
  readonly lastUsername: string | null;
  /** Stops the login, and no longer listens to the app. The session stays in the store. */
  close(): void;
}

const aYear = 365 * 24 * 60 * 60 * 1000;

/**
 * Starts the login machine for an app of React Native or Expo, with the stored session of the user who signed in last. It
 * sends nothing until `login` is called.
 *
 * Make it once, outside of components, and await it before the first screen.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url`: for a `fetch` that cannot refuse redirects, a host without a standard
 * `URL`, and a base URL that cannot be used.
 *
 * @example
 * ```ts
 * import { type AppStateModule, createSecureStore, openNativeAuth, type SecureStoreModule } from 'etna-auth/native';
 *
 * declare const expoFetch: typeof fetch; // import { fetch as expoFetch } from 'expo/fetch'
 * declare const SecureStore: SecureStoreModule; // import * as SecureStore from 'expo-secure-store'
 * declare const AppState: AppStateModule; // import { AppState } from 'react-native'
 *
 * export const opening = openNativeAuth({
 *   baseUrl: 'https://pub-api-et-demo-prod.etnasoft.us/api',
 *   appKey: 'key',
 *   fetch: expoFetch,
 *   store: createSecureStore(SecureStore),
 *   appState: AppState,
 * });
 * ```
 */
export async function openNativeAuth(options: NativeAuthOptions): Promise<NativeAuth> {
  const { store, appState, onStoreError } = options;
  const baseUrl = checkedBaseUrl(options);
  safeFetch(options.fetch);
  const pointer = `${baseUrl} (last user)`;
  const report = () => onStoreError?.(new AuthError('store-unavailable'));

  /** An entry that cannot be read, or is not a valid session, counts as none: nobody can repair the store of a phone. */
  const read = async (key: string) => {
    try {
      return await callStore(() => store.get(key));
    } catch {
      report();
      return undefined;
    }
  };
  const lastUsername = nameIn(await read(pointer));
  const username = lastUsername ?? '';
  const forgiving: SessionStore = {
    async get(key) {
      const value = await read(key);
      return key !== storeKey({ baseUrl, username }) || sessionFrom(value, baseUrl) ? value : undefined;
    },
    set: (key, value, ttl) => store.set(key, value, ttl),
    delete: (key) => store.delete(key),
  };
  const auth = await openAuth({ ...options, store: forgiving, username });
  const names = createWriteQueue(report);
  auth.actor.on('session.opened', ({ session }) => {
    const entry = entryWithoutToken({ baseUrl, username: session.username }, session);
    names.add(() => writeEntry(store, pointer, entry, aYear));
  });
  const watch = appState?.addEventListener('change', (state) => {
    if (state === 'active') auth.actor.send({ type: 'session.check' });
  });
  return {
    ...auth,
    lastUsername,
    async whenStored() {
      await Promise.all([auth.whenStored(), names.whenWritten()]);
    },
    close() {
      watch?.remove();
      auth.actor.stop();
    },
  };
}

const nameIn = (value: unknown): string | null => {
  const { username } = Object(value) as { readonly username?: unknown };
  return typeof username === 'string' ? username : null;
};

/** The base URL in its normal form, if it can be used. */
function checkedBaseUrl({ baseUrl, allowInsecure }: NativeAuthOptions): string {
  try {
    endpointUrl(baseUrl, '', allowInsecure);
    return normalBaseUrl(baseUrl);
  } catch (error) {
    if (error instanceof AuthError) throw error;
    const detail = 'URL: this host has none that parses addresses; import react-native-url-polyfill/auto first';
    throw new AuthError('invalid-input', { detail });
  }
}
