import { join, resolve } from 'node:path';
import { keptAt } from '../session/turns.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from './private-file.ts';
import { fingerprint, parseEntry, type SharedStore } from './shared-store.ts';
import { stateDirectory } from './state-directory.ts';
import { lockIn } from './store-lock.ts';

/** A store with one file per account. */
export interface FileStore extends SharedStore {
  /** The file of a key. */
  fileOf(key: string): string;
}

/** Options of {@link createFileStore}. */
export interface FileStoreOptions {
  /**
   * A private directory of the user. It is created if it does not exist. Defaults to `ETNA_AUTH_HOME`, or else `etna-auth` in
   * `$XDG_STATE_HOME` (`~/.local/state`), `~/Library/Application Support` or `%LOCALAPPDATA%`.
   */
  readonly directory?: string | undefined;
}

/**
 * Stores sessions in files that only the user can read (`0600`, in a directory with `0700`). The tokens are in plain text: every program
 * of the user can read them, and so can a backup.
 *
 * A file is replaced atomically, so it survives a crash at any moment. A file that others can read or own is refused with
 * `store-unavailable`, and one that is not JSON with `store-damaged`; neither is overwritten.
 *
 * @example
 * ```ts
 * import { createFileStore, storedLogin } from 'etna-auth/node';
 *
 * const session = await storedLogin({ store: createFileStore({ directory: '/var/lib/bot/sessions' }) });
 * ```
 */
export function createFileStore({ directory = stateDirectory() }: FileStoreOptions = {}): FileStore {
  const fileOf = (key: string) => join(directory, `${fingerprint(key)}.json`);
  const read = (key: string) => {
    const file = fileOf(key);
    const text = readPrivateFile(file);
    return text === undefined ? undefined : parseEntry(text, file);
  };
  return keptAt(`files in ${resolve(directory)}`, {
    directory,
    fileOf,
    get: read,
    async set(key, value) {
      read(key);
      await writePrivateFile(fileOf(key), `${JSON.stringify(value)}\n`);
    },
    delete: (key) => removePrivateFile(fileOf(key)),
    lock: (key) => lockIn(directory, key),
  });
}
