import { keptAt } from '../session/turns.ts';
import { parseEntry, type SharedStore, unavailable } from './shared-store.ts';
import { stateDirectory } from './state-directory.ts';
import { lockIn } from './store-lock.ts';

const service = 'etna-auth';

/**
 * Stores sessions in the system's keyring: the macOS Keychain, the Windows Credential Manager, or the Secret Service of a Linux desktop.
 * It requires the package `@napi-rs/keyring`.
 *
 * If there is no keyring, or it stays locked, every call fails with `store-unavailable`. It never falls back to another store.
 *
 * @example
 * ```ts
 * import { createKeyringStore, storedLogin } from 'etna-auth/node';
 *
 * const session = await storedLogin({ store: createKeyringStore() });
 * ```
 */
export function createKeyringStore(): SharedStore {
  const directory = stateDirectory();
  return keptAt('keyring', {
    directory,
    async get(key) {
      const text = await asked(async () => (await entryOf(key)).getPassword());
      return text === null ? undefined : parseEntry(text, `"${key}" in the keyring`);
    },
    set: (key, value) => asked(async () => (await entryOf(key)).setPassword(JSON.stringify(value))),
    delete: (key) => asked(async () => (await entryOf(key)).deleteCredential()),
    lock: (key) => lockIn(directory, key),
  });
}

async function entryOf(key: string) {
  const { AsyncEntry } = await loadKeyring();
  // The package would fall back to the kernel's keyring, which is lost when the machine restarts.
  return new AsyncEntry(service, key, { linux: { store: 'secret-service' } });
}

async function loadKeyring() {
  try {
    return await import('@napi-rs/keyring');
  } catch (error) {
    // Without ERR_ it is Yarn's, which denies what is not declared.
    const { code } = Object(error) as { code?: unknown };
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    throw missing
      ? new KeyringMissing('is not installed: npm install @napi-rs/keyring')
      : new KeyringMissing('does not load on this machine.');
  }
}

class KeyringMissing extends Error {}

/** The keyring's own errors may quote their input. */
async function asked<Value>(question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof KeyringMissing) throw unavailable(`The package @napi-rs/keyring ${error.message}`);
    throw unavailable('The package @napi-rs/keyring is there, but no unlocked keyring answers.');
  }
}
