import { AuthError } from '../../machines/failures.ts';
import { parsed } from '../protocol/shape.ts';
import type { SessionStore } from '../session/session-store.ts';

/** What is needed of `expo-secure-store`: pass the module itself. */
export interface SecureStoreModule {
  getItemAsync(key: string): Promise<string | null>;
  setItemAsync(key: string, value: string): Promise<void>;
  deleteItemAsync(key: string): Promise<void>;
}

/**
 * Keeps sessions in the keychain of iOS or the keystore of Android, by `expo-secure-store`.
 *
 * @example
 * ```ts
 * import { createSecureStore, type SecureStoreModule } from 'etna-auth/native';
 *
 * declare const SecureStore: SecureStoreModule; // import * as SecureStore from 'expo-secure-store'
 * export const store = createSecureStore(SecureStore);
 * ```
 */
export function createSecureStore(module: SecureStoreModule): SessionStore {
  return {
    get: async (key) => parsed(await module.getItemAsync(asName(key))) ?? undefined,
    set: (key, session) => module.setItemAsync(asName(key), JSON.stringify(session)),
    delete: (key) => module.deleteItemAsync(asName(key)),
  };
}

/** What is needed of `react-native-keychain`: pass the module itself. */
export interface KeychainModule {
  getGenericPassword(options: { readonly service: string }): Promise<false | { readonly password: string }>;
  setGenericPassword(username: string, password: string, options: { readonly service: string }): Promise<unknown>;
  resetGenericPassword(options: { readonly service: string }): Promise<unknown>;
}

/**
 * Keeps sessions in the keychain of iOS or the keystore of Android, by `react-native-keychain`.
 *
 * @example
 * ```ts
 * import { createKeychainStore, type KeychainModule } from 'etna-auth/native';
 *
 * declare const Keychain: KeychainModule; // import * as Keychain from 'react-native-keychain'
 * export const store = createKeychainStore(Keychain);
 * ```
 */
export function createKeychainStore(module: KeychainModule): SessionStore {
  return {
    async get(key) {
      const entry = await module.getGenericPassword({ service: asName(key) });
      return entry ? (parsed(entry.password) ?? undefined) : undefined;
    },
    // It answers `false` where it could not write.
    set: (key, session) => module.setGenericPassword('etna-auth', JSON.stringify(session), { service: asName(key) }),
    async delete(key) {
      const service = asName(key);
      const isDeleted = await module.resetGenericPassword({ service });
      // A session that is still there would be found by the next start.
      if (isDeleted === false && (await module.getGenericPassword({ service }))) {
        throw new AuthError('store-unavailable', { detail: 'The keychain kept the entry.' });
      }
    },
  };
}

/** A key as `expo-secure-store` takes it: of letters, digits, `.`, `-` and `_`. No two keys become one. */
function asName(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}
