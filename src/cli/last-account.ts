import { join } from 'node:path';
import type { Account } from '../../machines/session.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../node/private-file.ts';
import { stateDirectory } from '../node/state-directory.ts';
import { isShaped, parsed } from '../session/shape.ts';
import { type StoreKind, storeKinds } from './store-kind.ts';

/** Who signed in last, so that the commands after it need no flags. It holds neither a password nor a token. */
export interface LastAccount extends Account {
  readonly appKey?: string | undefined;
  readonly store: StoreKind;
}

const file = () => join(stateDirectory(), 'last-account.json');

/**
 * Who signed in last, if anybody has. It is a convenience: a file that is damaged says nothing, and is replaced by the next login.
 *
 * @throws {AuthError} `store-unavailable`.
 */
export function recallAccount(): LastAccount | undefined {
  const text = readPrivateFile(file());
  if (text === undefined) return undefined;
  const kept = parsed(text);
  if (!isShaped(kept, { baseUrl: 'string', username: 'string', store: 'string' })) return undefined;
  const store = storeKinds.find((kind) => kind === kept.store);
  const { appKey } = kept as { readonly appKey?: unknown };
  const { baseUrl, username } = kept;
  return store && { baseUrl, username, store, appKey: typeof appKey === 'string' ? appKey : undefined };
}

/** Remembers who signed in, for the commands that follow. */
export async function rememberAccount(account: LastAccount): Promise<void> {
  const { baseUrl, username, appKey, store } = account;
  const text = `${JSON.stringify({ baseUrl, username, appKey, store })}\n`;
  if (readPrivateFile(file()) !== text) await writePrivateFile(file(), text);
}

export async function forgetAccount(): Promise<void> {
  await removePrivateFile(file());
}
