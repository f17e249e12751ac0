import { AuthError, type AuthFailure } from './failures.ts';
import { isSameSecret } from './secret.ts';
import { isLive } from './session.ts';
import type { AuthEmitted, Session } from './vocabulary.ts';

export const minute = 60_000;
export const hour = 60 * minute;
const shortestWait = minute / 4;
const longestWait = 15 * minute;

/** What a renewal led to: a session of the login, or a newer one that another program has stored. */
export interface Renewal {
  readonly session: Session;
  readonly origin: 'login' | 'elsewhere';
}

/** What the keeper remembers. */
export interface KeeperContext {
  readonly session: Session | null;
  /** The last session, live or not: it counts as no renewal. */
  readonly last: Session | null;
  /** How long before its end a session is renewed, in milliseconds. */
  readonly renewBefore: number;
  /** When to act by itself, in milliseconds since 1970: to renew the session, or to try again. */
  readonly dueAt: number;
  readonly failure: AuthFailure | null;
  /** How many failures followed each other, and when the last one was. */
  readonly failures: number;
  readonly failedAt: number;
  readonly rejectedAt: number;
}

/** What a program and its API client may say to the keeper. */
export type KeeperEvent =
  | { readonly type: 'session.wanted' }
  | { readonly type: 'session.rejected'; readonly session: Session }
  | { readonly type: 'session.found'; readonly output: Renewal };

/** Events that happen once: hosts store sessions by them, and report failures. */
export type KeeperEmitted = AuthEmitted | { readonly type: 'login.failed'; readonly failure: AuthFailure };

/** An event of the renewal, or of somebody else. */
export interface Outcome {
  readonly type: string;
  readonly output?: Renewal;
  readonly error?: unknown;
}

export const renewalIn = ({ output }: Outcome): Renewal => output as Renewal;

/** Why a renewal failed. Without an error, it brought no new session. */
function failureOf({ type, error }: Outcome): AuthFailure {
  if (error instanceof AuthError) return error.failure;
  if (type === 'session.rejected') return new AuthError('session-rejected').failure;
  if (error === undefined)
    return new AuthError('session-expired', { detail: 'the login brought no newer session' }).failure;
  // The message of an unexpected error may quote its input.
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : null }).failure;
}

/**
 * When to renew a session: `renewBefore` before it expires, or after half of its life if that is later, with jitter, so that programs that
 * started together do not log in together.
 */
export function renewalTime({ issuedAt, expiresAt }: Session, renewBefore: number): number {
  const lead = Math.min(renewBefore, (expiresAt - issuedAt) / 2);
  return expiresAt - lead * (1 - Math.random() / 5);
}

/** Whether a renewal brought a live session other than the old one. */
export function isRenewed({ last }: KeeperContext, event: Outcome): boolean {
  const { session } = renewalIn(event);
  return isLive(session) && !(last && isSameSecret(session.token, last.token));
}

/**
 * Whether a renewal was refused for a permanent reason. A store may work again, and other errors may be temporary. A person may type the
 * next code correctly, but a program that had several codes refused would go on costing messages, and in the end lock the account.
 */
export const isFinal = ({ error }: Outcome): boolean =>
  error instanceof AuthError &&
  (error.code === 'invalid-code' || (!error.failure.retryable && !/^(session|store)-/.test(error.code)));

/** Whether the server rejected this session. A late rejection of an older token must not end a newer session. */
export const isRejectionOf = (session: Session | null, event: KeeperEvent | Outcome): boolean =>
  event.type === 'session.rejected' && 'session' in event && session?.token === event.session.token;

/** The context after a failure: the wait doubles with each failure, and is at least as long as the server asked for. */
export function afterFailure({ failures, failedAt }: KeeperContext, event: Outcome): Partial<KeeperContext> {
  const now = Date.now();
  const failure = failureOf(event);
  const count = now - failedAt < hour ? failures + 1 : 1;
  const wait = Math.max(Math.min(shortestWait * 2 ** (count - 1), longestWait), (failure.retryAfter ?? 0) * 1000);
  // With jitter, so that programs that failed together do not all come back at once.
  return { failure, failures: count, failedAt: now, dueAt: now + wait * (1 + Math.random() / 5) };
}
