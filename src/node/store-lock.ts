import { join } from 'node:path';
import type { StoreLock } from '../session/session-store.ts';
import type { Watch } from './account-lock.ts';
import { codeOf, makePrivateDirectory } from './private-file.ts';
import { fingerprint, unavailable } from './shared-store.ts';

/** The lock of a key in a directory, for all processes that use it. */
export function lockIn(directory: string, key: string): StoreLock {
  const path = join(directory, `${fingerprint(key)}.lock`);
  const watch: Watch = new Map();
  return {
    name: path,
    async take() {
      // Not needed for reading, and a command that only reads must start fast.
      const { takeLock } = await import('./account-lock.ts');
      makePrivateDirectory(directory);
      try {
        return await takeLock(path, watch);
      } catch (error) {
        throw unavailable(`${codeOf(error) ?? 'An error'} at ${path}`);
      }
    },
  };
}
