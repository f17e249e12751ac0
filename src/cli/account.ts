import { join } from 'node:path';
import { AuthError } from '../../machines/failures.ts';
import { type Account, isLive, normalBaseUrl, storeKey } from '../../machines/session.ts';
import type { Session } from '../../machines/vocabulary.ts';
import { findConfiguration } from '../node/configuration.ts';
import { createFileStore } from '../node/file-store.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../node/private-file.ts';
import { stateDirectory } from '../node/state-directory.ts';
import { isShaped, parsed } from '../protocol/shape.ts';
import { createMemoryStore, loadSession, type SessionStore } from '../session/session-store.ts';

// The account of a command and its store, from the flags, the environment and the last login.

/** The stores of the command. `memory` lasts only until it exits. */
export const storeKinds = ['file', 'keyring', 'memory'] as const;
export type StoreKind = (typeof storeKinds)[number];

const storeVariable = 'ETNA_AUTH_STORE';

/** A store, and how to describe it to the user. */
export interface OpenStore {
  readonly store: SessionStore;
  /** The place of an account's session, for the user; `null` for `memory`. */
  placeOf(account: Account): string | null;
}

/** Opens a store. The keyring is slow to load, so it is loaded on demand. */
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
 * The store in the environment, if it is set.
 *
 * @throws {AuthError} `invalid-input`.
 */
function storeKindFrom(environment: NodeJS.ProcessEnv = process.env): StoreKind | undefined {
  const name = environment[storeVariable];
  if (!name) return undefined;
  const kind = storeKinds.find((known) => known === name);
  if (kind) return kind;
  const detail = `${storeVariable} must be one of ${storeKinds.join(', ')}.`;
  throw new AuthError('invalid-input', { detail });
}

/** The account of the last login, so that later commands need no flags. It contains no password and no token. */
export interface LastAccount extends Account {
  readonly appKey?: string | undefined;
  readonly store: StoreKind;
}

const file = () => join(stateDirectory(), 'last-account.json');

/**
 * The account of the last login, if there is one. It is only a convenience: a damaged file is ignored, and replaced by the next login.
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

/** Remembers the account of a login, for later commands. */
export async function rememberAccount(account: LastAccount): Promise<void> {
  const { baseUrl, username, appKey, store } = account;
  const text = `${JSON.stringify({ baseUrl, username, appKey, store })}\n`;
  if (readPrivateFile(file()) !== text) await writePrivateFile(file(), text);
}

export async function forgetAccount(): Promise<void> {
  await removePrivateFile(file());
}

/** The flags for the account and its store. */
export interface TargetFlags {
  readonly baseUrl?: string;
  readonly appKey?: string;
  readonly username?: string;
  readonly store?: StoreKind;
}

/** The account of a command and its store, as far as they are known. */
export interface Target {
  readonly baseUrl: string | undefined;
  readonly appKey: string | undefined;
  readonly username: string | undefined;
  readonly store: StoreKind;
  /** Whether the user name comes from the last login. */
  readonly isRecalled: boolean;
}

/**
 * The account from the flags, the environment, or the last login, in this order. The last login is ignored if it was at another base URL.
 *
 * @throws {AuthError} `invalid-input`, `store-unavailable` or `store-damaged`.
 */
export function findTarget(flags: TargetFlags): Target {
  const { baseUrl, appKey, username } = findConfiguration(flags);
  const store = flags.store ?? storeKindFrom();
  if (baseUrl && appKey && username && store) return { baseUrl, appKey, username, store, isRecalled: false };
  const last = recallAccount();
  const isElsewhere = last && baseUrl && normalBaseUrl(baseUrl) !== normalBaseUrl(last.baseUrl);
  const fallback = isElsewhere ? undefined : last;
  return {
    baseUrl: baseUrl ?? fallback?.baseUrl,
    appKey: appKey ?? fallback?.appKey,
    username: username ?? fallback?.username,
    store: store ?? fallback?.store ?? 'file',
    isRecalled: username === undefined && fallback !== undefined,
  };
}

/** The account of a target, if it is complete. */
export function accountOf({ baseUrl, username }: Target): Account | undefined {
  return baseUrl === undefined || username === undefined ? undefined : { baseUrl, username };
}

/** A live session, its account and its store. */
export interface CurrentSession {
  readonly target: Target;
  readonly account: Account;
  readonly store: SessionStore;
  readonly session: Session;
}

/**
 * The live session for a command.
 *
 * @throws {AuthError} `not-signed-in`, `session-expired`, `store-unavailable` or `store-damaged`.
 */
export async function findCurrentSession(flags: TargetFlags): Promise<CurrentSession> {
  const target = findTarget(flags);
  const account = demandAccount(target);
  const { store } = await openStore(target.store);
  return { target, account, store, session: await loadLiveSession(store, account) };
}

/** The account of a target. If it is not known, nobody has signed in. */
export function demandAccount(target: Target): Account {
  const account = accountOf(target);
  if (account === undefined) throw new AuthError('not-signed-in');
  return account;
}

/** The live session of an account. */
export async function loadLiveSession(store: SessionStore, account: Account): Promise<Session> {
  const session = await loadSession(store, account);
  if (session === null) throw new AuthError('not-signed-in', { detail: whose(account) });
  if (isLive(session)) return session;
  const detail = `${whose(account)}, until ${new Date(session.expiresAt).toISOString()}`;
  throw new AuthError('session-expired', { detail });
}

const whose = ({ baseUrl, username }: Account) => `${username} at ${baseUrl}`;
