import { AuthError } from '../../machines/failures.ts';
import { type Account, storeKey } from '../../machines/session.ts';
import { createFileStore } from '../node/file-store.ts';
import { createMemoryStore, type SessionStore } from '../session/session-store.ts';

/** Where the command can keep sessions. `memory` keeps none beyond its end. */
export const storeKinds = ['file', 'keyring', 'memory'] as const;
export type StoreKind = (typeof storeKinds)[number];

const storeVariable = 'ETNA_AUTH_STORE';

/** A store, and how to tell the user of it. */
export interface OpenStore {
  readonly store: SessionStore;
  /** Where the session of an account is, in words; `null` where it is nowhere. */
  placeOf(account: Account): string | null;
}

/** Opens a store. The keyring takes its time to load, so that it is loaded where it is asked for. */
export async function openStore(kind: StoreKind): Promise<OpenStore> {
  if (kind === 'memory') return { store: createMemoryStore(), placeOf: () => null };
  if (kind === 'keyring') {
    const { createKeyringStore } = await import('../node/keyring-store.ts');
    return { store: createKeyringStore(), placeOf: () => "the system's keyring" };
  }
  const store = createFileStore();
  return { store, placeOf: (account) => store.fileOf(storeKey(account)) };
}

/**
 * The kind that the environment names, if it names one.
 *
 * @throws {AuthError} `invalid-input`.
 */
export function storeKindFrom(environment: NodeJS.ProcessEnv = process.env): StoreKind | undefined {
  const name = environment[storeVariable];
  if (!name) return undefined;
  const kind = storeKinds.find((known) => known === name);
  if (kind) return kind;
  const detail = `${storeVariable} must be one of ${storeKinds.join(', ')}.`;
  throw new AuthError('invalid-input', { detail });
}
