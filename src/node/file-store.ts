import { join } from 'node:path';
import { makePrivateDirectory, readPrivateFile, removePrivateFile, writePrivateFile } from './private-file.ts';
import { parseEntry, type SharedStore } from './shared-store.ts';
import { stateDirectory } from './state-directory.ts';

/** A store of files, one for each account. */
export interface FileStore extends SharedStore {
  /** The file of a key. */
  fileOf(key: string): string;
}

/** Where a {@link FileStore} keeps its files. */
export interface FileStoreOptions {
  /**
   * A directory that is the user's alone, and is created where it is missing. Unless told it is `ETNA_AUTH_HOME`, or else
   * `etna-auth` in `$XDG_STATE_HOME` (`~/.local/state`), `~/Library/Application Support` or `%LOCALAPPDATA%`.
   */
  readonly directory?: string | undefined;
}

/**
 * Keeps sessions in files that only the user can read (`0600`, in a directory of `0700`). The tokens in them are in the
 * clear: every program of the user can read them, and so can a backup.
 *
 * A file is replaced as a whole, so that it survives a crash at any moment. What others can read or own is refused as
 * `store-unavailable`, and what is not JSON as `store-damaged`; neither is overwritten.
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
  return {
    directory,
    fileOf,
    get: read,
    async set(key, value) {
      makePrivateDirectory(directory);
      read(key);
      await writePrivateFile(fileOf(key), `${JSON.stringify(value)}\n`);
    },
    delete: (key) => removePrivateFile(fileOf(key)),
  };
}

/**
 * A name of fixed length for a key of any: FNV-1a, in 64 bits. It guards nothing, since the value inside names its account.
 * `node:crypto` would take longer to load than all else that `etna-auth token` needs.
 */
export function fingerprint(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(key)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
