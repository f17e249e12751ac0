import { join } from 'node:path';
import * as v from 'valibot';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../node/private-file.ts';
import { stateDirectory } from '../node/state-directory.ts';
import { storeKinds } from './store-kind.ts';

const schema = v.object({
  baseUrl: v.string(),
  username: v.string(),
  appKey: v.optional(v.string()),
  store: v.picklist(storeKinds),
});

/** Who signed in last, so that the commands after it need no flags. It holds neither a password nor a token. */
export type LastAccount = v.InferOutput<typeof schema>;

const file = () => join(stateDirectory(), 'last-account.json');

/**
 * Who signed in last, if anybody has. It is a convenience: a file that is damaged says nothing, and is replaced by the next login.
 *
 * @throws {AuthError} `store-unavailable`.
 */
export function recallAccount(): LastAccount | undefined {
  const text = readPrivateFile(file());
  if (text === undefined) return undefined;
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return success ? output : undefined;
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
