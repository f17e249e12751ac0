import { type Account, normalBaseUrl } from '../../machines/session.ts';
import { findConfiguration } from '../node/configuration.ts';
import { recallAccount } from './last-account.ts';
import { type StoreKind, storeKindFrom } from './store-kind.ts';

/** The flags that tell which account is meant, and where its session is kept. */
export interface TargetFlags {
  readonly baseUrl?: string;
  readonly appKey?: string;
  readonly username?: string;
  readonly store?: StoreKind;
}

/** Which account is meant, as far as it is known. */
export interface Target {
  readonly baseUrl: string | undefined;
  readonly appKey: string | undefined;
  readonly username: string | undefined;
  readonly store: StoreKind;
  /** Whether it is whoever signed in last, for want of another user name. */
  readonly isRecalled: boolean;
}

/**
 * What the flags say; where they are silent, the environment; and then whoever signed in last, unless at another base URL.
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

/** The account of a target, if it is known. */
export function accountOf({ baseUrl, username }: Target): Account | undefined {
  return baseUrl === undefined || username === undefined ? undefined : { baseUrl, username };
}
